// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

extension SubmissionStoreContract {
    static let lists: [Case] = [
        Case("an empty store lists nothing") { store in
            try expect("list", try await store.list(SubmissionQuery()), equals: [])
        },
        Case("a list is newest first, over all forms") { store in
            let submissions = (1...9).map { Submission.sample($0, form: $0 % 2 == 0 ? .contact : .sampleOrder) }
            try await store.insert(submissions.shuffledBySample)
            try expect("list", try await store.list(SubmissionQuery()), equals: submissions.reversed())
        },
        Case("a list holds at most as many as asked for") { store in
            let submissions = (1...9).map { Submission.sample($0) }
            try await store.insert(submissions)
            let page = try await store.list(SubmissionQuery(limit: 4))
            try expect("list", page, equals: submissions.suffix(4).reversed())
        },
        Case("pages follow each other without a gap or a repeat") { store in
            let submissions = (1...25).map { Submission.sample($0) }
            try await store.insert(submissions.shuffledBySample)
            let pages = try await store.pages(of: 7)
            try expect("page sizes", pages.map(\.count), equals: [7, 7, 7, 4])
            try expect("list", pages.flatMap { $0 }, equals: submissions.reversed())
        },
        Case("what comes in while pages are read does not shift them") { store in
            let submissions = (1...10).map { Submission.sample($0) }
            try await store.insert(submissions)
            let first = try await store.list(SubmissionQuery(limit: 5))
            try await store.insert((11...20).map { Submission.sample($0) })
            let second = try await store.list(SubmissionQuery(before: first.last?.id, limit: 5))
            try expect("pages", first + second, equals: submissions.reversed())
        },
        Case("a page may follow a submission that was deleted meanwhile") { store in
            let submissions = (1...4).map { Submission.sample($0) }
            try await store.insert(submissions)
            try expect("delete", try await store.delete(submissions[2].key), equals: true)
            let page = try await store.list(SubmissionQuery(before: submissions[2].id))
            try expect("list", page, equals: [submissions[1], submissions[0]])
        },
        Case("a list is filtered by form") { store in
            let submissions = (1...9).map { Submission.sample($0, form: $0 % 3 == 0 ? .sampleOrder : .contact) }
            try await store.insert(submissions)
            let page = try await store.list(SubmissionQuery(form: .sampleOrder, before: submissions[8].id, limit: 10))
            try expect("list", page, equals: [submissions[5], submissions[2]])
        },
        Case("a list is filtered by each status, also after it changed") { store in
            let submissions = SubmissionStatus.allCases.enumerated().flatMap { index, status in
                (1...3).map { Submission.sample(index * 3 + $0, status: status) }
            }
            try await store.insert(submissions)
            let failed = try await store.apply(.failed(reason: "refused"), to: submissions[0].key, at: .sample)
            var expected: [SubmissionStatus: [Submission]] = Dictionary(
                grouping: submissions.dropFirst().reversed(),
                by: \.status
            )
            expected[.failed, default: []].append(contentsOf: [failed].compactMap { $0 })
            for status in SubmissionStatus.allCases {
                let page = try await store.list(SubmissionQuery(status: status))
                try expect("list of \(status)", page, equals: expected[status] ?? [])
            }
        },
        Case("a list is filtered by form and status, page by page") { store in
            let submissions = (1...24).map { number in
                Submission.sample(
                    number,
                    form: number % 2 == 0 ? .contact : .sampleOrder,
                    status: number % 3 == 0 ? .held : .received
                )
            }
            try await store.insert(submissions)
            for status in [SubmissionStatus.held, .received] {
                let pages = try await store.pages(form: .contact, status: status, of: 3)
                let expected = submissions.filter { $0.form == .contact && $0.status == status }
                try expect("list of \(status)", pages.flatMap { $0 }, equals: expected.reversed())
            }
        },
    ]
}

extension SubmissionArchive {
    /// Reads page by page until one is not full, or the cursor leads nowhere.
    fileprivate func pages(
        form: FormName? = nil,
        status: SubmissionStatus? = nil,
        of limit: Int
    ) async throws -> [[Submission]] {
        var pages: [[Submission]] = []
        repeat {
            let last = pages.last?.last?.id
            pages.append(try await list(SubmissionQuery(form: form, status: status, before: last, limit: limit)))
            try expect(pages.count < 100, "pages come to an end")
        } while pages.last?.count == limit
        return pages
    }
}

extension [Submission] {
    /// In another order, always the same: what a store sorts must not have come sorted.
    fileprivate var shuffledBySample: [Submission] {
        sorted { $0.id.low < $1.id.low }
    }
}

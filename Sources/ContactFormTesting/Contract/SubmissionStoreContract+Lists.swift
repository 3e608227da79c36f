// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

extension SubmissionStoreContract {
    static let lists: [Case] = [
        Case("an empty store lists nothing") { store in
            try expect("list", try await store.everything(), equals: [])
        },
        Case("a list is newest first, over all forms") { store in
            let submissions = (1...9).map { Submission.sample($0, form: $0 % 2 == 0 ? .contact : .sampleOrder) }
            try await store.insert(submissions.shuffledBySample)
            try expect("list", try await store.everything(), equals: submissions.reversed())
        },
        Case("a list holds at most as many as asked for") { store in
            let submissions = (1...9).map { Submission.sample($0) }
            try await store.insert(submissions)
            for page in try await store.pages(SubmissionQuery(limit: 4)) {
                try expect(page.count <= 4, "a page holds 4 at most")
            }
            try expect("list", try await store.everything(SubmissionQuery(limit: 4)), equals: submissions.reversed())
        },
        Case("pages follow each other without a gap or a repeat") { store in
            let submissions = (1...25).map { Submission.sample($0) }
            try await store.insert(submissions.shuffledBySample)
            let pages = try await store.pages(SubmissionQuery(limit: 7))
            try expect(pages.allSatisfy { $0.count <= 7 }, "a page holds 7 at most")
            try expect("list", pages.flatMap { $0 }, equals: submissions.reversed())
        },
        Case("what comes in while pages are read does not shift them") { store in
            let submissions = (1...10).map { Submission.sample($0) }
            try await store.insert(submissions)
            let first = try await store.page(SubmissionQuery(limit: 5))
            try await store.insert((11...20).map { Submission.sample($0) })
            let rest = try await store.everything(SubmissionQuery(cursor: first.next, limit: 5))
            try expect("pages", first.submissions + rest, equals: submissions.reversed())
        },
        Case("a page may follow a submission that was deleted meanwhile") { store in
            let submissions = (1...4).map { Submission.sample($0) }
            try await store.insert(submissions)
            try expect("delete", try await store.delete(submissions[2].key, at: .sample), equals: true)
            let cursor = SubmissionCursor(after: submissions[2], order: .received)
            let rest = try await store.everything(SubmissionQuery(cursor: cursor))
            try expect("list", rest, equals: [submissions[1], submissions[0]])
        },
        Case("a list is filtered by form") { store in
            let submissions = (1...9).map { Submission.sample($0, form: $0 % 3 == 0 ? .sampleOrder : .contact) }
            try await store.insert(submissions)
            let cursor = SubmissionCursor(after: submissions[8], order: .received)
            let rest = try await store.everything(SubmissionQuery(form: .sampleOrder, cursor: cursor, limit: 10))
            try expect("list", rest, equals: [submissions[5], submissions[2]])
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
                let page = try await store.everything(SubmissionQuery(statuses: [status]))
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
                let query = SubmissionQuery(form: .contact, statuses: [status], limit: 3)
                let expected = submissions.filter { $0.form == .contact && $0.status == status }
                try expect("list of \(status)", try await store.everything(query), equals: expected.reversed())
            }
        },
    ]
}

extension SubmissionArchive {
    /// All pages, followed until there is none.
    func pages(_ query: SubmissionQuery) async throws -> [[Submission]] {
        var query = query
        var pages: [[Submission]] = []
        repeat {
            let page = try await page(query)
            pages.append(page.submissions)
            try expect(pages.count < 1_000, "pages come to an end")
            query.cursor = page.next
        } while query.cursor != nil
        return pages
    }

    /// Everything that matches, by way of pages.
    func everything(_ query: SubmissionQuery = SubmissionQuery()) async throws -> [Submission] {
        try await pages(query).flatMap { $0 }
    }
}

extension [Submission] {
    /// In another order, always the same: what a store sorts must not have come sorted.
    var shuffledBySample: [Submission] {
        sorted { $0.id.low < $1.id.low }
    }
}

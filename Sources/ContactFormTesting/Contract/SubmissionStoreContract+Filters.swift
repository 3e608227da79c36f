// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

extension SubmissionStoreContract {
    static let filters: [Case] = [
        Case("a list is filtered by when it was received: from a moment on and at it, and before another") { store in
            let submissions = (1...12).map { Submission.sample($0) }
            try await store.insert(submissions.shuffledBySample)
            let query = SubmissionQuery(from: submissions[3].receivedAt, until: submissions[9].receivedAt, limit: 4)
            try expect("list", try await store.everything(query), equals: submissions[3..<9].reversed())
            let none = SubmissionQuery(from: submissions[3].receivedAt, until: submissions[3].receivedAt)
            try expect("list of nothing", try await store.everything(none), equals: [])
        },
        Case("a period counts by when it was received and not by the id") { store in
            var late = Submission.sample(1)
            late.receivedAt = .sample.advanced(by: .hours(20))
            let early = Submission.sample(2)
            try await store.insert([late, early])
            let query = SubmissionQuery(from: .sample.advanced(by: .hours(1)))
            try expect("list", try await store.everything(query), equals: [late])
        },
        Case("a list is filtered by ids, at both ends and within") { store in
            let submissions = (1...9).map { Submission.sample($0) }
            try await store.insert(submissions)
            for order in [SubmissionQuery.Order.id, .received] {
                let ids = submissions[2].id...submissions[6].id
                let query = SubmissionQuery(ids: ids, order: order, limit: 2)
                try expect("list", try await store.everything(query), equals: submissions[2...6].reversed())
            }
        },
        Case("a list is filtered by several statuses at once") { store in
            let submissions = (1...25).map { Submission.sample($0, status: SubmissionStatus.allCases[$0 % 5]) }
            try await store.insert(submissions.shuffledBySample)
            for statuses in [[.received, .held], [.notified, .failed, .bounced], Set(SubmissionStatus.allCases)] {
                let query = SubmissionQuery(statuses: statuses, limit: 4)
                let expected = submissions.filter { statuses.contains($0.status) }
                try expect("list", try await store.everything(query), equals: expected.reversed())
            }
        },
        Case("submissions of one moment are all shown, once each, at the seam of pages too") { store in
            let submissions = (1...20).map { number in
                var submission = Submission.sample(number)
                submission.receivedAt = .sample
                return submission
            }
            try await store.insert(submissions.shuffledBySample)
            let listed = try await store.everything(SubmissionQuery(limit: 3))
            try expect("list", listed, equals: submissions.sorted { $0.id > $1.id })
        },
        Case("a cursor goes through its text and back, on to the same page") { store in
            let submissions = (1...12).map { Submission.sample($0) }
            try await store.insert(submissions)
            var query = SubmissionQuery(limit: 5)
            let first = try await store.page(query)
            guard let next = first.next, let cursor = SubmissionCursor(next.description) else {
                throw ContractViolation("expected that a cursor can be written and read")
            }
            query.cursor = next
            let second = try await store.page(query)
            query.cursor = cursor
            try expect("page", try await store.page(query), equals: second)
        },
        Case("what came in, changed and went while pages are read shows the rest once each") { store in
            let submissions = (1...30).map { Submission.sample($0) }
            try await store.insert(submissions)
            var query = SubmissionQuery(archived: false, limit: 7)
            var shown: [SubmissionID] = []
            var step = 0
            repeat {
                let page = try await store.page(query)
                shown += page.submissions.map(\.id)
                query.cursor = page.next
                step += 1
                try await store.insert(.sample(100 + step), expecting: .stored)
                if let last = page.submissions.last {
                    _ = try await store.delete(last.key, at: .sample)
                    _ = try await store.mark(.read, on: submissions[0].key, at: .sample)
                    _ = try await store.apply(.sampleNotified, to: submissions[1].key, at: .sample)
                }
            } while query.cursor != nil && step < 100
            try expect("shown", shown, equals: submissions.reversed().map(\.id))
        },
    ]
}

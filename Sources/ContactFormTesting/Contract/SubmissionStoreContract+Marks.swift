// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

extension SubmissionStoreContract {
    static let marks: [Case] = [
        Case("each mark is kept, whatever the status, and nothing else changes") { store in
            for (number, status) in SubmissionStatus.allCases.enumerated() {
                var expected = Submission.sample(number, status: status)
                try await store.insert(expected, expecting: .stored)
                for (step, mark) in [OwnerMark.read, .archived, .unread, .unarchived].enumerated() {
                    let now = Timestamp.sample.advanced(by: .seconds(Int64(step)))
                    expected = expected.applying(mark, at: now)
                    try expect("mark", try await store.mark(mark, on: expected.key, at: now), equals: expected)
                    try expect("find", try await store.find(expected.key), equals: expected)
                }
            }
        },
        Case("what is read again keeps the time it was first read") { store in
            let submission = Submission.sample()
            try await store.insert(submission, expecting: .stored)
            for mark in [OwnerMark.read, .archived] {
                _ = try await store.mark(mark, on: submission.key, at: .sample)
                _ = try await store.mark(mark, on: submission.key, at: .sample.advanced(by: .hours(1)))
            }
            let found = try await store.find(submission.key)
            try expect("read at", found?.readAt, equals: .sample)
            try expect("archived at", found?.archivedAt, equals: .sample)
        },
        Case("a mark on what is not there gives nothing and stores nothing") { store in
            let key = Submission.sample().key
            for mark in OwnerMark.allCases {
                try expect("mark", try await store.mark(mark, on: key, at: .sample), equals: nil)
            }
            try expect("find", try await store.find(key), equals: nil)
            try expect("list", try await store.everything(), equals: [])
        },
        Case("marks and status changes at the same time all count") { store in
            let submission = Submission.sample()
            try await store.insert(submission, expecting: .stored)
            _ = try await concurrently(20) { index in
                switch index % 4 {
                case 0: _ = try await store.mark(.read, on: submission.key, at: .sample)
                case 1: _ = try await store.mark(.archived, on: submission.key, at: .sample)
                default:
                    let change = StatusChange.postponed(reason: "greylisted", nextAttempt: .sample)
                    _ = try await store.apply(change, to: submission.key, at: .sample)
                }
            }
            let found = try await store.find(submission.key)
            try expect("attempts", found?.delivery.attempts, equals: 10)
            try expect("history", found?.history.count, equals: 10)
            try expect("read at", found?.readAt, equals: .sample)
            try expect("archived at", found?.archivedAt, equals: .sample)
        },
        Case("a list tells unread from read, and what is put away from what is not") { store in
            let submissions = (1...8).map { Submission.sample($0) }
            try await store.insert(submissions)
            var marked = submissions
            for index in submissions.indices {
                for (bit, mark) in [OwnerMark.read, .archived].enumerated() where index >> bit & 1 == 1 {
                    marked[index] = marked[index].applying(mark, at: .sample)
                    _ = try await store.mark(mark, on: submissions[index].key, at: .sample)
                }
            }
            for archived in [nil, true, false] as [Bool?] {
                for unreadOnly in [true, false] {
                    let query = SubmissionQuery(unreadOnly: unreadOnly, archived: archived, limit: 3)
                    let expected = marked.filter { submission in
                        (!unreadOnly || submission.readAt == nil)
                            && (archived.map { $0 == (submission.archivedAt != nil) } ?? true)
                    }
                    let what =
                        "list of \(unreadOnly ? "unread" : "all"), archived \(archived.map(String.init) ?? "or not")"
                    try expect(what, try await store.everything(query), equals: expected.reversed())
                }
            }
        },
    ]
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm

/// Everything that a store with an outbox must do beyond `SubmissionStoreContract`.
package enum OutboxContract {
    package typealias Case = ContractCase<any SubmissionArchive & Outbox>

    package static let cases: [Case] = due + late + held + unseen + failed

    private static let due: [Case] = [
        Case("nothing is due in an empty store") { store in
            try await store.expectDue("due", at: .sample, equals: [])
            try expect("next", try await store.nextNotification(), equals: nil)
        },
        Case("a received submission is due from the moment it came in") { store in
            let submission = Submission.sample()
            try await store.insert(submission, expecting: .stored)
            let before = submission.receivedAt.advanced(by: .milliseconds(-1))
            try await store.expectDue("due before", at: before, equals: [])
            try await store.expectDue("due", at: submission.receivedAt, equals: [submission])
            try expect("next", try await store.nextNotification(), equals: submission.receivedAt)
        },
        Case("submissions of any other status are never due") { store in
            for (number, status) in SubmissionStatus.allCases.enumerated() where status != .received {
                try await store.insert(.sample(number, status: status), expecting: .stored)
            }
            try await store.expectDue("due", at: .farFuture, equals: [])
            try expect("next", try await store.nextNotification(), equals: nil)
        },
        Case("a repeat is not due a second time") { store in
            let submission = Submission.sample()
            try await store.insert(submission, expecting: .stored)
            try await store.insert(submission, expecting: .alreadyStored)
            try await store.expectDue("due", at: .farFuture, equals: [submission])
            _ = try await store.apply(.sampleNotified, to: submission.key, at: .sample)
            try await store.insert(submission, expecting: .alreadyStored)
            try await store.expectDue("due", at: .farFuture, equals: [])
        },
        Case("the longest overdue comes first, at most as many as asked for, and it is said whether there are more") {
            store in
            let times: [Int64] = [30, 10, 50, 20, 40]
            let submissions = times.map { seconds in
                Submission.sample(Int(seconds), nextAttempt: .sample.advanced(by: .seconds(seconds)))
            }
            try await store.insert(submissions)
            let sorted = submissions.sorted { $0.id < $1.id }
            let now = Timestamp.sample.advanced(by: .seconds(40))
            try await store.expectDue("due", at: now, equals: Array(sorted[0..<4]))
            try await store.expectDue("the first", at: now, limit: 2, equals: Array(sorted[0..<2]), hasMore: true)
            try await store.expectDue("all of them", at: now, limit: 4, equals: Array(sorted[0..<4]))
            try expect("next", try await store.nextNotification(), equals: sorted[0].delivery.nextAttempt)
        },
        Case("what waits is there by its key, due or not, longest overdue first, at most as many as asked for") {
            store in
            let times: [Int64] = [30, 10, 50, 20, 40]
            let submissions = times.map { seconds in
                Submission.sample(Int(seconds), nextAttempt: .sample.advanced(by: .seconds(seconds)))
            }
            try await store.insert(submissions)
            try await store.insert(.sample(60, status: .notified), expecting: .stored)
            try await store.insert(.sample(70, status: .held), expecting: .stored)
            _ = try await store.apply(
                .postponed(reason: "greylisted", nextAttempt: .sample.advanced(by: .minutes(5))),
                to: submissions[1].key,
                at: .sample
            )
            let expected = [20, 30, 40, 50].map { seconds in
                WaitingNotification(
                    key: Submission.sample(seconds).key,
                    dueAt: .sample.advanced(by: .seconds(Int64(seconds))),
                    attempts: 0
                )
            }
            let last = WaitingNotification(
                key: submissions[1].key,
                dueAt: .sample.advanced(by: .minutes(5)),
                attempts: 1
            )
            try expect("waiting", try await store.waiting(limit: 10), equals: expected + [last])
            try expect("waiting", try await store.waiting(limit: 2), equals: Array(expected[0..<2]))
        },
        Case("what waits for a Region is there, however much of another one's waits longer") { store in
            func waiting(_ number: Int, _ region: String?) -> Submission {
                var submission = Submission.sample(number)
                submission.region = region
                return submission
            }
            try await store.insert((1...40).map { waiting($0, "us-east-1") })
            let ours = [waiting(41, "eu-north-1"), waiting(42, nil), waiting(43, "eu-north-1")]
            try await store.insert(ours)
            let all = try await store.waiting(limit: 10, in: "eu-north-1")
            try expect("ours", all.map(\.key), equals: ours.map(\.key))
            let some = try await store.waiting(limit: 2, in: "eu-north-1")
            try expect("the first of ours", some.map(\.key), equals: ours.prefix(2).map(\.key))
            try expect("of any Region", try await store.waiting(limit: 50, in: nil).count, equals: 43)
        },
        Case("a submission leaves the outbox when it is notified or given up") { store in
            let (first, second) = (Submission.sample(1), Submission.sample(2))
            try await store.insert([first, second])
            _ = try await store.apply(.sampleNotified, to: first.key, at: .sample)
            try await store.expectDue("due", at: .farFuture, equals: [second])
            _ = try await store.apply(.failed(reason: "refused"), to: second.key, at: .sample)
            try await store.expectDue("due", at: .farFuture, equals: [])
            try expect("next", try await store.nextNotification(), equals: nil)
        },
        Case("a submission that the owner calls spam leaves the outbox") { store in
            let submission = Submission.sample()
            try await store.insert(submission, expecting: .stored)
            _ = try await store.apply(.markedSpam, to: submission.key, at: .sample)
            try await store.expectDue("due", at: .farFuture, equals: [])
            try expect("held", try await store.heldCounts(since: .sample, limit: 100), equals: [.contact: 1])
        },
        Case("an owner's mark keeps the mail due") { store in
            let submission = Submission.sample()
            try await store.insert(submission, expecting: .stored)
            let marked = try await store.mark(.archived, on: submission.key, at: .sample)
            try await store.expectDue("due", at: .farFuture, equals: [marked].compactMap { $0 })
        },
        Case("a postponed notification is due at its new time and not before") { store in
            let submission = Submission.sample()
            try await store.insert(submission, expecting: .stored)
            var due = submission.receivedAt
            for _ in 1...3 {
                let next = due.advanced(by: .minutes(5))
                let postponed = try await store.apply(
                    .postponed(reason: "greylisted", nextAttempt: next),
                    to: submission.key,
                    at: due
                )
                let before = next.advanced(by: .milliseconds(-1))
                try expect("next", try await store.nextNotification(), equals: next)
                try await store.expectDue("due before", at: before, equals: [])
                try await store.expectDue("due", at: next, equals: [postponed].compactMap { $0 })
                due = next
            }
        },
        Case("a released and a resent submission are due at once") { store in
            let changes: [(SubmissionStatus, StatusChange)] = [
                (.held, .released), (.failed, .resent), (.bounced, .resent), (.notified, .resent),
            ]
            for (number, (status, change)) in changes.enumerated() {
                let submission = Submission.sample(number, status: status)
                try await store.insert(submission, expecting: .stored)
                let now = Timestamp.sample.advanced(by: .hours(1))
                let changed = try await store.apply(change, to: submission.key, at: now)
                try await store.expectDue("due after \(status)", at: now, equals: [changed].compactMap { $0 })
                try expect("next", try await store.nextNotification(), equals: now)
                _ = try await store.apply(.sampleNotified, to: submission.key, at: now)
            }
        },
        Case("what is to be mailed waits for its mail past its retention, through every attempt") { store in
            let submission = Submission.sample(1, expiresAt: .sample)
            try await store.insert(submission, expecting: .stored)
            let next = Timestamp.sample.advanced(by: .days(1))
            for due in [submission.receivedAt, next] {
                let found = try await store.find(submission.key)
                try expect("there", found?.expiresAt, equals: .sample)
                try await store.expectDue("due", at: due, equals: [found].compactMap { $0 })
                try expect("waiting", try await store.waiting(limit: 10).map(\.key), equals: [submission.key])
                try expect("next", try await store.nextNotification(), equals: due)
                let change = StatusChange.postponed(reason: "greylisted", nextAttempt: next)
                let postponed = try await store.apply(change, to: submission.key, at: due)
                try expect("attempts", postponed?.delivery.attempts, equals: due == next ? 2 : 1)
            }
            let late = try await store.lateCounts(by: LateRule(), in: nil, limit: 9, at: .farFuture)
            try expect("late", late, equals: [.contact: 1])
            let mailed = try await store.apply(.sampleNotified, to: submission.key, at: .sample)
            try expect("mailed", mailed?.status, equals: .notified)
            try await store.expectDue("due", at: .farFuture, equals: [])
        },
        Case("a deleted submission is due no more") { store in
            let deleted = Submission.sample(1)
            try await store.insert(deleted, expecting: .stored)
            try expect("delete", try await store.delete(deleted.key, at: .sample), equals: true)
            try await store.expectDue("due", at: .farFuture, equals: [])
            try expect("next", try await store.nextNotification(), equals: nil)
        },
    ]

    private static let late: [Case] = [
        Case(
            "what is late is counted by form, however much is due before it, and of a flood as many as it is asked for"
        ) {
            store in
            let now = Timestamp.sample.advanced(by: .hours(1))
            let rule = LateRule(retry: RetrySchedule())
            var tried = Submission.sample(1, nextAttempt: now.advanced(by: .minutes(50)))
            tried.delivery.attempts = 8
            let untried = (2...3).map { Submission.sample($0, form: .sampleOrder, nextAttempt: .sample) }
            let young = (10...14).map { Submission.sample($0, nextAttempt: now.advanced(by: .minutes(-1))) }
            try await store.insert([tried] + untried + young)
            try await store.insert(.sample(20, status: .held), expecting: .stored)
            let all = try await store.lateCounts(by: rule, in: nil, limit: 9, at: now)
            try expect("late", all, equals: [.contact: 1, .sampleOrder: 2])
            let some = try await store.lateCounts(by: rule, in: nil, limit: 1, at: now)
            try expect("one of each form", some, equals: [.contact: 1, .sampleOrder: 1])
            let before = try await store.lateCounts(by: rule, in: nil, limit: 9, at: .sample)
            try expect("an hour before", before, equals: [.contact: 1])
        },
        Case("a Region counts as late what it took in and what none did") { store in
            for (number, region) in ["eu-north-1", "us-east-1", nil].enumerated() {
                var submission = Submission.sample(number)
                submission.region = region
                try await store.insert(submission, expecting: .stored)
            }
            let now = Timestamp.sample.advanced(by: .hours(1))
            let rule = LateRule(retry: RetrySchedule())
            let ours = try await store.lateCounts(by: rule, in: "eu-north-1", limit: 9, at: now)
            try expect("ours", ours, equals: [.contact: 2])
            let all = try await store.lateCounts(by: rule, in: nil, limit: 9, at: now)
            try expect("all", all, equals: [.contact: 3])
        },
    ]

    /// Twelve, each second one held and each third one an order.
    private static let halfHeld = (1...12).map { number in
        Submission.sample(
            number,
            form: number % 3 == 0 ? .sampleOrder : .contact,
            status: number % 2 == 0 ? .held : .received
        )
    }

    private static let held: [Case] = [
        Case("held submissions are counted by form, from a moment on and at it") { store in
            let submissions = halfHeld
            try await store.insert(submissions)
            let all = try await store.heldCounts(since: submissions[0].receivedAt, limit: 100)
            try expect("held", all, equals: [.contact: 4, .sampleOrder: 2])
            let some = try await store.heldCounts(since: submissions[0].receivedAt, limit: 1)
            try expect("at most one", some.values.allSatisfy { $0 == 1 }, equals: true)
            let late = try await store.heldCounts(since: submissions[7].receivedAt, limit: 100)
            try expect("held since the eighth", late, equals: [.contact: 2, .sampleOrder: 1])
        },
        Case("a released submission counts as held no more") { store in
            let submission = Submission.sample(status: .held)
            try await store.insert(submission, expecting: .stored)
            _ = try await store.apply(.released, to: submission.key, at: .sample)
            try expect("held", try await store.heldCounts(since: .sample, limit: 100), equals: [:])
        },
    ]

    private static let unseen: [Case] = [
        Case("what is held and the owner has not seen is counted by form, from a moment on and before another") {
            store in
            let submissions = halfHeld
            try await store.insert(submissions)
            func counts(_ first: Int, _ end: Int, limit: Int = 100) async throws -> [FormName: Int] {
                let moments = submissions[first - 1].receivedAt..<submissions[end - 1].receivedAt
                return try await store.unseenHeldCounts(receivedIn: moments, in: nil, limit: limit)
            }
            try expect("all but the last", try await counts(1, 12), equals: [.contact: 4, .sampleOrder: 1])
            try expect("from the fourth", try await counts(4, 8), equals: [.contact: 1, .sampleOrder: 1])
            try expect("none", try await counts(4, 4), equals: [:])
            let some = try await counts(1, 12, limit: 2)
            try expect("of one form two", some, equals: [.contact: 2, .sampleOrder: 1])
            for (number, mark) in [(2, OwnerMark.read), (4, .archived)] {
                _ = try await store.mark(mark, on: submissions[number - 1].key, at: .farFuture)
            }
            _ = try await store.apply(.released, to: submissions[5].key, at: .farFuture)
            _ = try await store.apply(.markedSpam, to: submissions[0].key, at: .farFuture)
            try expect("8 and 10, and not what the owner called spam", try await counts(1, 12), equals: [.contact: 2])
            _ = try await store.mark(.unread, on: submissions[1].key, at: .farFuture)
            try expect("2 again", try await counts(1, 12), equals: [.contact: 3])
        },
        Case("a Region counts as held what it took in and what none did") { store in
            for (number, region) in ["eu-north-1", "us-east-1", nil].enumerated() {
                var submission = Submission.sample(number, status: .held)
                submission.region = region
                try await store.insert(submission, expecting: .stored)
            }
            let moments = Timestamp.sample..<Timestamp.farFuture
            let ours = try await store.unseenHeldCounts(receivedIn: moments, in: "eu-north-1", limit: 9)
            try expect("ours", ours, equals: [.contact: 2])
            let all = try await store.unseenHeldCounts(receivedIn: moments, in: nil, limit: 9)
            try expect("all", all, equals: [.contact: 3])
        },
    ]

    private static let failed: [Case] = [
        Case("what was given up is counted by form, from the moment on that it was given up") { store in
            let submissions = (1...6).map { Submission.sample($0, form: $0 % 3 == 0 ? .sampleOrder : .contact) }
            try await store.insert(submissions)
            // Long after they came, one a minute.
            let start = Timestamp.sample.advanced(by: .days(40))
            for (number, submission) in submissions.enumerated() {
                let now = start.advanced(by: .minutes(Int64(number)))
                _ = try await store.apply(.postponed(reason: "busy", nextAttempt: now), to: submission.key, at: .sample)
                _ = try await store.apply(.failed(reason: "refused"), to: submission.key, at: now)
            }
            let all = try await store.failedCounts(since: start, in: nil, limit: 100)
            try expect("failed", all, equals: [.contact: 4, .sampleOrder: 2])
            let since = start.advanced(by: .minutes(3))
            let late = try await store.failedCounts(since: since, in: nil, limit: 100)
            try expect("failed since the fourth", late, equals: [.contact: 2, .sampleOrder: 1])
            let early = try await store.failedCounts(givenUpIn: start..<since, in: nil, limit: 100)
            try expect("failed before", early, equals: [.contact: 2, .sampleOrder: 1])
            let fresh = try await store.failedCounts(givenUpIn: Timestamp.sample..<start, in: nil, limit: 100)
            try expect("before any", fresh, equals: [:])
            let none = try await store.failedCounts(since: start.advanced(by: .minutes(6)), in: nil, limit: 100)
            try expect("failed after the last", none, equals: [:])
        },
        Case("a message that came in as given up counts from when it came") { store in
            try await store.insert([.sample(1, status: .failed)])
            let counts = try await store.failedCounts(since: Submission.sample(1).receivedAt, in: nil, limit: 9)
            try expect("failed", counts, equals: [.contact: 1])
            let later = Submission.sample(1).receivedAt.advanced(by: .milliseconds(1))
            try expect("later", try await store.failedCounts(since: later, in: nil, limit: 9), equals: [:])
        },
        Case("what came long before it was given up and what came since count alike, up to as many as are asked for") {
            store in
            let (old, young) = (Submission.sample(-40 * 24 * 3600), Submission.sample(60))
            try await store.insert([old, young, .sample(-41 * 24 * 3600, status: .failed)])
            let now = Timestamp.sample.advanced(by: .minutes(2))
            for submission in [old, young] {
                _ = try await store.apply(.failed(reason: "refused"), to: submission.key, at: now)
            }
            for limit in 1...3 {
                let counts = try await store.failedCounts(since: .sample, in: nil, limit: limit)
                try expect("failed", counts, equals: [.contact: min(limit, 2)])
            }
        },
        Case("what was put away counts as given up, and what is sent again or called spam does not") { store in
            let (first, second, third) = (Submission.sample(1), Submission.sample(2), Submission.sample(3))
            try await store.insert([first, second, third])
            for submission in [first, second, third] {
                _ = try await store.apply(.failed(reason: "refused"), to: submission.key, at: .sample)
            }
            _ = try await store.mark(.archived, on: first.key, at: .sample)
            _ = try await store.apply(.resent, to: second.key, at: .sample)
            _ = try await store.apply(.markedSpam, to: third.key, at: .sample)
            let counts = try await store.failedCounts(since: .sample, in: nil, limit: 9)
            try expect("failed", counts, equals: [.contact: 1])
        },
        Case("a returned mail counts as given up, from the moment that it was returned until it is sent again") {
            store in
            let (first, second) = (Submission.sample(1), Submission.sample(2))
            try await store.insert([first, second])
            let returned = Timestamp.sample.advanced(by: .days(2))
            for submission in [first, second] {
                _ = try await store.apply(.sampleNotified, to: submission.key, at: .sample)
                try expect("mailed", try await store.failedCounts(since: .sample, in: nil, limit: 9), equals: [:])
            }
            for submission in [first, second] {
                _ = try await store.apply(.bounced(reason: "mailbox full"), to: submission.key, at: returned)
            }
            let counts = try await store.failedCounts(since: returned, in: nil, limit: 9)
            try expect("returned", counts, equals: [.contact: 2])
            let later = returned.advanced(by: .milliseconds(1))
            try expect("later", try await store.failedCounts(since: later, in: nil, limit: 9), equals: [:])
            _ = try await store.apply(.resent, to: first.key, at: returned)
            let left = try await store.failedCounts(since: returned, in: nil, limit: 9)
            try expect("left", left, equals: [.contact: 1])
        },
        Case("a Region counts what it took in and what none did, and of a flood as many as it is asked for") { store in
            for (number, region) in ["eu-north-1", "us-east-1", nil].enumerated() {
                var submission = Submission.sample(number, status: .failed)
                submission.region = region
                try await store.insert(submission, expecting: .stored)
            }
            let ours = try await store.failedCounts(since: .sample, in: "eu-north-1", limit: 9)
            try expect("failed", ours, equals: [.contact: 2])
            try expect("some", try await store.failedCounts(since: .sample, in: nil, limit: 2), equals: [.contact: 2])
        },
        Case("what a Region gave up is counted, however much another one or another form gave up before it") { store in
            func failed(_ number: Int, _ form: FormName, _ region: String) -> Submission {
                var submission = Submission.sample(number, form: form, status: .failed)
                submission.region = region
                return submission
            }
            try await store.insert((1...40).map { failed($0, .contact, "us-east-1") })
            try await store.insert((41...43).map { failed($0, .contact, "eu-north-1") })
            try await store.insert([failed(44, .sampleOrder, "eu-north-1")])
            let ours = try await store.failedCounts(since: .sample, in: "eu-north-1", limit: 2)
            try expect("ours", ours, equals: [.contact: 2, .sampleOrder: 1])
        },
    ]
}

extension Outbox {
    /// Checks what is due, and whether there is more.
    func expectDue(
        _ subject: String,
        at now: Timestamp,
        limit: Int = 10,
        equals submissions: [Submission],
        hasMore: Bool = false
    ) async throws {
        let due = try await dueNotifications(at: now, limit: limit)
        let expected = DueNotifications(submissions.map(\.withoutTexts), hasMore: hasMore)
        try expect(subject, due, equals: expected)
    }
}

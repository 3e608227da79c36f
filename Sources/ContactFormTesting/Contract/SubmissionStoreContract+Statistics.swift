// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

extension SubmissionStoreContract {
    static let statistics: [Case] = [
        Case("an empty store has nothing to tell") { store in
            let statistics = try await store.statistics(from: .sample, until: .farFuture, at: .sample)
            try expect("accepted", statistics.accepted, equals: 0)
            try expect("counts", statistics.counts.values.reduce(0, +), equals: 0)
            try expect("days", statistics.days, equals: [])
            try expect("delivery", statistics.delivery.quantile(0.5), equals: nil)
            try expect(statistics.addsUp != false, "the sums don't differ")
        },
        Case("numbers are by status and day, within whole days") { store in
            let submissions = Submission.overDays
            try await store.insert(submissions)
            let from = Timestamp.sample.startOfDay.advanced(by: .days(1))
            let until = from.advanced(by: .days(2))
            let within = submissions.filter { $0.receivedAt >= from && $0.receivedAt < until }
            // Noon of the first day until noon of the last one are taken for the whole days.
            let statistics = try await store.statistics(
                from: from.advanced(by: .hours(12)),
                until: until.advanced(by: .hours(-12)),
                at: .sample
            )
            try expect("from", statistics.from, equals: from)
            try expect("until", statistics.until, equals: until)
            try expect("accepted", statistics.accepted, equals: within.count)
            for status in SubmissionStatus.allCases {
                let expected = within.count { $0.status == status }
                try expect("count of \(status)", statistics.counts[status, default: 0], equals: expected)
            }
            let days = [from, from.advanced(by: .days(1))].map { start in
                let day = within.filter { $0.receivedAt.startOfDay == start }
                return ArchiveStatistics.Day(
                    start: start,
                    accepted: day.count,
                    held: day.count { $0.status == .held },
                    failed: day.count { $0.status == .failed }
                )
            }
            try expect("days", statistics.days, equals: days)
            try expect(statistics.addsUp != false, "the sums don't differ")
        },
        Case("what is erased stays accounted for on the day it came in") { store in
            let month = Timestamp.sample.advanced(by: .days(30))
            let submissions = (1...12).map { Submission.sample($0) }
            try await store.insert(submissions + [.from("nils@example.com", number: 50)])
            _ = try await store.delete(submissions[0].key, at: month)
            _ = try await store.delete(submissions[0].key, at: month)
            _ = try await store.eraseEverything(of: "nils@example.com")
            let statistics = try await store.statistics(from: .sample, until: .sample, at: .sample)
            try expect("from and until", statistics.until, equals: statistics.from.advanced(by: .days(1)))
            try expect("accepted", statistics.accepted, equals: 13)
            try expect("erased", statistics.erased, equals: 2)
            try expect("there", statistics.counts.values.reduce(0, +), equals: 11)
            try expect(statistics.addsUp != false, "the sums don't differ")
            let later = try await store.statistics(from: month, until: month, at: month)
            try expect("erased on the day it was done", later.erased, equals: 0)
        },
        Case("numbers follow status changes and marks") { store in
            let submissions = (1...6).map { Submission.sample($0) }
            try await store.insert(submissions)
            let late = submissions[0].receivedAt.advanced(by: .minutes(10))
            _ = try await store.apply(.sampleNotified, to: submissions[0].key, at: late)
            _ = try await store.apply(.markedSpam, to: submissions[1].key, at: late)
            _ = try await store.apply(.failed(reason: "refused"), to: submissions[2].key, at: late)
            _ = try await store.mark(.read, on: submissions[3].key, at: late)
            _ = try await store.mark(.archived, on: submissions[4].key, at: late)
            var numbers = try await store.statistics(from: .sample, until: .sample, at: late)
            try expect("counts", numbers.counts, equals: [.received: 3, .notified: 1, .held: 1, .failed: 1])
            try expect("unread", numbers.unread, equals: 3)
            try expect("awaiting the owner", numbers.awaitingOwner, equals: [.held: 1, .failed: 1])
            try expect("delivery", numbers.delivery.count, equals: 1)
            _ = try await store.apply(.resent, to: submissions[0].key, at: late)
            _ = try await store.apply(.released, to: submissions[1].key, at: late)
            _ = try await store.mark(.unread, on: submissions[3].key, at: late)
            _ = try await store.mark(.unarchived, on: submissions[4].key, at: late)
            _ = try await store.delete(submissions[5].key, at: late)
            numbers = try await store.statistics(from: .sample, until: .sample, at: late)
            try expect("counts", numbers.counts, equals: [.received: 4, .failed: 1])
            try expect("unread", numbers.unread, equals: 5)
            try expect("awaiting the owner", numbers.awaitingOwner, equals: [.failed: 1])
            for mark in [OwnerMark.read, .archived] { _ = try await store.mark(mark, on: submissions[2].key, at: late) }
            numbers = try await store.statistics(from: .sample, until: .sample, at: late)
            try expect("awaiting the owner when put away", numbers.awaitingOwner, equals: [:])
            try expect("counts when put away", numbers.counts, equals: [.received: 4, .failed: 1])
            try expect("delivery", numbers.delivery.count, equals: 0)
            try expect("day", numbers.days.map(\.failed), equals: [1])
            try expect(numbers.addsUp != false, "the sums don't differ")
        },
        Case("a mail is overdue by the rule of what is late, whether nobody tries it or it is tried in vain") { store in
            // Seconds until it is due, and attempts: the first, which nobody tries, and the last, tried for an hour, are late.
            let waits: [(Int64, Int)] = [(-901, 0), (-900, 0), (0, 0), (60, 0), (120, 3), (3_000, 8)]
            try await store.insert(
                waits.enumerated().map { number, wait in
                    var submission = Submission.sample(number, nextAttempt: .sample.advanced(by: .seconds(wait.0)))
                    submission.delivery.attempts = wait.1
                    return submission
                }
            )
            for (turn, overdue) in [(Interval.seconds(0), 2), (.seconds(1), 1)] {
                let numbers = try await store.statistics(
                    from: .sample,
                    until: .sample,
                    at: .sample,
                    late: LateRule(turn: turn)
                )
                try expect("overdue", numbers.overdue, equals: overdue)
            }
        },
        Case(
            "mails that were not taken for every recipient are counted within the period, and the newest of them named"
        ) {
            store in
            let remark = "1 of 2 recipients did not get the mail"
            var submissions = (1...13).map { Submission.sample($0) }
            submissions[12].receivedAt = Timestamp.sample.advanced(by: .days(1))
            try await store.insert(submissions)
            for (index, submission) in submissions.enumerated() {
                let change = StatusChange.notified(providerMessageID: "1", remark: index == 5 ? nil : remark)
                _ = try await store.apply(change, to: submission.key, at: submission.receivedAt)
            }
            var numbers = try await store.statistics(from: .sample, until: .sample, at: .sample)
            try expect("partial", numbers.partial, equals: 11)
            let partial = submissions.enumerated().filter { ![5, 12].contains($0.offset) }.map(\.element)
            let named = partial.suffix(10).reversed()
            try expect("named", numbers.newestPartial.map(\.receipt.key), equals: named.map(\.key))
            try expect("kind", numbers.newestPartial.first?.kind, equals: .partial)
            try expect("why", numbers.newestPartial.first?.delivery.lastError, equals: remark)
            try expect("attempts", numbers.newestPartial.first?.delivery.attempts, equals: 1)
            _ = try await store.apply(.resent, to: partial[0].key, at: .sample)
            numbers = try await store.statistics(from: .sample, until: .sample, at: .sample)
            try expect("partial once one is sent again", numbers.partial, equals: 10)

            // What waits for some of its recipients is told of once any other mail would be overdue, and is no such mail.
            let change = StatusChange.notifiedInPart(
                providerMessageID: "1",
                part: .sample,
                reason: remark,
                nextAttempt: .sample.advanced(by: .seconds(5))
            )
            _ = try await store.apply(change, to: partial[0].key, at: .sample)
            for (minutes, count) in [(1, 10), (30, 11)] {
                let now = Timestamp.sample.advanced(by: .minutes(Int64(minutes)))
                numbers = try await store.statistics(from: .sample, until: .sample, at: now)
                try expect("partial after \(minutes) min", numbers.partial, equals: count)
                try expect("overdue after \(minutes) min", numbers.overdue, equals: 0)
            }
            try expect("the newest are named", numbers.newestPartial.count, equals: 10)
            try expect("and in their order", numbers.newestPartial.map(\.receipt.key), equals: named.map(\.key))
        },
        Case("delivery times are told by their share") { store in
            for number in 1...100 {
                let submission = Submission.sample(number)
                try await store.insert(submission, expecting: .stored)
                let now = submission.receivedAt.advanced(by: .seconds(Int64(number)))
                _ = try await store.apply(.sampleNotified, to: submission.key, at: now)
            }
            let delivery = try await store.statistics(from: .sample, until: .sample, at: .sample).delivery
            try expect("mails", delivery.count, equals: 100)
            for (share, seconds) in [(0.5, 50.0), (0.95, 95), (1, 100)] {
                let found = Double(delivery.quantile(share)?.milliseconds ?? 0) / 1000
                try expect(
                    (seconds...(seconds * 1.07)).contains(found),
                    "\(share) of the mails took \(seconds) s, not \(found)"
                )
            }
        },
    ]
}

extension Submission {
    /// Of several days, an hour apart.
    fileprivate static let overDays: [Submission] = (0..<96).map { number in
        var submission = Submission.sample(number, status: SubmissionStatus.allCases[number % 5])
        submission.receivedAt = Timestamp.sample.startOfDay.advanced(by: .hours(Int64(number)))
        submission.id = SubmissionID(milliseconds: submission.receivedAt.milliseconds, entropy: [UInt8(number)])
        return submission
    }
}

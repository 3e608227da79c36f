// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

extension SubmissionStoreContract {
    static let statusChanges: [Case] =
        SubmissionStatus.allCases.flatMap { status in
            StatusChange.samples.map { change in
                change.isAllowed(from: status) ? allowed(change, from: status) : forbidden(change, from: status)
            }
        } + [
            Case("a change to a submission that is not there gives nothing and stores nothing") { store in
                let key = Submission.sample().key
                for change in StatusChange.samples {
                    try expect("apply", try await store.apply(change, to: key, at: .sample), equals: nil)
                }
                try expect("find", try await store.find(key), equals: nil)
            },
            Case("a change leaves every other submission as it is") { store in
                let (first, second) = (Submission.sample(1), Submission.sample(2))
                try await store.insert([first, second])
                _ = try await store.apply(.failed(reason: "refused"), to: first.key, at: .sample)
                try expect("find", try await store.find(second.key), equals: second)
            },
            Case("of 20 concurrent changes that exclude each other only one wins") { store in
                let submission = Submission.sample()
                try await store.insert(submission, expecting: .stored)
                let results = try await concurrently(20) { index in
                    try await store.apply(
                        .notified(providerMessageID: "receipt-\(index)"),
                        to: submission.key,
                        at: .sample
                    )
                }
                let winners = results.compactMap { $0 }
                try expect("winners", winners.count, equals: 1)
                try expect("find", try await store.find(submission.key), equals: winners.first)
            },
            Case("attempts are counted one by one, also when changes come at the same time") { store in
                let submission = Submission.sample()
                try await store.insert(submission, expecting: .stored)
                let later = Timestamp.sample.advanced(by: .minutes(5))
                _ = try await concurrently(10) { _ in
                    try await store.apply(
                        .postponed(reason: "greylisted", nextAttempt: later),
                        to: submission.key,
                        at: .sample
                    )
                }
                try expect("attempts", try await store.find(submission.key)?.delivery.attempts, equals: 10)
            },
            Case("a notification that took several attempts keeps their number and forgets the errors") { store in
                let submission = Submission.sample()
                try await store.insert(submission, expecting: .stored)
                let now = Timestamp.sample.advanced(by: .minutes(1))
                _ = try await store.apply(
                    .postponed(reason: "greylisted", nextAttempt: now),
                    to: submission.key,
                    at: .sample
                )
                let notified = try await store.apply(.sampleNotified, to: submission.key, at: now)
                try expect("attempts", notified?.delivery.attempts, equals: 2)
                try expect("last error", notified?.delivery.lastError, equals: nil)
                try expect("notified at", notified?.delivery.notifiedAt, equals: now)
                try expect("find", try await store.find(submission.key), equals: notified)
            },
            Case("how far a mail came is known until it counts as sent, or is for everybody once more") { store in
                let ends: [(changes: [StatusChange], part: PartialDelivery?)] = [
                    ([.postponed(reason: "busy", nextAttempt: .sample)], .sample), ([.resent], .sample),
                    ([.sampleNotified], nil), ([.failed(reason: "refused"), .resent], nil),
                    ([.markedSpam, .released], nil), ([.sampleNotified, .resent], nil),
                ]
                for (number, end) in ends.enumerated() {
                    let submission = Submission.sample(number + 1)
                    try await store.insert(submission, expecting: .stored)
                    _ = try await store.apply(.sampleInPart, to: submission.key, at: .sample)
                    for change in end.changes {
                        _ = try await store.apply(change, to: submission.key, at: .sample.advanced(by: .hours(1)))
                    }
                    let delivery = try await store.find(submission.key)?.delivery
                    try expect("part after \(end.changes.map(\.word))", delivery?.part, equals: end.part)
                    try expect("mailed since the first had it", delivery?.notifiedAt, equals: .sample)
                }
            },
            Case("each change is entered in the history with its time and its reason") { store in
                let submission = Submission.sample()
                try await store.insert(submission, expecting: .stored)
                let changes: [(StatusChange, String, String?)] = [
                    (.postponed(reason: "greylisted", nextAttempt: .sample), "postponed", "greylisted"),
                    (.sampleInPart, "partial", "1 of 2"), (.failed(reason: "refused"), "failed", "refused"),
                    (.resent, "resent", nil),
                    (.sampleNotified, "notified", nil), (.bounced(reason: "full"), "bounced", "full"),
                    (.markedSpam, "spam", nil), (.released, "released", nil),
                ]
                var expected: [HistoryEntry] = []
                for (number, (change, what, reason)) in changes.enumerated() {
                    let now = Timestamp.sample.advanced(by: .milliseconds(Int64(number)))
                    _ = try await store.apply(change, to: submission.key, at: now)
                    expected.append(HistoryEntry(at: now, what: what, reason: reason))
                }
                try expect("history", try await store.find(submission.key)?.history, equals: expected)
            },
            Case("of a long history the newest 50 entries are kept") { store in
                let submission = Submission.sample()
                try await store.insert(submission, expecting: .stored)
                for number in 1...55 {
                    let now = Timestamp.sample.advanced(by: .seconds(Int64(number)))
                    let change = StatusChange.postponed(reason: "attempt \(number)", nextAttempt: now)
                    _ = try await store.apply(change, to: submission.key, at: now)
                }
                let history = try await store.find(submission.key)?.history
                try expect("history", history?.map(\.reason), equals: (6...55).map { "attempt \($0)" })
            },
            Case("a submission that is sent again starts counting anew") { store in
                let submission = Submission.sample(status: .failed)
                try await store.insert(submission, expecting: .stored)
                let resent = try await store.apply(.resent, to: submission.key, at: .sample)
                try expect("attempts", resent?.delivery.attempts, equals: 0)
                try expect("next attempt", resent?.delivery.nextAttempt, equals: .sample)
            },
            Case("a submission that waits and is asked for is due at once, and counts its attempts on") { store in
                let submission = Submission.sample()
                try await store.insert(submission, expecting: .stored)
                let later = Timestamp.sample.advanced(by: .hours(1))
                let postponed = StatusChange.postponed(reason: "busy", nextAttempt: later)
                _ = try await store.apply(postponed, to: submission.key, at: .sample)
                // What is due already stays due since then.
                for now in [Timestamp.sample, later] {
                    let hurried = try await store.apply(.resent, to: submission.key, at: now)
                    try expect("attempts", hurried?.delivery.attempts, equals: 1)
                    try expect("last error", hurried?.delivery.lastError, equals: "busy")
                    try expect("next attempt", hurried?.delivery.nextAttempt, equals: .sample)
                }
            },
            Case("a submission that is released starts counting anew, though its mail was tried before it was held") {
                store in
                let submission = Submission.sample()
                try await store.insert(submission, expecting: .stored)
                let later = Timestamp.sample.advanced(by: .hours(1))
                for change in [StatusChange.postponed(reason: "greylisted", nextAttempt: later), .markedSpam] {
                    _ = try await store.apply(change, to: submission.key, at: .sample)
                }
                let released = try await store.apply(.released, to: submission.key, at: later)
                try expect("attempts", released?.delivery.attempts, equals: 0)
                try expect("next attempt", released?.delivery.nextAttempt, equals: later)
            },
        ]

    private static func allowed(_ change: StatusChange, from status: SubmissionStatus) -> Case {
        Case("a submission that is \(status) can be \(change.deed)") { store in
            let submission = Submission.sample(status: status)
            try await store.insert(submission, expecting: .stored)
            let now = submission.receivedAt.advanced(by: .minutes(3))
            let changed = try await store.apply(change, to: submission.key, at: now)
            try expect("status", changed?.status, equals: change.outcome)
            // The rule itself is the core's; a store must apply it and keep what came of it.
            try expect("apply", changed, equals: submission.applying(change, at: now))
            try expect("find", try await store.find(submission.key), equals: changed)
        }
    }

    private static func forbidden(_ change: StatusChange, from status: SubmissionStatus) -> Case {
        Case("a submission that is \(status) can't be \(change.deed)") { store in
            let submission = Submission.sample(status: status)
            try await store.insert(submission, expecting: .stored)
            let now = submission.receivedAt.advanced(by: .minutes(3))
            try expect("apply", try await store.apply(change, to: submission.key, at: now), equals: nil)
            try expect("find", try await store.find(submission.key), equals: submission)
        }
    }
}

extension StatusChange {
    static let sampleNotified = StatusChange.notified(providerMessageID: "250 2.0.0 queued as 4bW")
    fileprivate static let sampleInPart = StatusChange.notifiedInPart(
        providerMessageID: "250 2.0.0 queued as 4bX",
        part: .sample,
        reason: "1 of 2",
        nextAttempt: .sample
    )

    /// One of each.
    static let samples: [StatusChange] = [
        .sampleNotified,
        .postponed(reason: "smtp.example answered 451", nextAttempt: .sample.advanced(by: .minutes(7))),
        .sampleInPart,
        .failed(reason: "smtp.example answered 550"),
        .released,
        .resent,
        .bounced(reason: "mailbox full"),
        .markedSpam,
    ]

    fileprivate var deed: String { self == .markedSpam ? "marked as spam" : word }

    /// The status that follows; written out here so that a mistake in the core's rule is seen.
    fileprivate var outcome: SubmissionStatus {
        switch self {
        case .notified: .notified
        case .postponed, .notifiedInPart, .released, .resent: .received
        case .failed: .failed
        case .bounced: .bounced
        case .markedSpam: .held
        }
    }

    fileprivate func isAllowed(from status: SubmissionStatus) -> Bool {
        switch self {
        case .notified, .notifiedInPart, .postponed, .failed: status == .received
        case .released: status == .held
        case .bounced: status == .notified
        case .resent, .markedSpam: status != .held
        }
    }
}

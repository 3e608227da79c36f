// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormAWS
import ContactFormTesting
import Testing

@Suite("Mails of old messages, on DynamoDB")
struct OldMailTests {
    private static let now = Timestamp.sample.advanced(by: .days(300))

    @Test("what waits for its mail and was moved here is due however old it is, and no more when it is mailed")
    func moved() async throws {
        try await Moto.withStore { store, _, _ in
            let waiting = Submission.sample(1)
            for submission in [waiting, .sample(2, status: .notified), .sample(3, status: .held)] {
                #expect(try await store.insert(submission) == .stored)
            }
            #expect(try await store.dueNotifications(at: Self.now, limit: 10).submissions.map(\.id) == [waiting.id])
            let change = StatusChange.notified(providerMessageID: "1")
            _ = try await store.apply(change, to: waiting.key, at: Self.now)
            for _ in 1...2 { #expect(try await store.dueNotifications(at: Self.now, limit: 10).submissions.isEmpty) }
            #expect(try await store.page(SubmissionQuery()).submissions.count == 3)
            #expect(try await store.counts(since: Timestamp(milliseconds: 0)).values.reduce(0, +) == 3)
        }
    }

    @Test("what is released or sent again is due however old it is, each time anew")
    func released() async throws {
        try await Moto.withStore { store, _, _ in
            let held = Submission.sample(1, status: .held)
            _ = try await store.insert(held)
            #expect(try await store.dueNotifications(at: Self.now, limit: 10).submissions.isEmpty)
            _ = try await store.apply(.released, to: held.key, at: Self.now)
            for step in 1...2 {
                let later = Self.now.advanced(by: .minutes(Int64(step)))
                #expect(try await store.dueNotifications(at: later, limit: 10).submissions.map(\.id) == [held.id])
                _ = try await store.apply(.notified(providerMessageID: "\(step)"), to: held.key, at: later)
                #expect(try await store.dueNotifications(at: later, limit: 10).submissions.isEmpty)
                _ = try await store.apply(.resent, to: held.key, at: later)
            }
        }
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ContactForm
import ContactFormTesting
import Testing

@testable import BrevladaCommand

@Suite("Deleting what a filter chooses")
struct MessageDeletionTests {
    private static func filter(_ arguments: String...) throws -> SubmissionFilter {
        try SubmissionFilter.parse(arguments)
    }

    @Test("what was received before the moment is chosen, newest first, and the filters choose among it")
    func selection() async throws {
        let held = (1...30).map { Submission.sample($0, status: .held) }
        let order = Submission.sample(7, form: .sampleOrder, status: .held)
        let store = InMemorySubmissionStore(held + [order, .sample(0, status: .notified)])
        let end = held[9].receivedAt
        let all = try await MessageSelection(Self.filter(), before: end, in: store)
        #expect(all.keys.count == 11)
        let selection = try await MessageSelection(
            Self.filter("--status", "held", "--form", "contact"),
            before: end,
            in: store
        )
        #expect(selection.keys == held[..<9].reversed().map(\.key))
        #expect(selection.newest == held[..<9].reversed())
    }

    @Test("many are chosen over several pages, the newest are shown, and all go")
    func pages() async throws {
        let submissions = (1...1_050).map { Submission.sample($0, status: .held) }
        let store = InMemorySubmissionStore(submissions)
        let selection = try await MessageSelection(Self.filter("--status", "held"), before: .farFuture, in: store)
        #expect(selection.keys == submissions.reversed().map(\.key))
        #expect(selection.newest == submissions.suffix(20).reversed())
        var deleted: [SubmissionID] = []
        let left = try await MessageDeletion(store: store)
            .run(selection.keys, whileMatching: selection.query) { deleted.append($0) }
        #expect(left == [])
        #expect(deleted == selection.keys.map(\.id))
        #expect(store.submissions == [])
    }

    @Test("what can't be read is told of and stays, and what is another's is not chosen")
    func unreadableAndSender() async throws {
        var joanna = Submission.sample(2)
        joanna.email = "joanna@example.com"
        joanna.replyTo = nil
        joanna.fields = [Field("message", "write to anna@example.com")]
        var anna = Submission.sample(3)
        anna.email = "Anna@Example.com"
        let store = InMemorySubmissionStore([.sample(1), joanna, anna])
        store.damage(Submission.sample(1).key)
        let selection = try await MessageSelection(
            Self.filter("--from", "anna@example.com"),
            before: .farFuture,
            in: store
        )
        #expect(selection.keys == [anna.key])
        #expect(selection.unreadable.ids == [Submission.sample(1).id])
    }

    @Test("what was released or deleted between the question and its turn is left alone")
    func changedMeanwhile() async throws {
        let submissions = (1...40).map { Submission.sample($0, status: .held) }
        let store = InMemorySubmissionStore(submissions)
        let selection = try await MessageSelection(Self.filter("--status", "held"), before: .farFuture, in: store)
        _ = try await store.apply(.released, to: submissions[4].key, at: .sample)
        _ = try await store.delete(submissions[20].key, at: .sample)
        let left = try await MessageDeletion(store: store)
            .run(selection.keys, whileMatching: selection.query) { _ in }
        #expect(left == [submissions[20].id, submissions[4].id])
        #expect(store.submissions.map(\.id) == [submissions[4].id])
    }

    @Test("when the store fails, those that went are told of first")
    func outage() async throws {
        let submissions = (1...3).map { Submission.sample($0) }
        let store = InMemorySubmissionStore(submissions)
        store.failNext(StoreError(.unavailable, "no answer"))
        var deleted = 0
        await #expect(throws: StoreError.self) {
            try await MessageDeletion(store: store).run(submissions.map(\.key)) { _ in deleted += 1 }
        }
        #expect(deleted == 2)
    }

    @Test(
        "ids or a day are wanted, and not both; filters want a day",
        arguments: [
            (["01KAS3V8ZG6T4E9QJ2M5X7W0RB"], true), (["--before", "2026-11-01"], true),
            (["--before", "365d", "--status", "held", "--form", "order"], true), ([], false), (["--yes"], false),
            (["--status", "held"], false), (["01KAS3V8ZG6T4E9QJ2M5X7W0RB", "--form", "order"], false),
            (["01KAS3V8ZG6T4E9QJ2M5X7W0RB", "--before", "2026-11-01"], false), (["--before", "yesterday"], false),
            (["--before", "2026-11-01", "--from", "anna"], false),
        ]
    )
    func arguments(_ arguments: [String], _ isFine: Bool) {
        #expect(((try? InboxDeleteCommand.parse(arguments)) != nil) == isFine)
    }
}

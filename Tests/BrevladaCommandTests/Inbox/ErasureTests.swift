// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import JSON
import Testing

@testable import BrevladaCommand

@Suite("Erasing at the command line, with what can't be read")
struct ErasureTests {
    @Test("all that can be read goes, and the receipt has what may be theirs")
    func unreadable() async throws {
        let submissions = (1...3).map { Submission.sample($0) }
        let store = InMemorySubmissionStore(submissions)
        store.damage(submissions[1].key)
        let erasure = Erasure(store: store, address: "astrid@example.com")
        let matching = try await erasure.matching()
        #expect(matching.found.map(\.id) == [submissions[2].id, submissions[0].id])
        #expect(matching.unreadable.ids == [submissions[1].id])
        let (receipt, fault) = try await erasure.run(at: .sample)
        #expect(fault == nil)
        #expect(receipt.ids == [submissions[2].id, submissions[0].id])
        #expect(receipt.unreadable == [submissions[1].id])
        #expect(!receipt.isComplete)
    }

    @Test(
        "a fault after something went comes with the receipt of that, which can be erased again; one before it is thrown"
    )
    func halfWay() async throws {
        let submissions = (1...3).map { Submission.sample($0) }
        let store = InMemorySubmissionStore(submissions)
        let erasure = Erasure(store: store, address: "astrid@example.com")
        store.keep(submissions[0].key)
        let (receipt, fault) = try await erasure.run(at: .sample)
        #expect(fault?.code == .unavailable)
        #expect(receipt.ids == [submissions[2].id, submissions[1].id])
        #expect(!receipt.isComplete)
        let json = try JSONParser.parse(Array(JSONWriter.text { receipt.write(to: &$0) }.utf8), maximumDepth: 3)
        #expect(json["complete"] == .bool(false))
        #expect(json["ids"]?.array?.compactMap(\.string) == receipt.ids.map(\.description))
        await #expect(throws: StoreError.self) { _ = try await erasure.run(at: .sample) }
    }

    @Test(
        "what can't be read is named, ten at most",
        arguments: [
            (1, "1 message can't be read and is not shown: ", false),
            (2, "2 messages can't be read and are not shown: ", false),
            (11, "11 messages can't be read and are not shown: ", true),
        ]
    )
    func sentence(count: Int, beginning: String, hasMore: Bool) throws {
        let ids = (1...count).map { Submission.sample($0).id }
        let failure = #expect(throws: CommandFailure.self) { try UnreadableMessages(ids).check("not shown") }
        #expect(failure?.status == .problems)
        #expect(failure?.description.hasPrefix(beginning + ids[0].description) == true)
        #expect(failure?.description.contains(" and 1 more; ") == hasMore)
        try UnreadableMessages().check("not shown")
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import Testing

@testable import BrevladaCommand

@Suite("Finding messages by id")
struct SubmissionLookupTests {
    private static let first = submission(0x0102_0304_0506, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    private static let second = submission(0x0102_0304_0506, [1, 2, 3, 4, 5, 6, 7, 8, 9, 11])
    private static let other = submission(
        0x0102_0304_0506,
        [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]
    )
    private static let lookup = SubmissionLookup(store: InMemorySubmissionStore([first, second, other]))

    private static func submission(_ milliseconds: Int64, _ entropy: [UInt8]) -> Submission {
        var submission = Submission.sample()
        submission.id = SubmissionID(milliseconds: milliseconds, entropy: entropy)
        return submission
    }

    private static func refusal(_ texts: [String], requiresWholeID: Bool = false) async -> String? {
        do {
            _ = try await lookup.find(texts, requiresWholeID: requiresWholeID)
            return nil
        } catch let failure as CommandFailure {
            #expect(failure.status == .configuration)
            return failure.description
        } catch {
            return "\(error)"
        }
    }

    @Test("the beginning of what can't be read is the error of that message, or of several")
    func unreadable() async throws {
        let store = InMemorySubmissionStore([Self.first, Self.second, Self.other])
        let lookup = SubmissionLookup(store: store)
        store.damage(Self.other.key)
        let error = await #expect(throws: StoreError.self) {
            try await lookup.find([String(Self.other.id.description.prefix(14))])
        }
        #expect(error?.reason.contains(Self.other.id.description) == true)
        store.damage(Self.second.key)
        let several = await #expect(throws: CommandFailure.self) {
            try await lookup.find([String(Self.first.id.description.prefix(14))])
        }
        #expect(several?.description.contains("several messages") == true)
        #expect(try await lookup.find([Self.first.id.description]).map(\.id) == [Self.first.id])
    }

    @Test("of several ids those of no message, and of what can't be read, keep no other from being found")
    func several() async throws {
        let store = InMemorySubmissionStore([Self.first, Self.second, Self.other])
        store.damage(Self.second.key)
        let absent = Submission.sample(9).id
        let outcome = try await SubmissionLookup(store: store)
            .find(ids: [absent, Self.second.id, Self.other.id, Self.first.id, Self.other.id])
        #expect(outcome.found.map(\.id) == [Self.other.id, Self.first.id])
        #expect(outcome.absent == [absent])
        #expect(outcome.unreadable.ids == [Self.second.id])
    }

    @Test("a whole id is found in either case, and only once")
    func wholeID() async throws {
        let id = Self.first.id.description
        #expect(try await Self.lookup.find([id, id.lowercased()]).map(\.id) == [Self.first.id])
    }

    @Test("a beginning that no other shares is enough", arguments: 12...25)
    func beginning(_ length: Int) async throws {
        let beginning = String(Self.other.id.description.prefix(length))
        #expect(try await Self.lookup.find([beginning]).map(\.id) == [Self.other.id])
    }

    @Test("everything else is refused with what to do, all at once")
    func refusals() async {
        let shared = String(Self.first.id.description.prefix(24))
        #expect(
            await Self.refusal([shared, "01", "hello", "", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4", "8"]) == """
                "\(shared)" begins the ids of several messages; write more of it
                "01" is too short; write at least 12 characters of the id
                "hello" is no id; ids have 26 letters and digits, as in "brevlada inbox list"
                "" is no id; ids have 26 letters and digits, as in "brevlada inbox list"
                "01ARZ3NDEKTSV4RRFFQ69G5FAV" is the id of no message; see "brevlada inbox list"
                "01ARZ3NDEKTSV4" begins the id of no message; see "brevlada inbox list"
                "8" is no id; ids have 26 letters and digits, as in "brevlada inbox list"
                """
        )
    }

    @Test("where nobody is asked, a beginning is refused")
    func wholeIDRequired() async {
        let beginning = String(Self.other.id.description.prefix(20))
        #expect(
            await Self.refusal([beginning], requiresWholeID: true)
                == "\"\(beginning)\" is only the beginning of an id; write the whole id with --yes"
        )
        #expect(await Self.refusal([Self.other.id.description], requiresWholeID: true) == nil)
    }

    @Test("the ids that begin alike are those from the first to the last")
    func range() throws {
        let range = try #require(SubmissionLookup.range(prefix: "01ARZ3NDEKTSV4RRFFQ69G5FA"))
        #expect(range.lowerBound.description == "01ARZ3NDEKTSV4RRFFQ69G5FA0")
        #expect(range.upperBound.description == "01ARZ3NDEKTSV4RRFFQ69G5FAZ")
        #expect(SubmissionLookup.range(prefix: "7")?.upperBound == .highest)
        #expect(SubmissionLookup.range(prefix: "01ARZ3NDEKTSV4RRFFQ69G5FAZ") == nil)
    }

    @Test("ids are shown as long as tells them apart")
    func distinctLength() {
        #expect(SubmissionLookup.distinctLength([]) == 14)
        #expect(SubmissionLookup.distinctLength([Self.first.id, Self.other.id]) == 14)
        #expect(SubmissionLookup.distinctLength([Self.first.id, Self.second.id, Self.other.id]) == 26)
    }
}

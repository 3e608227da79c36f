// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ContactForm
import ContactFormTesting
import JSON
import Testing

@testable import BrevladaCommand

@Suite("Messages of one sender")
struct MessagesOfSenderTests {
    private static func message(_ number: Int, from address: String, _ fields: FieldList) -> Submission {
        var submission = Submission.sample(number)
        (submission.email, submission.replyTo, submission.fields) = (address, nil, fields)
        return submission
    }

    private static let anna = message(1, from: "Anna@Example.com", [Field("message", "Hej"), Field("boat", "eka")])
    private static let joanna = message(2, from: "joanna@example.com", [Field("message", "Hej"), Field("shoe", "7")])
    private static let about = message(3, from: "eva@example.com", [Field("message", "Ask anna@example.com about it")])
    private static let named = message(4, from: "eva@example.com", [Field("friend", " anna@example.com ")])
    private static let store = InMemorySubmissionStore([anna, joanna, about, named])

    @Test("are those that an erasure would remove, and not those that have the address within a text")
    func list() async throws {
        let filter = try SubmissionFilter.parse(["--from", "anna@example.com"])
        var found: [SubmissionID] = []
        // Two pages and more, some of them with nothing to show.
        _ = try await filter.messages(in: Self.store).forEach(filter.query(at: .sample), pageSize: 1) { submission in
            found.append(submission.id)
            return true
        }
        #expect(found == [Self.named.id, Self.anna.id])
        let receipt = try await InMemorySubmissionStore(Self.store.submissions).erase(
            address: "anna@example.com",
            at: .sample
        )
        #expect(Set(receipt.ids) == Set(found))
    }

    @Test("are exported without the columns of others, and with a text that they must have as well")
    func export() async throws {
        for (arguments, ids) in [
            (["--from", "anna@example.com"], [Self.named.id, Self.anna.id]),
            (["--from", "anna@example.com", "--search", "EKA"], [Self.anna.id]),
        ] {
            let filter = try SubmissionFilter.parse(arguments)
            var export = SubmissionExport(
                .csv,
                of: filter.messages(in: Self.store),
                matching: filter.query(at: .sample, order: .id),
                from: ExportPosition(startedAt: .farFuture)
            )
            var rows: [String] = []
            while let step = try await export.next() {
                if case .rows(let written) = step { rows += written }
            }
            #expect(rows.count == ids.count + 1)
            #expect(!rows[0].contains("shoe"))
            #expect(zip(rows.dropFirst(), ids).allSatisfy { $0.hasPrefix($1.description) })
        }
    }

    @Test("want a whole address")
    func address() {
        #expect((try? SubmissionFilter.parse(["--from", "anna"])) == nil)
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactFormTesting
import JSON
import Testing

@testable import ContactForm

@Suite("Exports")
struct SubmissionExportTests {
    private static let end = Timestamp.sample.advanced(by: .days(400))

    private static func csv(_ submissions: [Submission], query: SubmissionQuery = .init(order: .id)) async throws
        -> String
    {
        try await text(.csv, InMemorySubmissionStore(submissions), query: query, startedAt: end)
    }

    private static func text(
        _ format: SubmissionExport.Format,
        _ store: InMemorySubmissionStore,
        query: SubmissionQuery = .init(order: .id),
        startedAt: Timestamp
    ) async throws -> String {
        var export = SubmissionExport(
            format,
            of: store,
            matching: query,
            from: ExportPosition(startedAt: startedAt),
            pageSize: 100
        )
        var text = ""
        while let step = try await export.next() {
            if case .rows(let rows) = step { text += rows.joined() }
        }
        return text
    }

    @Test("columns are the fixed ones and every name of a field, told apart when they meet")
    func columns() async throws {
        var first = Submission.sample(1, status: .held)
        first.fields = [Field("message", "one"), Field("status", "=sad"), Field("=x", "1")]
        var second = Submission.sample(2, status: .notified)
        second.fields = [Field("message", "two"), Field(name: "size[]", values: ["S", "M"])]
        let csv = try await Self.csv([first, second])
        #expect(
            csv
                == """
                id,form,received,status,language,page,spam reasons,attempts,mailed,last error,message,size[],status (field),'=x
                \(second.id),contact,2026-11-23T12:00:02Z,notified,en,https://example.com/contact.html,,2,2026-11-23T12:00:04Z,,two,S; M,,
                \(first.id),contact,2026-11-23T12:00:01Z,held,en,https://example.com/contact.html,honeypot,0,,,one,,'=sad,1

                """.replacing("\n", with: "\r\n")
        )
    }

    @Test("more messages than a page holds are all there, once each, newest first")
    func pages() async throws {
        let submissions = (1...1_203).map { Submission.sample($0) }
        let csv = try await Self.csv(submissions)
        let ids = csv.split(separator: "\r\n").dropFirst().map { String($0.prefix(26)) }
        #expect(ids == submissions.reversed().map(\.id.description))
    }

    @Test("only what matches is written")
    func filter() async throws {
        let submissions = [
            Submission.sample(1, status: .held), .sample(2), .sample(3, form: .sampleOrder, status: .held),
        ]
        let csv = try await Self.csv(submissions, query: SubmissionQuery(form: .contact, statuses: [.held]))
        #expect(csv.split(separator: "\r\n").count == 2)
        #expect(csv.contains(submissions[0].id.description))
    }

    @Test("what came after the export began is left out")
    func laterMessages() async throws {
        let text = try await Self.text(
            .jsonl,
            InMemorySubmissionStore([.sample(1), .sample(100)]),
            startedAt: Timestamp.sample.advanced(by: .seconds(50))
        )
        let lines = text.split(separator: "\n")
        #expect(lines.count == 1)
        #expect(lines[0].contains(Submission.sample(1).id.description))
    }

    @Test("a JSON line has everything, exactly, and no raw control character", arguments: Submission.variety)
    func jsonLines(_ submission: Submission) async throws {
        let store = InMemorySubmissionStore([submission])
        let text = try await Self.text(.jsonl, store, startedAt: Timestamp(milliseconds: 4_000_000_000_000))
        #expect(text.unicodeScalars.filter { $0.value < 0x20 } == ["\n"])
        let value = try JSONParser.parse(Array(text.utf8.dropLast()), maximumDepth: 4)
        #expect(value["id"]?.string == submission.id.description)
        #expect(value["status"]?.string == submission.status.rawValue)
        #expect(value["subject"]?.string == submission.subject)
        #expect(value["spamReasons"]?.array?.compactMap(\.string) == submission.spamReasons.map(\.rawValue))
        #expect(value["delivery"]?["attempts"]?.integer == Int64(submission.delivery.attempts))
        #expect(value["delivery"]?["lastError"]?.string == submission.delivery.lastError)
        for field in submission.fields.fields where !field.values.isEmpty {
            let found = value["fields"]?[field.name]
            #expect(found?.string.map { [$0] } ?? found?.array?.compactMap(\.string) == field.values)
        }
    }

    @Test("a fault of the store ends an export")
    func fault() async {
        let store = InMemorySubmissionStore([.sample(1)])
        store.setOutage(StoreError(.unavailable, "the database is locked; try again"))
        await #expect(throws: StoreError.self) { try await Self.text(.jsonl, store, startedAt: Self.end) }
    }
}

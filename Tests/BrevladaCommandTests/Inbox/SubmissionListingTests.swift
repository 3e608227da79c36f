// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import JSON
import Mail
import Testing

@testable import BrevladaCommand

@Suite("Lists of messages")
struct SubmissionListingTests {
    private static var hostile: Submission {
        var submission = Submission.sample(7, status: .held)
        submission.name = "Eva\u{1B}[2J\tBerg"
        submission.fields = [Field("message", "first line\r\nsecond\u{202E} line\u{9B}")]
        return submission
    }

    @Test("a table fits the terminal and holds no control character", arguments: [60, 80, 100, 200])
    func table(_ width: Int) {
        let listing = SubmissionListing(submissions: Submission.variety + [Self.hostile])
        let table = listing.table(width: width, style: .plain)
        let least = 26 + 8 + 16 + 7 + 10 + 12 + 2 * 5
        for line in table.split(separator: "\n") { #expect(TerminalText.width(String(line)) <= max(width, least)) }
        #expect(!table.unicodeScalars.contains { ($0.value < 0x20 && $0 != "\n") || (0x7F..<0xA0).contains($0.value) })
    }

    @Test("a table shows id, status, time, form, sender and message")
    func columns() {
        let submission = Submission.sample(7, status: .held)
        let lines = SubmissionListing(submissions: [submission]).table(width: 90, style: .plain).split(separator: "\n")
        #expect(lines[0] == "ID              STATUS    RECEIVED (UTC)    FORM     FROM          MESSAGE")
        #expect(
            lines[1] == "\(submission.id.description.prefix(14))  held      2026-11-23 12:00  contact  "
                + "Astrid Öberg  Is the workshop open o…"
        )
    }

    @Test("a form's own names are those of its configuration, where that is known")
    func ownNames() {
        var submission = Submission.sample(7)
        submission.fields = [Field("vad", "En båt"), Field("hur", "Snart")]
        var form = FormDefinition(name: .contact)
        form.fields = [FieldRule(name: "vad", label: "What"), FieldRule(name: "hur", label: "How")]
        func start(_ forms: [FormName: FormDefinition]) -> Substring? {
            SubmissionListing(submissions: [submission], forms: forms).tabSeparated.dropLast().split(separator: "\t")
                .last
        }
        #expect(start([:]) == "vad: En båt · hur: Snart")
        #expect(start([form.name: form]) == "What: En båt · How: Snart")
    }

    @Test("lines for programs have seven cells, whatever was typed")
    func tabSeparated() {
        let listing = SubmissionListing(submissions: Submission.variety + [Self.hostile])
        let lines = listing.tabSeparated.split(separator: "\n")
        #expect(lines.count == Submission.variety.count + 1)
        for line in lines { #expect(line.split(separator: "\t", omittingEmptySubsequences: false).count == 7) }
        #expect(
            lines.last?.hasSuffix("Eva\\x1b[2J Berg\tastrid@example.com\tfirst line second\\u{202e} line\\x9b") == true
        )
    }

    @Test("JSON is an array of all messages")
    func json() throws {
        let listing = SubmissionListing(submissions: Submission.variety)
        let value = try JSONParser.parse(Array(listing.json.utf8), maximumDepth: 5)
        #expect(value.array?.compactMap { $0["id"]?.string } == Submission.variety.map(\.id.description))
        #expect(SubmissionListing(submissions: []).json == "[]\n")
    }

    @Test(
        "captured mail is not said to be mailed",
        arguments: [
            ("20261123T120000Z-01KAR0000000000000000000AA.eml", "captured on this machine, not sent,"),
            ("250 2.0.0 Ok: queued as 4F1", "mailed"), (nil, "mailed"),
        ]
    )
    func delivery(id: String?, said: String) {
        var submission = Submission.sample(1, status: .notified)
        submission.delivery.attempts = 1
        submission.delivery.notifiedAt = .sample
        submission.delivery.providerMessageID = id
        let text = SubmissionReport(submission: submission).text(style: .plain)
        #expect(text.contains("Delivery  \(said) \(Timestamp.sample.utc.iso8601), 1 attempt\n"))
    }

    @Test("a message is shown whole, line by line, and safe")
    func report() {
        var submission = Self.hostile
        submission.delivery.lastError = nil
        let text = SubmissionReport(submission: submission).text(style: .plain)
        #expect(
            text == """
                \(submission.id)  held
                Form      contact
                Received  2026-11-23T12:00:07Z
                Reply to  astrid@example.com
                Language  en
                Page      https://example.com/contact.html
                Origin    https://example.com
                Spam      honeypot
                Delivery  held; "brevlada inbox release" mails it

                message
                  first line
                  second\\u{202e} line\\x9b

                """
        )
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactFormTesting
import TestSupport
import Testing

@testable import ContactForm

@Suite("Where an export goes on")
struct ExportPositionTests {
    private func position(fields: [String]) -> ExportPosition {
        var position = ExportPosition(startedAt: .sample)
        var submission = Submission.sample(1)
        submission.fields = FieldList(fields.map { Field($0, "x") })
        position.columns.add(fieldsOf: submission)
        position.phase = .rows
        position.cursor = SubmissionCursor(after: submission, order: .received)
        return position
    }

    @Test(
        "it comes back from its text",
        arguments: [[], ["message", "åäö \"<>", "a\nb", "😀"], (0..<150).map { "field-\($0)" }]
    )
    func roundTrip(fields: [String]) throws {
        let position = position(fields: fields)
        let again = try #require(ExportPosition(text: position.text))
        #expect(again == position)
        #expect(again.columns.titles == position.columns.titles)
        #expect(position.text.utf8.allSatisfy { UInt8(ascii: "0") <= $0 || $0 == UInt8(ascii: "-") })
    }

    @Test("it fits into an address, whatever visitors call their fields")
    func size() {
        let position = position(fields: (0..<500).map { "\($0)" + String(repeating: "\u{1}", count: 95) })
        #expect(position.text.utf8.count < 4_500)
        #expect(position.columns.hasOthers)
    }

    @Test("what it did not write is refused, and never a crash", arguments: UInt64(0)..<20)
    func refusals(seed: UInt64) {
        for text in ["", "x", "e30", "bnVsbA", String(repeating: "A", count: 9_000)] {
            #expect(ExportPosition(text: text) == nil)
        }
        var generator = SplitMix64(seed: seed)
        let text = Array(position(fields: ["message"]).text.utf8)
        for _ in 0..<500 {
            var changed = text
            changed[Int.random(in: 0..<text.count, using: &generator)] = UInt8.random(
                in: 0x20...0x7E,
                using: &generator
            )
            // What still reads must be a position that writes itself the same way.
            if let read = ExportPosition(text: String(decoding: changed, as: UTF8.self)) {
                #expect(ExportPosition(text: read.text) == read)
            }
        }
    }

    @Test(
        "a moment that no clock shows is refused",
        arguments: [
            (0, true), (253_402_300_799_999, true), (253_402_300_800_000, false), (.max, false), (-1, false),
            (.min, false),
        ] as [(Int64, Bool)]
    )
    func moments(milliseconds: Int64, isRead: Bool) {
        let position = ExportPosition(startedAt: Timestamp(milliseconds: milliseconds))
        #expect(ExportPosition(text: position.text) == (isRead ? position : nil))
    }

    @Test("fields beyond the last column share one, by name")
    func others() throws {
        var submission = Submission.sample(1)
        submission.fields = FieldList((0..<103).map { Field("f\($0)", "v\($0)") })
        var columns = ExportColumns()
        columns.add(fieldsOf: submission)
        #expect(columns.fields.count == 100)
        let cells = columns.cells(of: submission)
        #expect(cells.count == columns.titles.count)
        #expect(columns.titles.last == "other fields")
        #expect(cells.last == "f100: v100\nf101: v101\nf102: v102")
    }
}

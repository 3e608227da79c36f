// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import Testing

@Suite("Cursors")
struct SubmissionCursorTests {
    private static let cursors = [SubmissionQuery.Order.received, .id].flatMap { order in
        Submission.variety.map { SubmissionCursor(after: $0, order: order) }
    }

    @Test("a cursor comes back from its text, which is good in a URL", arguments: cursors)
    func roundTrip(_ cursor: SubmissionCursor) {
        #expect(SubmissionCursor(cursor.description) == cursor)
        #expect(cursor.description.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "z")).contains($0) })
    }

    @Test("a text in which any character was changed, added or left out is no cursor")
    func changed() {
        let text = SubmissionCursor(after: .sample(), order: .received).description
        for index in text.indices {
            var other = text
            other.replaceSubrange(index...index, with: text[index] == "0" ? "1" : "0")
            #expect(SubmissionCursor(other) == nil)
            other.remove(at: index)
            #expect(SubmissionCursor(other) == nil)
        }
        for other in ["", "r", text + "0", text.lowercased(), " \(text)", String(repeating: "r", count: 59)] {
            #expect(SubmissionCursor(other) == nil)
        }
    }

    @Test(
        "a moment that no clock shows is no place in a list",
        arguments: [
            (0, true), (253_402_300_799_999, true), (253_402_300_800_000, false), (1 << 53, false), (.max, false),
            (-1, false), (.min, false),
        ] as [(Int64, Bool)]
    )
    func moments(milliseconds: Int64, isRead: Bool) {
        for order in [SubmissionQuery.Order.received, .id] {
            let moment = Timestamp(milliseconds: milliseconds)
            let cursor = SubmissionCursor(order: order, moment: moment, id: .lowest)
            #expect(SubmissionCursor(cursor.description) == (isRead ? cursor : nil))
        }
    }

    @Test("what comes after a cursor is what is older, or of the same moment with a lower id")
    func order() {
        let (first, second) = (Submission.sample(1), Submission.sample(2))
        let cursor = SubmissionCursor(after: second, order: .received)
        #expect(cursor.precedes(first))
        #expect(!cursor.precedes(second))
        #expect(!SubmissionCursor(after: first, order: .received).precedes(second))
    }
}

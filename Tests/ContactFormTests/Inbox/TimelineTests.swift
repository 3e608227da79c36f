// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import Testing

@Suite("What happened to a submission")
struct TimelineTests {
    @Test("it begins with how it came in, whatever happened since")
    func beginning() throws {
        let received = Submission.sample()
        #expect(received.timeline == [HistoryEntry(at: received.receivedAt, what: "received")])
        let held = Submission.sample(status: .held)
        #expect(held.timeline == [HistoryEntry(at: held.receivedAt, what: "held", reason: "honeypot")])
        let released = try #require(held.applying(.released, at: .sample))
        #expect(released.timeline.map(\.what) == ["held", "released"])
        let spam = try #require(received.applying(.markedSpam, at: .sample))
        #expect(spam.timeline.map(\.what) == ["received", "spam"])
        #expect(spam.spamReasons == [.owner])
        #expect(try #require(spam.applying(.released, at: .sample)).spamReasons == [])
    }

    @Test("a reason is cut to what every store has room for, and no character in two")
    func longReason() throws {
        let reason = String(repeating: "é👩🏽‍🚒", count: 1_000)
        let failed = try #require(Submission.sample().applying(.failed(reason: reason), at: .sample))
        #expect(failed.history.last?.reason?.unicodeScalars.count == 200)
        #expect(failed.delivery.lastError == reason)
    }

    @Test("entries come back from their JSON", arguments: [0, 1, 50])
    func json(count: Int) {
        let entries = (0..<count).map { number in
            HistoryEntry(
                at: Timestamp(milliseconds: Int64(number)),
                what: "failed",
                reason: number % 2 == 0 ? nil : "\"451\" \\ å"
            )
        }
        #expect([HistoryEntry](json: entries.json) == entries)
    }

    @Test(
        "what is no history is not taken for one",
        arguments: ["", "{}", "[1]", "[{}]", "[{\"at\":\"0\",\"what\":\"x\"}]"]
    )
    func noHistory(text: String) {
        #expect([HistoryEntry](json: text) == nil)
    }
}

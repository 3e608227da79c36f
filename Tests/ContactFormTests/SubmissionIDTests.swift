// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import TestSupport
import Testing

@Suite("SubmissionID")
struct SubmissionIDTests {
    static let now = Timestamp(milliseconds: 1_795_475_480_123)

    static func id(
        form: String = "contact",
        token: String = "",
        started: Timestamp? = nil,
        fields: FieldList = [Field("message", "Hej")],
        at moment: Timestamp = now
    ) throws -> SubmissionID {
        let form = try #require(FormName(rawValue: form))
        return SubmissionID(form: form, token: token, started: started, fields: fields, receivedAt: moment)
    }

    @Test("a double click within ten minutes gives the same id")
    func repeats() throws {
        let first = try Self.id()
        #expect(try Self.id(at: Self.now.advanced(by: .seconds(5))) == first)
        #expect(try Self.id(at: Self.now.advanced(by: .minutes(11))) != first)
    }

    @Test("a retry with the client's token gives the same id hours later")
    func retries() throws {
        let started = Self.now.advanced(by: .seconds(-30))
        let first = try Self.id(token: "t", started: started)
        #expect(try Self.id(token: "t", started: started, at: Self.now.advanced(by: .hours(20))) == first)
        #expect(first.moment == started)
    }

    @Test("another form, token, name, value or split of values gives another id")
    func differences() throws {
        let ids = [
            try Self.id(),
            try Self.id(form: "other"),
            try Self.id(token: "t"),
            try Self.id(fields: [Field("message", "Hej!")]),
            try Self.id(fields: [Field("msg", "Hej")]),
            try Self.id(fields: [Field(name: "message", values: ["He", "j"])]),
            try Self.id(fields: [Field("message", "He"), Field("j", "")]),
            try Self.id(fields: [Field("message", ""), Field("Hej", "")]),
        ]
        #expect(Set(ids).count == ids.count)
    }

    @Test(
        "a client's time is used only with a token, not ahead and at most a day old",
        arguments: [
            ("t", -1, true), ("t", -86_400_000, true), ("t", 0, true), ("t", 1, false), ("t", -86_400_001, false),
            ("", -1, false),
        ] as [(String, Int64, Bool)]
    )
    func clientTime(token: String, offset: Int64, isUsed: Bool) throws {
        let started = Self.now.advanced(by: .milliseconds(offset))
        let id = try Self.id(token: token, started: started)
        #expect((id.moment == started) == isUsed)
        if !isUsed { #expect(id.moment.milliseconds == Self.now.milliseconds / 600_000 * 600_000) }
    }

    @Test("ids sort as their text does, by time first")
    func order() {
        var random = SplitMix64(seed: 1)
        let ids = (0..<500).map { _ in SubmissionID(high: random.next() >> 1, low: random.next()) }.sorted()
        #expect(ids.map(\.description) == ids.map(\.description).sorted())
        #expect(SubmissionID(lowestAt: Self.now).moment == Self.now)
    }

    @Test("an id is read back from its text in either case")
    func text() {
        var random = SplitMix64(seed: 2)
        for _ in 0..<500 {
            let id = SubmissionID(high: random.next(), low: random.next())
            #expect(SubmissionID(id.description) == id)
            #expect(SubmissionID(id.description.lowercased()) == id)
        }
    }

    @Test(
        "text that is no ULID is refused",
        arguments: ["", "01ARZ3NDEKTSV4RRFFQ69G5FA", "81ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FAU", "åäö"]
    )
    func refused(text: String) {
        #expect(SubmissionID(text) == nil)
    }

    @Test("the published example reads as its time")
    func published() throws {
        // github.com/ulid/spec: the first ten characters are milliseconds.
        let id = try #require(SubmissionID("01ARZ3NDEKTSV4RRFFQ69G5FAV"))
        #expect(id.moment.milliseconds == 1_469_922_850_259)
    }
}

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

    static let alikes: [(FieldList, FieldList)] = [
        // Written one after the other, each of these once had the same bytes.
        ([Field("a", ""), Field("b", "x")], [Field(name: "a", values: ["", "", "b", "x"])]),
        ([Field("a", ""), Field("", "")], [Field(name: "a", values: ["", "", "", ""])]),
        ([Field("a", "x"), Field(name: "", values: [])], [Field(name: "a", values: ["x", "", ""])]),
        ([Field("a", "b\0c")], [Field(name: "a", values: ["b", "c"])]),
        ([Field("a", "")], [Field(name: "a", values: [])]),
    ]

    @Test("lists that look alike when they are written in a row give different ids", arguments: alikes)
    func alike(one: FieldList, other: FieldList) throws {
        #expect(try Self.id(fields: one) != Self.id(fields: other))
    }

    @Test("no two lists of names and values give the same id, wherever they stand")
    func random() throws {
        var random = SplitMix64(seed: 3)
        func text() -> String { ["", "a", "b", "ab", "\0"].randomElement(using: &random) ?? "" }
        func list() -> [Field] {
            (0..<Int.random(in: 0...2, using: &random)).map { _ in
                Field(name: text(), values: (0..<Int.random(in: 0...3, using: &random)).map { _ in text() })
            }
        }
        var contents: Set<[[Field]]> = []
        var ids: Set<SubmissionID> = []
        for _ in 0..<20_000 {
            let (token, fields, special) = (text(), list(), list())
            contents.insert([[Field(token, "")], fields, special])
            ids.insert(
                SubmissionID(
                    form: .contact,
                    token: token,
                    started: nil,
                    fields: FieldList(fields),
                    special: special,
                    receivedAt: Self.now
                )
            )
        }
        #expect(contents.count > 10_000)
        #expect(ids.count == contents.count)
    }

    @Test("the id of a message stays what it is, or what is sent again after an update would be stored twice")
    func stable() throws {
        let fields: FieldList = [Field("name", "Åsa"), Field(name: "size", values: ["S", "", "XL"])]
        let id = SubmissionID(
            form: .contact,
            token: "3f0c6a",
            started: Self.now,
            fields: fields,
            special: [Field("_subject", "Hej")],
            receivedAt: Self.now
        )
        #expect(id.description == "01M85AV7HVA1G5ZD69JGHHQN5E")
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

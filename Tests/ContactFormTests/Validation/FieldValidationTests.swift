// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import Testing

@Suite("Field rules")
struct FieldValidationTests {
    static func codes(_ rule: FieldRule, _ values: [String]?) -> [ErrorCode] {
        var form = FormDefinition(name: .contact)
        form.fields = [rule]
        let fields = values.map { FieldList([Field(name: rule.name, values: $0)]) } ?? FieldList()
        return form.errors(in: fields, language: .english).map(\.code)
    }

    static let types: [(type: FieldRule.FieldType, good: [String], bad: [String], code: ErrorCode)] = [
        (
            .email,
            [
                "a@example.se", " a@example.se ", "åsa@exempel.se", "anna@räksmörgås.se", "a+b@x-y.example.com",
                "\u{202A}a@example.se\u{202C}", "\u{2066} a@example.se\u{2069}\u{A0}", "a@example.se\u{200E}",
            ],
            [
                "a", "a@", "@b.se", "a b@c.se", "a@b..se", "a@b.se,c@d.se", "a@b.se\nBcc: c@d.se",
                "a@\u{202A}b.se", "\u{202A}\u{202C}",
            ], .typeEmail
        ),
        (
            .number,
            [
                "0", "-1", "+1.5", "1,5", " 7 ", ".5", "-,5", "1e3", "-1.5E2", "1e21", "2.5e-10", "7E+0",
                "\u{661}", "\u{664}\u{662}\u{66B}\u{665}", "\u{6F4}\u{6F2}", "\u{967}\u{968}", "\u{2212}4", "−１．５",
                "＋１，５",
            ],
            [
                "x", "0x1", "1.2.3", "1.", "-", "NaN", "Infinity", ".", "e3", "1e", "1e+", "1e1.5", ".e1", "--1",
                "1 000",
                "1.e3", "1e5x", "\u{B2}", "\u{661}.", "四", "１ ０",
            ], .typeNumeric
        ),
        (
            .tel,
            [
                "+46 70-123 45 67", "(08) 12 34 56", "112", "08\u{2013}12 34 56", "070\u{A0}123\u{202F}45",
                "070\u{2011}123",
                "\u{202A}+46701234567\u{202C}", "\u{2066}112\u{2069}", "\u{200E}112\u{200F}", "\u{661}\u{661}\u{662}",
                "＋４６（０）７０－１２３", "\u{6F0}\u{6F9}\u{6F1}2",
            ],
            [
                "ring mig", "12", "0701234567 efter fem", "112\n113", "\u{661}\u{661}", "112\u{200B}",
                "\u{B9}\u{B2}\u{B3}", "電話112",
            ], .typeText
        ),
        (
            .url, ["https://example.se", "HTTP://a.b/c?d#e"],
            ["example.se", "javascript:alert(1)", "https://", "https:// a"], .typeText
        ),
        (
            .date, ["2026-11-23", "2024-02-29"],
            [
                "2026-02-29", "2026-13-01", "2026-1-1", "23/11 2026", "2026-11-00", "2026-11-23T12:00:00Z",
                "2026_11_23",
                "+026-11-23", "２026-11-2",
            ],
            .typeText
        ),
        (.text, ["anything <b>"], [], .typeText),
    ]

    @Test("a value must be of its field's type", arguments: types)
    func isOfType(type: FieldRule.FieldType, good: [String], bad: [String], code: ErrorCode) {
        let rule = FieldRule(name: "f", type: type)
        for value in good { #expect(Self.codes(rule, [value]) == [], "\(type) accepts \(value)") }
        for value in bad { #expect(Self.codes(rule, [value]) == [code], "\(type) refuses \(value)") }
    }

    @Test("a required field must be there and hold something; an optional one may do neither")
    func required() {
        let required = FieldRule(name: "f", type: .email, isRequired: true)
        #expect(Self.codes(required, nil) == [.requiredFieldMissing])
        #expect(Self.codes(required, [""]) == [.requiredFieldEmpty])
        #expect(Self.codes(required, [" \n"]) == [.requiredFieldEmpty])
        let optional = FieldRule(name: "f", type: .email)
        #expect(Self.codes(optional, nil) == [])
        #expect(Self.codes(optional, [" "]) == [])
    }

    @Test(
        "one box is to be ticked, of several at least one, and of a list one is to be chosen",
        arguments: [
            (FieldRule.FieldType.checkbox, [], "Tick the box to go on.", "Kryssa i rutan för att gå vidare."),
            (.checkbox, ["I agree"], "Tick the box to go on.", "Kryssa i rutan för att gå vidare."),
            (.checkbox, ["a", "b"], "Choose at least one of the options.", "Välj minst ett av alternativen."),
            (.select, ["a", "b"], "Choose one of the options.", "Välj ett av alternativen."),
        ]
    )
    func choices(_ type: FieldRule.FieldType, _ options: [String], _ english: String, _ swedish: String) {
        let rule = FieldRule(name: "f", type: type, isRequired: true, options: options)
        for code in [ErrorCode.requiredFieldMissing, .requiredFieldEmpty, .notAnOption] {
            #expect(Sentences(.english).error(code, for: rule) == english)
            #expect(Sentences(.swedish).error(code, for: rule) == swedish)
        }
    }

    @Test(
        "a box that was sent as not ticked is not ticked, and a list of boxes holds what its options are",
        arguments: [
            ([], ["on"], []), ([], ["Yes"], []), ([], ["true"], []), ([], ["1"], []), ([], ["0", "1"], []),
            ([], ["false"], [.requiredFieldEmpty]), ([], ["False"], [.requiredFieldEmpty]),
            ([], ["0"], [.requiredFieldEmpty]), ([], ["off"], [.requiredFieldEmpty]),
            ([], ["", "false"], [.requiredFieldEmpty]), ([], [" "], [.requiredFieldEmpty]),
            (["0", "1"], ["0"], []), (["a"], ["false"], [.notAnOption]), (["a"], [""], [.requiredFieldEmpty]),
        ] as [([String], [String], [ErrorCode])]
    )
    func boxes(options: [String], values: [String], codes: [ErrorCode]) {
        #expect(Self.codes(FieldRule(name: "f", type: .checkbox, isRequired: true, options: options), values) == codes)
        let optional = codes.filter { $0 == .notAnOption }
        #expect(Self.codes(FieldRule(name: "f", type: .checkbox, options: options), values) == optional)
    }

    @Test("length is counted in characters as the browser counts them, ends included")
    func length() {
        let rule = FieldRule(name: "f", minLength: 2, maxLength: 3)
        #expect(Self.codes(rule, ["å"]) == [.tooShort])
        #expect(Self.codes(rule, ["åä"]) == [])
        #expect(Self.codes(rule, ["åäö"]) == [])
        #expect(Self.codes(rule, ["åäöa"]) == [.tooLong])
    }

    @Test("a choice must be one of the options, a list of boxes several of them")
    func options() {
        let select = FieldRule(name: "f", type: .select, options: ["a", "b"])
        #expect(Self.codes(select, ["a"]) == [])
        #expect(Self.codes(select, ["a", "b"]) == [])
        #expect(Self.codes(select, ["c"]) == [.notAnOption])
        let boxes = FieldRule(name: "f", type: .checkbox, options: ["a", "b"])
        #expect(Self.codes(boxes, ["a", "b"]) == [])
        #expect(Self.codes(boxes, ["a", "x"]) == [.notAnOption])
    }

    @Test("a field that is one text is not taken twice")
    func repeated() {
        #expect(Self.codes(FieldRule(name: "f"), ["a", "b"]) == [.typeText])
        #expect(Self.codes(FieldRule(name: "f", type: .email), ["a@b.se", "c@d.se"]) == [.typeEmail])
        #expect(Self.codes(FieldRule(name: "f", type: .number), ["1", "2"]) == [.typeNumeric])
    }

    @Test("the message may be called msg, and errors then stand by that name")
    func alias() {
        let form = FormDefinition(name: .contact)
        let good: FieldList = [Field("email", "a@b.se"), Field("msg", "Hej")]
        #expect(form.errors(in: good, language: .swedish) == [])
        let blank: FieldList = [Field("email", "a@b.se"), Field("msg", "")]
        let errors = form.errors(in: blank, language: .swedish)
        #expect(errors == [FieldError(.requiredFieldEmpty, field: "msg", message: "Skriv ett meddelande.")])
    }

    @Test("every error has a sentence of its own in both languages", arguments: FieldRule.FieldType.allCases)
    func sentences(type: FieldRule.FieldType) {
        let rule = FieldRule(name: "f", type: type, minLength: 2, maxLength: 5)
        let codes: [ErrorCode] = [
            .requiredFieldEmpty, .typeEmail, .typeNumeric, .typeText, .tooLong, .tooShort, .notAnOption,
        ]
        for code in codes {
            let english = Sentences(.english).error(code, for: rule)
            let swedish = Sentences(.swedish).error(code, for: rule)
            #expect(english != swedish)
            #expect(english.hasSuffix(".") && swedish.hasSuffix("."))
        }
    }

    @Test(
        "one character is one, and many have their thousands apart",
        arguments: [
            (1, "Write at least 1 character.", "Skriv minst 1 tecken."),
            (2, "Write at least 2 characters.", "Skriv minst 2 tecken."),
            (999, "Write at least 999 characters.", "Skriv minst 999 tecken."),
            (1_000, "Write at least 1,000 characters.", "Skriv minst 1\u{A0}000 tecken."),
            (20_000, "Write at least 20,000 characters.", "Skriv minst 20\u{A0}000 tecken."),
        ]
    )
    func characters(least: Int, english: String, swedish: String) {
        let rule = FieldRule(name: "f", type: .text, minLength: least)
        #expect(Sentences(.english).error(.tooShort, for: rule) == english)
        #expect(Sentences(.swedish).error(.tooShort, for: rule) == swedish)
    }

    @Test(
        "how long to wait is said in seconds, then in minutes, and one is one",
        arguments: [
            (1, "1 second", "1 sekund"), (2, "2 seconds", "2 sekunder"), (90, "90 seconds", "90 sekunder"),
            (91, "2 minutes", "2 minuter"), (3_600, "60 minutes", "60 minuter"),
        ]
    )
    func waiting(seconds: Int, english: String, swedish: String) {
        #expect(Sentences(.english).tooManyRequests(seconds: seconds).contains(" Wait \(english) and "))
        #expect(Sentences(.swedish).tooManyRequests(seconds: seconds).contains(" Vänta \(swedish) och "))
    }

    @Test(
        "so it is for whoever signs in",
        arguments: [(1, "1 second", "1 sekund"), (60, "60 seconds", "60 sekunder")]
    )
    func waitingToSignIn(seconds: Int, english: String, swedish: String) {
        #expect(InboxSentences(.english).tooManyTries(seconds: seconds).contains(" Wait \(english) and "))
        #expect(InboxSentences(.swedish).tooManyTries(seconds: seconds).contains(" Vänta \(swedish) och "))
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import Testing

@Suite("Spam rules")
struct SpamRulesTests {
    static let person: FieldList = [
        Field("name", "Anna"), Field("message", "Hej! Kan ni laga min båt till våren? Se https://example.se/bild.jpg."),
    ]

    static func rules() -> SpamRules {
        var rules = SpamRules()
        rules.blockedWords = ["cialis", "Crypto Profit"]
        rules.blockedAddresses = ["spam@example.com", "bad.example"]
        return rules
    }

    static let cases: [(name: String, evidence: SpamEvidence, reasons: [SpamReason], isHeld: Bool)] = [
        ("a person", SpamEvidence(fields: person, addresses: ["a@b.se"], fillTime: .seconds(40)), [], false),
        ("a privacy browser", SpamEvidence(fields: person, hasOrigin: false), [.missingOrigin], false),
        ("a quick person", SpamEvidence(fields: person, fillTime: .seconds(2)), [.tooFast], false),
        ("exactly three seconds", SpamEvidence(fields: person, fillTime: .seconds(3)), [], false),
        ("a filled honeypot", SpamEvidence(fields: person, honeypot: "x"), [.honeypot], true),
        ("a blank honeypot", SpamEvidence(fields: person, honeypot: " "), [], false),
        ("a driven browser", SpamEvidence(fields: person, isWebdriver: true), [.webdriver], false),
        (
            "a driven, hasty browser", SpamEvidence(fields: person, fillTime: .seconds(1), isWebdriver: true),
            [.webdriver, .tooFast], true
        ),
        ("the same text again", SpamEvidence(fields: person, timesSeen: 3), [.repeatedContent], false),
        (
            "the same text again, without origin, in a hurry",
            SpamEvidence(fields: person, fillTime: .seconds(1), hasOrigin: false, timesSeen: 9),
            [.repeatedContent, .tooFast, .missingOrigin], true
        ),
        ("a blocked address", SpamEvidence(fields: person, addresses: ["Spam@Example.com"]), [.blockedAddress], true),
        ("a blocked domain", SpamEvidence(fields: person, addresses: ["x@bad.example"]), [.blockedAddress], true),
        (
            "below a blocked domain", SpamEvidence(fields: person, addresses: ["x@mail.bad.example"]),
            [.blockedAddress], true
        ),
        ("a domain that ends alike", SpamEvidence(fields: person, addresses: ["x@notbad.example"]), [], false),
        ("a blocked word", SpamEvidence(fields: [Field("m", "Buy CIALIS, now")]), [.blockedWord], true),
        ("a specialist", SpamEvidence(fields: [Field("m", "I am a specialist.")]), [], false),
        ("a blocked phrase", SpamEvidence(fields: [Field("m", "crypto\nprofit!")]), [.blockedWord], true),
        ("half a phrase", SpamEvidence(fields: [Field("m", "crypto, no profit")]), [], false),
        (
            "many links",
            SpamEvidence(fields: [Field("m", String(repeating: "https://www.a.example x ", count: 6))]), [.links], true
        ),
        (
            "two links and little else", SpamEvidence(fields: [Field("m", "http://a.example www.b.example")]), [.links],
            false
        ),
        ("no checker", SpamEvidence(fields: person, isChallengeUnavailable: true), [.challengeUnavailable], true),
    ]

    @Test("each sign is named, and held is what has enough of them", arguments: cases)
    func verdict(name: String, evidence: SpamEvidence, reasons: [SpamReason], isHeld: Bool) {
        let verdict = Self.rules().verdict(on: evidence)
        #expect(verdict.reasons == reasons, "\(name)")
        #expect(verdict.isHeld == isHeld, "\(name): \(verdict.score)")
    }

    @Test("the owner can make the rules laxer or stricter, and what tells for certain always holds")
    func threshold() {
        let hasty = SpamEvidence(fields: Self.person, fillTime: .seconds(1))
        var strict = Self.rules()
        strict.threshold = 50
        #expect(strict.verdict(on: hasty).isHeld && !Self.rules().verdict(on: hasty).isHeld)
        strict.threshold = 1000
        #expect(strict.verdict(on: SpamEvidence(fields: Self.person, honeypot: "x")).isHeld)
        var rules = Self.rules()
        rules.freeLinks = 100
        let links = SpamEvidence(fields: [Field("m", String(repeating: "https://a.example lorem ipsum ", count: 9))])
        #expect(!rules.verdict(on: links).isHeld)
    }
}

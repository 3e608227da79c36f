// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Mail
import TestSupport
import Testing

@Suite("E-mail addresses")
struct EmailAddressTests {
    @Test(
        "an address is read",
        arguments: [
            ("anna@example.com", "anna@example.com"),
            ("Anna.Svensson+form@Mail.EXAMPLE.com", "Anna.Svensson+form@mail.example.com"),
            ("!#$%&'*+-/?=^_`{|}~@example.com", "!#$%&'*+-/?=^_`{|}~@example.com"),
            ("a@1.example", "a@1.example"),
            ("a@xn--rksmrgs-5wao1o.se", "a@xn--rksmrgs-5wao1o.se"),
            ("anna@räksmörgås.se", "anna@xn--rksmrgs-5wao1o.se"),
            ("anna@RÄKSMÖRGÅS.SE", "anna@xn--rksmrgs-5wao1o.se"),
            ("anna@ra\u{308}ksmo\u{308}rga\u{30A}s.se", "anna@xn--rksmrgs-5wao1o.se"),
            ("a@例え。テスト", "a@xn--r8jz45g.xn--zckzah"),
            ("a@ｅｘａｍｐｌｅ．ｃｏｍ", "a@example.com"),
            ("a@straße.de", "a@xn--strae-oqa.de"),
            ("a@ΒΌΛΟΣ.com", "a@xn--nxasmq6b.com"),
            ("a@βόλος.com", "a@xn--nxasmm1c.com"),
            ("a@пример.испытание", "a@xn--e1afmkfd.xn--80akhbyknj4f"),
            ("a@l·l.cat", "a@xn--ll-0ea.cat"),
            ("a@\u{915}\u{94D}\u{200D}\u{937}.com", "a@xn--11b2ezcw70k.com"),
            ("a@i\u{AD}k.se", "a@ik.se"),
            ("a@i❤.ws", "a@xn--i-7iq.ws"),
            ("jöran@example.com", "jöran@example.com"),
            ("\"a b\"@example.com", "\"a b\"@example.com"),
            ("\"ab\"@example.com", "ab@example.com"),
            ("\"a\\b\"@example.com", "ab@example.com"),
            ("\"a\\\"\\\\b\"@example.com", "\"a\\\"\\\\b\"@example.com"),
            ("\"a@b\"@example.com", "\"a@b\"@example.com"),
            ("\"a..b\"@example.com", "\"a..b\"@example.com"),
        ]
    )
    func reading(text: String, transportAddress: String) throws {
        let address = try EmailAddress(parsing: text)
        #expect(Array(address.transportAddress.utf8) == Array(transportAddress.utf8))
        #expect(address.requiresSMTPUTF8 == (text == "jöran@example.com"))
        #expect(try EmailAddress(parsing: address.transportAddress) == address)
        #expect(try EmailAddress(parsing: address.description) == address)
    }

    @Test(
        "what is not an address is refused for the right reason",
        arguments: [
            ("", .empty),
            ("anna", .missingAtSign),
            ("@example.com", .emptyLocalPart),
            ("\"\"@example.com", .emptyLocalPart),
            ("a@", .emptyDomain),
            ("a@@example.com", .invalidDomainCharacter("@")),
            ("a@b@example.com", .invalidDomainCharacter("@")),
            (".a@example.com", .misplacedDot),
            ("a.@example.com", .misplacedDot),
            ("a..b@example.com", .misplacedDot),
            (" a@example.com", .invalidLocalPartCharacter(" ")),
            ("a@example.com ", .invalidDomainCharacter(" ")),
            ("a@example.com\n", .invalidDomainCharacter("\n")),
            ("a@example.com\r\nBcc: b@example.com", .invalidDomainCharacter("\r")),
            ("a\r\nBcc:b@example.com", .invalidLocalPartCharacter("\r")),
            ("\"a\r\n\"@example.com", .invalidLocalPartCharacter("\r")),
            ("\"a\\\r\"@example.com", .invalidLocalPartCharacter("\r")),
            ("\"a\u{0}\"@example.com", .invalidLocalPartCharacter("\u{0}")),
            ("a\u{85}@example.com", .invalidLocalPartCharacter("\u{85}")),
            ("a\u{2028}@example.com", .invalidLocalPartCharacter("\u{2028}")),
            ("a\u{A0}@example.com", .invalidLocalPartCharacter("\u{A0}")),
            ("a\u{202E}b@example.com", .invalidLocalPartCharacter("\u{202E}")),
            ("Anna <a@example.com>", .invalidLocalPartCharacter(" ")),
            ("<a@example.com>", .invalidLocalPartCharacter("<")),
            ("a(comment)@example.com", .invalidLocalPartCharacter("(")),
            ("a@example.com(comment)", .invalidDomainCharacter("(")),
            ("a,b@example.com", .invalidLocalPartCharacter(",")),
            ("\"a", .unterminatedQuote),
            ("\"a\\", .unterminatedQuote),
            ("\"a\"", .missingAtSign),
            ("\"a\"b@example.com", .invalidLocalPartCharacter("b")),
            ("=?utf-8?q?=40?=@example.com", .encodedWordInLocalPart),
            ("\"=?x\"@example.com", .encodedWordInLocalPart),
            ("a@example", .missingDomainDot),
            ("root@localhost", .missingDomainDot),
            ("root@LOCALHOST", .missingDomainDot),
            ("a@räksmörgås", .missingDomainDot),
            ("a@.example.com", .emptyLabel),
            ("a@example..com", .emptyLabel),
            ("a@example.com.", .emptyLabel),
            ("a@example。。com", .emptyLabel),
            ("a@-example.com", .misplacedHyphen),
            ("a@example-.com", .misplacedHyphen),
            ("a@ex_ample.com", .invalidDomainCharacter("_")),
            ("a@ex\u{2044}ample.com", .invalidDomainCharacter("\u{2044}")),
            ("a@ex\u{FB01}.com", .invalidDomainCharacter("\u{FB01}")),
            ("a@\u{301}a.com", .invalidDomainCharacter("\u{301}")),
            ("a@a\u{200D}b.com", .invalidDomainCharacter("\u{200D}")),
            ("a@ex\u{202E}.com", .invalidDomainCharacter("\u{202E}")),
            ("a@[192.0.2.1]", .addressLiteral),
            ("a@[IPv6:2001:db8::1]", .addressLiteral),
            ("a@192.0.2.1", .addressLiteral),
            ("a@xn--.com", .misplacedHyphen),
            ("a@xn--a.com", .invalidPunycode),
            ("a@xn--abc-.com", .misplacedHyphen),
            ("a@xn--99999999.com", .invalidPunycode),
            ("a@xn--ä.com", .invalidPunycode),
            ("a@xn--fa-4fa.com", .invalidPunycode),
            ("a@xn--a-fvn.com", .invalidPunycode),
        ] as [(String, EmailAddressError)]
    )
    func refusing(text: String, error: EmailAddressError) {
        #expect(throws: error) { try EmailAddress(parsing: text) }
    }

    @Test("the limits of SMTP and the DNS hold to the octet")
    func lengths() throws {
        let label63 = String(repeating: "d", count: 63)
        let domain251 = [label63, label63, label63, String(repeating: "d", count: 59)].joined(separator: ".")
        #expect(throws: Never.self) { try EmailAddress(parsing: String(repeating: "a", count: 64) + "@example.com") }
        #expect(throws: EmailAddressError.localPartTooLong) {
            try EmailAddress(parsing: String(repeating: "a", count: 65) + "@example.com")
        }
        #expect(throws: EmailAddressError.localPartTooLong) {
            try EmailAddress(parsing: String(repeating: "å", count: 33) + "@example.com")
        }
        #expect(throws: Never.self) { try EmailAddress(parsing: "a@\(label63).com") }
        #expect(throws: EmailAddressError.labelTooLong) { try EmailAddress(parsing: "a@\(label63)d.com") }
        #expect(throws: EmailAddressError.labelTooLong) {
            try EmailAddress(parsing: "a@\(String(repeating: "ö", count: 63)).com")
        }
        #expect(throws: Never.self) { try EmailAddress(parsing: "ab@\(domain251)") }
        #expect(throws: EmailAddressError.addressTooLong) { try EmailAddress(parsing: "abc@\(domain251)") }
        #expect(throws: EmailAddressError.domainTooLong) { try EmailAddress(parsing: "a@\(domain251).dddd") }
        #expect(throws: EmailAddressError.addressTooLong) {
            try EmailAddress(parsing: String(repeating: "a", count: 1_000_000) + "@example.com")
        }
    }

    @Test("addresses are equal when they reach the same mailbox")
    func equality() throws {
        let unicode = try EmailAddress(parsing: "a@räksmörgås.se")
        let ascii = try EmailAddress(parsing: "\"a\"@XN--RKSMRGS-5WAO1O.se")
        #expect(unicode == ascii)
        #expect(unicode.hashValue == ascii.hashValue)
        #expect(unicode.domain == "räksmörgås.se")
        #expect(ascii.domain == "xn--rksmrgs-5wao1o.se")
        #expect(try EmailAddress(parsing: "A@räksmörgås.se") != unicode)
        #expect(try EmailAddress(parsing: "\u{E9}@a.se") != EmailAddress(parsing: "e\u{301}@a.se"))
    }

    @Test(
        "a message for the operator names the character and what to write",
        arguments: [
            (.invalidLocalPartCharacter("\u{7}"), "the part before \"@\" has the character U+0007, "),
            (.invalidLocalPartCharacter(" "), "the part before \"@\" has a space, "),
            (.invalidDomainCharacter("_"), "the domain has the character \"_\", "),
            (.invalidDomainCharacter("\u{1F600}"), "the domain has the character U+1F600, "),
        ] as [(EmailAddressError, String)]
    )
    func wording(error: EmailAddressError, start: String) {
        #expect(error.description == start + "which cannot stand there; write only the address, like name@example.com")
    }

    @Test("whatever is accepted can stand in an envelope and is read back the same")
    func fuzz() {
        var random = SplitMix64(seed: 3)
        let seeds = ["anna@example.com", "\"a b\"@räksmörgås.se", "jöran@xn--e1afmkfd.com", "a.b@例え。テスト"]
        let scalars = Array("a.@\"\\ <>(),:;[]=?-\r\n\u{0}\u{7F}\u{85}åÅ\u{30A}\u{200D}中ｅ。\u{FEFF}😀".unicodeScalars)
        var accepted = 0
        for _ in 0..<6_000 {
            var text = Array((seeds.randomElement(using: &random) ?? "").unicodeScalars)
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                guard let scalar = scalars.randomElement(using: &random) else { continue }
                text.insert(scalar, at: .random(in: 0...text.count, using: &random))
            }
            guard let address = try? EmailAddress(parsing: String(String.UnicodeScalarView(text))) else { continue }
            accepted += 1
            let transport = address.transportAddress
            #expect(transport.utf8.count <= 254)
            #expect(transport.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
            #expect(address.asciiDomain.utf8.allSatisfy { $0 < 0x80 })
            #expect((try? EmailAddress(parsing: transport)) == address)
        }
        #expect(accepted > 600)
    }
}

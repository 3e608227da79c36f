// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import Mail

@Suite("Mailboxes")
struct MailboxTests {
    @Test(
        "a mailbox is read",
        arguments: [
            ("a@example.com", nil, "a@example.com"),
            (" <a@example.com> ", nil, "a@example.com"),
            ("Anna Svensson <a@example.com>", "Anna Svensson", "a@example.com"),
            ("Åsa<a@example.com>", "Åsa", "a@example.com"),
            ("\"Svensson, Anna\" <a@example.com>", "Svensson, Anna", "a@example.com"),
            ("\"Anna \\\"Ann\\\" \\\\ S\" <a@example.com>", "Anna \"Ann\" \\ S", "a@example.com"),
            ("\"\" <a@example.com>", nil, "a@example.com"),
            ("Acme, Inc. <a@example.com>", "Acme, Inc.", "a@example.com"),
            ("Anna <\"<a>\"@example.com>", "Anna", "\"<a>\"@example.com"),
            ("\"a b\"@example.com", nil, "\"a b\"@example.com"),
            ("a@localhost", nil, "a@localhost"),
            ("Anna <a@LOCALHOST>", "Anna", "a@localhost"),
            ("Anna\r\nBcc: x <a@example.com>", "Anna  Bcc: x", "a@example.com"),
        ] as [(String, String?, String)]
    )
    func reading(text: String, name: String?, address: String) throws {
        let mailbox = try Mailbox(parsing: text)
        #expect(mailbox.displayName == name)
        #expect(mailbox.address.description == address)
        #expect(try Mailbox(parsing: mailbox.description) == mailbox)
    }

    @Test(
        "what is not one mailbox is refused for the right reason",
        arguments: [
            ("", .invalidAddress(.empty)),
            ("  ", .invalidAddress(.empty)),
            ("Anna", .invalidAddress(.missingAtSign)),
            ("Anna <>", .invalidAddress(.empty)),
            ("Anna <a@server>", .invalidAddress(.missingDomainDot)),
            ("Anna < a@example.com>", .invalidAddress(.invalidLocalPartCharacter(" "))),
            ("Anna <a@example.com", .unclosedAngleBracket),
            ("Anna <a@example.com> (home)", .textAfterAddress),
            ("A <a@example.com>, B <b@example.com>", .invalidAddress(.invalidDomainCharacter(">"))),
            ("\"Anna <a@example.com>", .unterminatedQuote),
            ("\"Anna\\", .unterminatedQuote),
            ("\"Anna\" a@example.com", .missingAngleBracket),
        ] as [(String, MailboxError)]
    )
    func refusing(text: String, error: MailboxError) {
        #expect(throws: error) { try Mailbox(parsing: text) }
    }

    @Test(
        "a display name is quoted or encoded in a header",
        arguments: [
            (nil, ["a@example.com"]),
            ("Anna", ["\"Anna\"", "<a@example.com>"]),
            ("A \"b\" \\, c", ["\"A \\\"b\\\" \\\\, c\"", "<a@example.com>"]),
            ("Åsa Öst, X", ["=?utf-8?B?w4VzYSDDlnN0LCBY?=", "<a@example.com>"]),
            ("=?utf-8?Q?x?=", ["=?utf-8?B?PT91dGYtOD9RP3g/PQ==?=", "<a@example.com>"]),
            ("Åsa Svensson", ["=?utf-8?Q?=C3=85sa_Svensson?=", "<a@example.com>"]),
            ("例え", ["=?utf-8?B?5L6L44GI?=", "<a@example.com>"]),
        ] as [(String?, [String])]
    )
    func rendering(name: String?, tokens: [String]) throws {
        let mailbox = Mailbox(displayName: name, address: try EmailAddress(parsing: "a@example.com"))
        #expect(mailbox.headerTokens == tokens)
    }

    @Test("any name and address are read back from what describes them")
    func roundTrip() throws {
        var random = SplitMix64(seed: 6)
        let address = try EmailAddress(parsing: "\"a b\"@räksmörgås.se")
        for _ in 0..<300 {
            let mailbox = Mailbox(displayName: random.hostileText(upTo: 12), address: address)
            #expect(try Mailbox(parsing: mailbox.description) == mailbox)
        }
    }
}

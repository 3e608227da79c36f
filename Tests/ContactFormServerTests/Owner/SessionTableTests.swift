// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import Testing

@testable import ContactFormServer

@Suite("Sessions")
struct SessionTableTests {
    private let password = PasswordHash.unmatchable(cost: .cheap)

    private func at(_ hours: Int64) -> Timestamp { Timestamp.sample.advanced(by: .hours(hours)) }

    @Test("a session is good until it was not used for twelve hours")
    func idle() {
        var table = SessionTable()
        let token = SecretToken()
        table.open(token, with: password, at: at(0))
        for hour: Int64 in [0, 11, 22, 33] {
            let isOpen = table.use(token, with: password, at: at(hour))
            #expect(isOpen, "after \(hour) hours")
        }
        let isStale = table.use(token, with: password, at: at(45))
        #expect(!isStale)
        let comesBack = table.use(token, with: password, at: at(34))
        #expect(!comesBack)
        #expect(table.count == 0)
    }

    @Test("a session ends after seven days, however much it was used")
    func absolute() {
        var table = SessionTable()
        let token = SecretToken()
        table.open(token, with: password, at: at(0))
        for hour in Int64(1)..<(7 * 24) {
            let isOpen = table.use(token, with: password, at: at(hour))
            #expect(isOpen)
        }
        let isOld = table.use(token, with: password, at: at(7 * 24))
        #expect(!isOld)
    }

    @Test("by a clock that goes back it ends, and lives no longer", arguments: [-1, -3_600_000, -30 * 24 * 3_600_000])
    func clockSetBack(milliseconds: Int64) {
        var table = SessionTable()
        let tokens = [SecretToken(), SecretToken()]
        for token in tokens { table.open(token, with: password, at: at(0)) }
        let isUsed = table.use(tokens[0], with: password, at: at(11))
        #expect(isUsed)
        // Before it was last used; the other was not since.
        let isOpen = tokens.map { token in
            table.use(token, with: password, at: at(11).advanced(by: .milliseconds(milliseconds)))
        }
        #expect(isOpen == [false, milliseconds > -Interval.hours(11).milliseconds])
    }

    @Test("another password ends it")
    func otherPassword() {
        var table = SessionTable()
        let token = SecretToken()
        table.open(token, with: password, at: at(0))
        let isOpen = table.use(token, with: .unmatchable(cost: .cheap), at: at(0))
        #expect(!isOpen)
    }

    @Test("signing out ends this one and no other")
    func close() {
        var table = SessionTable()
        let tokens = [SecretToken(), SecretToken()]
        for token in tokens { table.open(token, with: password, at: at(0)) }
        table.close(tokens[0])
        let open = tokens.map { table.use($0, with: password, at: at(0)) }
        #expect(open == [false, true])
    }

    @Test("nobody is let in by a token that nobody was given")
    func foreign() {
        var table = SessionTable()
        table.open(SecretToken(), with: password, at: at(0))
        let isOpen = table.use(SecretToken(), with: password, at: at(0))
        #expect(!isOpen)
    }

    @Test("the table has an end: who was away for longest makes room")
    func bounded() {
        var table = SessionTable()
        let tokens = (0..<150).map { _ in SecretToken() }
        for (second, token) in tokens.enumerated() {
            table.open(token, with: password, at: Timestamp.sample.advanced(by: .seconds(Int64(second))))
        }
        #expect(table.count == 100)
        let first = table.use(tokens[0], with: password, at: at(1))
        let last = table.use(tokens[149], with: password, at: at(1))
        #expect(!first && last)
    }
}

@Suite("Secret tokens")
struct SecretTokenTests {
    @Test("they have 64 hexadecimal digits, are all different, and come back from their text")
    func texts() {
        let tokens = (0..<1_000).map { _ in SecretToken() }
        #expect(Set(tokens.map(\.text)).count == 1_000)
        for token in tokens {
            #expect(token.text.utf8.count == 64)
            #expect(SecretToken(token.text)?.digest == token.digest)
        }
        // Every bit is drawn: none of 1,000 tokens would miss a digit's value by chance.
        #expect(Set(tokens.flatMap { Array($0.text) }).count == 16)
    }

    @Test(
        "what can't be one is none",
        arguments: [
            "", "abc", String(repeating: "g", count: 64), String(repeating: "A", count: 64),
            String(repeating: "a", count: 65),
        ]
    )
    func others(text: String) {
        #expect(SecretToken(text) == nil)
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ContactFormServer

extension PasswordHash.Cost {
    /// For tests that are not about the cost.
    static let cheap = PasswordHash.Cost(logRounds: 4, blockSize: 8, parallelism: 1)
}

@Suite("Passwords")
struct PasswordHashTests {
    @Test(
        "the right one matches and no other",
        arguments: ["correct horse", "åäö – 密码", String(repeating: "x", count: 1_000)]
    )
    func matching(password: String) throws {
        let hash = try PasswordHash(of: password, cost: .cheap)
        #expect(try hash.matches(password))
        for other in [password + " ", String(password.dropLast()), password.uppercased() + "!", " "] {
            #expect(try !hash.matches(other))
        }
    }

    @Test("the same password twice has two hashes")
    func salt() throws {
        let hashes = try (0..<2).map { _ in try PasswordHash(of: "correct horse", cost: .cheap) }
        #expect(hashes[0] != hashes[1])
        #expect(hashes[0].salt != hashes[1].salt)
    }

    @Test("an empty password is refused")
    func empty() throws {
        #expect(throws: PasswordHashError.self) { try PasswordHash(of: "", cost: .cheap) }
        let hash = try PasswordHash(of: "x", cost: .cheap)
        #expect(throws: PasswordHashError.self) { try hash.matches("") }
    }

    @Test("it comes back from its text")
    func text() throws {
        let hash = try PasswordHash(of: "correct horse", cost: .cheap)
        #expect(hash.text.hasPrefix("$scrypt$ln=4,r=8,p=1$"))
        let again = try #require(PasswordHash(text: hash.text))
        #expect(again == hash)
        #expect(try again.matches("correct horse"))
    }

    /// RFC 7914 §12 has no vector with a salt of 16 bytes, so that this one is from another implementation, Python's:
    /// hashlib.scrypt(b"pleaseletmein", salt=b"SodiumChloride16", n=16384, r=8, p=1, dklen=32)
    @Test("it is scrypt as others compute it")
    func vector() throws {
        let hash = try #require(
            PasswordHash(
                text: "$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGUxNg==$ywd3KuG5N75+/+n/Cjfqd4qjzQQanR1jI1SPfrFKXNY="
            )
        )
        #expect(try hash.matches("pleaseletmein"))
        #expect(try !hash.matches("pleaseletmeout"))
    }

    @Test("the standard is what OWASP recommends first")
    func standard() {
        #expect(PasswordHash.Cost.standard == PasswordHash.Cost(logRounds: 17, blockSize: 8, parallelism: 1))
    }

    @Test(
        "what is no such text is none",
        arguments: [
            "", "hunter2", "$scrypt$", "$scrypt$ln=4,r=8,p=1$$", "$argon2id$ln=4,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA==$AA==",
            "$scrypt$ln=40,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            "$scrypt$ln=4,r=8$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            "$scrypt$ln=4,r=8,p=1$AAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        ]
    )
    func malformed(text: String) {
        #expect(PasswordHash(text: text) == nil)
    }

    @Test("nothing matches what stands in for a missing password")
    func unmatchable() throws {
        let hash = PasswordHash.unmatchable(cost: .cheap)
        for password in ["", "password", "correct horse"].dropFirst() { #expect(try !hash.matches(password)) }
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes
import Testing

@testable import ContactFormServer

@Suite("scrypt")
struct ScryptTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        var password: String
        var salt: String
        var cost: PasswordHash.Cost
        var key: String
        var testDescription: String { "N = 2^\(cost.logRounds), r = \(cost.blockSize), p = \(cost.parallelism)" }
    }

    @Test(
        "the vectors of RFC 7914 §12",
        arguments: [
            Vector(
                password: "",
                salt: "",
                cost: PasswordHash.Cost(logRounds: 4, blockSize: 1, parallelism: 1),
                key: "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
                    + "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"
            ),
            Vector(
                password: "password",
                salt: "NaCl",
                cost: PasswordHash.Cost(logRounds: 10, blockSize: 8, parallelism: 16),
                key: "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
                    + "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
            ),
            Vector(
                password: "pleaseletmein",
                salt: "SodiumChloride",
                cost: PasswordHash.Cost(logRounds: 14, blockSize: 8, parallelism: 1),
                key: "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
                    + "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
            ),
        ]
    )
    func vectors(vector: Vector) throws {
        let (password, salt) = (Array(vector.password.utf8), Array(vector.salt.utf8))
        let key = try #require(Scrypt.key(of: password, salt: salt, cost: vector.cost, size: 64))
        #expect(String(decoding: Hexadecimal.encode(key), as: UTF8.self) == vector.key)
        // A shorter key is the beginning of a longer one (RFC 8018 §5.2).
        #expect(Scrypt.key(of: password, salt: salt, cost: vector.cost, size: 33) == Array(key.prefix(33)))
    }

    @Test("memory that no machine has is said to be missing")
    func memory() {
        let cost = PasswordHash.Cost(logRounds: 50, blockSize: 8, parallelism: 1)
        #expect(Scrypt.key(of: [1], salt: [2], cost: cost, size: 32) == nil)
    }
}

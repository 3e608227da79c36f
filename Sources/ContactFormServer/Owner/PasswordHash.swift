// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes

/// The owner's password as it is kept: derived by scrypt (RFC 7914) with a salt of its own.
package struct PasswordHash: Sendable, Hashable {
    /// What one derivation costs: 128 × blockSize × 2^logRounds bytes of memory, and time in proportion.
    package struct Cost: Sendable, Hashable {
        package var logRounds: Int
        package var blockSize: Int
        package var parallelism: Int

        package init(logRounds: Int, blockSize: Int, parallelism: Int) {
            self.logRounds = logRounds
            self.blockSize = blockSize
            self.parallelism = parallelism
        }

        /// 128 MiB and about half a second: the first choice of OWASP's Password Storage Cheat Sheet,
        /// https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt
        package static let standard = Cost(logRounds: 17, blockSize: 8, parallelism: 1)

        /// A file that somebody wrote must not make the server ask for more memory than a machine has.
        fileprivate var isSane: Bool {
            (1...20).contains(logRounds) && (1...32).contains(blockSize) && (1...16).contains(parallelism)
        }
    }

    package let cost: Cost
    package let salt: [UInt8]
    private let key: [UInt8]

    private static let keySize = 32
    private static let saltSize = 16

    /// Derives the key. Takes the time and memory of `cost`: never to be called where others wait.
    ///
    /// - Throws: When the machine has not the memory, or the password is empty.
    package init(of password: String, cost: Cost = .standard) throws(PasswordHashError) {
        var generator = SystemRandomNumberGenerator()
        let salt = (0..<Self.saltSize).map { _ in UInt8.random(in: 0...255, using: &generator) }
        self.init(cost: cost, salt: salt, key: try Self.key(of: password, salt: salt, cost: cost))
    }

    /// One that no password matches, and that takes as long to say so as any other.
    package static func unmatchable(cost: Cost) -> PasswordHash {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<(saltSize + keySize)).map { _ in UInt8.random(in: 0...255, using: &generator) }
        return PasswordHash(cost: cost, salt: Array(bytes.prefix(saltSize)), key: Array(bytes.dropFirst(saltSize)))
    }

    private init(cost: Cost, salt: [UInt8], key: [UInt8]) {
        self.cost = cost
        self.salt = salt
        self.key = key
    }

    /// Whether the password is the one. Takes as long for a wrong one as for the right one.
    package func matches(_ password: String) throws(PasswordHashError) -> Bool {
        let other = try Self.key(of: password, salt: salt, cost: cost)
        var difference: UInt8 = 0
        for (a, b) in zip(key, other) { difference |= a ^ b }
        return difference == 0 && key.count == other.count
    }

    private static func key(of password: String, salt: [UInt8], cost: Cost) throws(PasswordHashError) -> [UInt8] {
        guard !password.isEmpty else { throw PasswordHashError(description: "the password is empty; write one") }
        guard let key = Scrypt.key(of: Array(password.utf8), salt: salt, cost: cost, size: keySize) else {
            throw PasswordHashError(
                description: "the password can't be checked: scrypt failed; see that the machine has "
                    + "\((128 * cost.blockSize << cost.logRounds) >> 20) MB of memory free"
            )
        }
        return key
    }
}

/// Why a password can't be hashed. Holds nothing of it.
package struct PasswordHashError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String
}

// MARK: - As text

extension PasswordHash {
    /// `$scrypt$ln=17,r=8,p=1$<salt>$<key>`, the last two in base 64.
    package var text: String {
        let numbers = "ln=\(cost.logRounds),r=\(cost.blockSize),p=\(cost.parallelism)"
        return "$scrypt$\(numbers)$\(Base64.text(salt))$\(Base64.text(key))"
    }

    /// Reads what `text` wrote; nil for anything else.
    package init?(text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt",
            let salt = Base64.decode(parts[3].utf8), salt.count == Self.saltSize,
            let key = Base64.decode(parts[4].utf8), key.count == Self.keySize
        else { return nil }
        let numbers = parts[2].split(separator: ",").map { $0.split(separator: "=", omittingEmptySubsequences: false) }
        guard numbers.count == 3, numbers.allSatisfy({ $0.count == 2 }), numbers.map({ $0[0] }) == ["ln", "r", "p"],
            let logRounds = Int(numbers[0][1]), let blockSize = Int(numbers[1][1]), let parallelism = Int(numbers[2][1])
        else { return nil }
        let cost = Cost(logRounds: logRounds, blockSize: blockSize, parallelism: parallelism)
        guard cost.isSane else { return nil }
        self.init(cost: cost, salt: salt, key: key)
    }
}

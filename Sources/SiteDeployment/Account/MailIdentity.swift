// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

/// An address or a domain that SES knows.
struct MailIdentity: Sendable, Hashable {
    var isVerified: Bool

    /// Nil when SES does not know it.
    static func find(_ name: String, _ aws: AWSSession) async throws(AWSFailure) -> MailIdentity? {
        let answer = try await aws.find(
            ["sesv2", "get-email-identity", "--email-identity", name],
            absentAs: ["NotFoundException"]
        )
        return answer.map { MailIdentity(isVerified: $0.flag("VerifiedForSendingStatus") ?? false) }
    }

    /// What SES may have verified an address or a domain by, the nearest first: itself, its domain, and those above that
    /// (https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html).
    static func names(covering name: String) -> [String] {
        let at = name.lastIndex(of: "@")
        var domain = (at.map { name[name.index(after: $0)...] } ?? name[...]).lowercased()
        var names = at == nil ? [] : [name]
        repeat {
            names.append(domain)
            domain = domain.split(separator: ".").dropFirst().joined(separator: ".")
        } while domain.contains(".")
        return names
    }

    /// Whether the identity `name`, once verified, covers an address or a domain.
    static func covers(_ name: String, _ other: String) -> Bool {
        names(covering: other).contains { $0.lowercased() == name.lowercased() }
    }

    /// Whether SES may send from an address or for a domain, whatever it has verified of those that cover it.
    static func isCovered(_ name: String, _ aws: AWSSession) async throws(AWSFailure) -> Bool {
        try await isAnyVerified(of: names(covering: name), aws)
    }

    /// Whether what a stack sends from is ready. A domain is the stack's own identity, and its three records are to be set whatever
    /// SES has verified above it; an address may be there for its domain's sake alone.
    static func isReady(_ name: String, _ aws: AWSSession) async throws(AWSFailure) -> Bool {
        guard !name.contains("@") else { return try await isCovered(name, aws) }
        return try await find(name, aws)?.isVerified == true
    }

    static func isAnyVerified(of names: some Sequence<String>, _ aws: AWSSession) async throws(AWSFailure) -> Bool {
        for name in names where try await find(name, aws)?.isVerified == true { return true }
        return false
    }
}

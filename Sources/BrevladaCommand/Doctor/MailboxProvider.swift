// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// A company that gives everybody mailboxes under its own domains. What another server sends from one of them can't pass
/// DMARC, for it is neither in that domain's SPF record nor signed by it (RFC 7489 §3.1).
struct MailboxProvider {
    /// Of the addresses. One that ends in a dot has the domain of a country or the like behind it.
    private let domains: [String]
    /// Of the servers, likewise.
    private let servers: [String]

    /// Nil for a domain that is somebody's own.
    init?(of domain: String) {
        guard let provider = Self.all.first(where: { $0.domains.contains { Self.isOne(domain, of: $0) } }) else {
            return nil
        }
        self = provider
    }

    private init(_ domains: [String], servers: [String]) {
        self.domains = domains
        self.servers = servers
    }

    /// Whether it lets its users send through this host.
    func runs(_ host: String) -> Bool {
        let labels = host.lowercased().split(separator: ".", omittingEmptySubsequences: false)
        let names = labels.indices.map { labels[$0...].joined(separator: ".") }
        return names.contains { name in servers.contains { Self.isOne(name, of: $0) } }
    }

    /// Behind the dot a country's two letters, as in `co.uk` and `com.br` too, or what is everybody's.
    private static func isOne(_ name: String, of domain: String) -> Bool {
        guard domain.hasSuffix(".") else { return name == domain }
        guard name.hasPrefix(domain) else { return false }
        let labels = name.dropFirst(domain.count).split(separator: ".", omittingEmptySubsequences: false)
        let isCountry = labels.last?.utf8.count == 2
        return labels.count == 1
            ? isCountry || ["com", "net"].contains(labels[0])
            : labels.count == 2 && isCountry && ["co", "com"].contains(labels[0])
    }

    private static let all = [
        MailboxProvider(["gmail.com", "googlemail.com"], servers: ["gmail.com", "googlemail.com", "google.com"]),
        MailboxProvider(
            ["outlook.", "hotmail.", "live.", "msn.com"],
            servers: ["outlook.com", "office365.com", "hotmail.com", "live.com"]
        ),
        MailboxProvider(["yahoo.", "ymail.com", "aol.com"], servers: ["yahoo.", "aol.com"]),
        MailboxProvider(["icloud.com", "me.com", "mac.com"], servers: ["me.com", "icloud.com"]),
        MailboxProvider(["gmx."], servers: ["gmx."]),
        MailboxProvider(
            ["proton.me", "protonmail.com", "protonmail.ch", "pm.me"],
            servers: ["proton.me", "protonmail.ch"]
        ),
    ]
}

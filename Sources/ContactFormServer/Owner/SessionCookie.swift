// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes

/// The cookie that carries a session's token.
///
/// Behind TLS it has the prefix that browsers guard (RFC 6265bis §4.1.3.2): no other host and no plain connection can set
/// it. Without TLS, which is this machine alone, browsers would refuse that; there it has the port in its name, as one machine
/// may have several inboxes and a cookie belongs to all ports of a host (RFC 6265 §8.5).
enum SessionCookie {
    /// - Parameter authority: The `host[:port]` that the request was made to.
    static func name(isOverTLS: Bool, authority: String?) -> String {
        guard !isOverTLS else { return "__Host-brevlada" }
        let port = authority?.split(separator: ":").last ?? ""
        let isPort = (1...5).contains(port.utf8.count) && port.utf8.allSatisfy { (0x30...0x39).contains($0) }
        return isPort ? "brevlada-\(port)" : "brevlada"
    }

    /// The token that the request carries; of several the first.
    static func token(in head: HTTPRequest, isOverTLS: Bool) -> SecretToken? {
        let prefix = name(isOverTLS: isOverTLS, authority: head.authority) + "="
        for field in head.headerFields[values: .cookie] {
            for part in field.split(separator: ";") {
                let pair = part.drop { $0 == " " || $0 == "\t" }
                guard pair.hasPrefix(prefix) else { continue }
                let value = pair.dropFirst(prefix.count)
                return SecretToken(value.prefix { $0 != " " && $0 != "\t" })
            }
        }
        return nil
    }

    /// Not readable by scripts, sent to this site's own pages alone, gone when the browser ends.
    static func setting(_ token: SecretToken, isOverTLS: Bool, authority: String?) -> String {
        "\(name(isOverTLS: isOverTLS, authority: authority))=\(token.text)" + attributes(isOverTLS: isOverTLS)
    }

    static func removing(isOverTLS: Bool, authority: String?) -> String {
        "\(name(isOverTLS: isOverTLS, authority: authority))=; Max-Age=0" + attributes(isOverTLS: isOverTLS)
    }

    private static func attributes(isOverTLS: Bool) -> String {
        "; Path=/; HttpOnly; SameSite=Strict" + (isOverTLS ? "; Secure" : "")
    }
}

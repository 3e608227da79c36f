// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes

/// The cookie that carries a session's token.
///
/// Behind TLS it has the prefix that browsers guard (RFC 6265bis §4.1.3.2): no other host and no plain connection can set
/// it. Without TLS, which is this machine alone, browsers would refuse that; there it has the port in its name, as one machine
/// may have several inboxes and a cookie belongs to all ports of a host (RFC 6265 §8.5).
struct SessionCookie {
    let name: String
    private let isOverTLS: Bool

    /// - Parameter authority: The `host[:port]` that the request was made to.
    init(isOverTLS: Bool, authority: String?) {
        self.isOverTLS = isOverTLS
        let port = authority?.split(separator: ":").last ?? ""
        let isPort = (1...5).contains(port.utf8.count) && port.utf8.allSatisfy { (0x30...0x39).contains($0) }
        name = isOverTLS ? "__Host-brevlada" : isPort ? "brevlada-\(port)" : "brevlada"
    }

    /// The token that the request carries; of several the first.
    func token(in fields: HTTPFields) -> SecretToken? {
        let prefix = name + "="
        for field in fields[values: .cookie] {
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
    func setting(_ token: SecretToken) -> String { "\(name)=\(token.text)" + attributes }

    var removing: String { "\(name)=; Max-Age=0" + attributes }

    private var attributes: String { "; Path=/; HttpOnly; SameSite=Strict" + (isOverTLS ? "; Secure" : "") }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes

/// The cookie that carries a session's token.
///
/// Behind TLS it has the prefix that browsers guard (RFC 6265bis §4.1.3.2): no other host and no plain connection can set
/// it. Without TLS, which is this machine alone, browsers would refuse that.
enum SessionCookie {
    static func name(isOverTLS: Bool) -> String { isOverTLS ? "__Host-brevlada" : "brevlada" }

    /// The token that the request carries; of several the first.
    static func token(in fields: HTTPFields, isOverTLS: Bool) -> SecretToken? {
        let prefix = name(isOverTLS: isOverTLS) + "="
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
    static func setting(_ token: SecretToken, isOverTLS: Bool) -> String {
        "\(name(isOverTLS: isOverTLS))=\(token.text)" + attributes(isOverTLS: isOverTLS)
    }

    static func removing(isOverTLS: Bool) -> String {
        "\(name(isOverTLS: isOverTLS))=; Max-Age=0" + attributes(isOverTLS: isOverTLS)
    }

    private static func attributes(isOverTLS: Bool) -> String {
        "; Path=/; HttpOnly; SameSite=Strict" + (isOverTLS ? "; Secure" : "")
    }
}

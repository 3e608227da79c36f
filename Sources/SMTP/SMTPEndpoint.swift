// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Where and how mail is submitted: the server, the way to TLS, and the account.
///
/// Made from a URL only (`init(url:password:)`), so that every value in it is known to be safe in a command line.
package struct SMTPEndpoint: Sendable, Hashable {
    package enum Security: String, Sendable, Hashable {
        /// TLS from the first byte (RFC 8314 §3.3), port 465.
        case implicitTLS
        /// A plain connection that must become TLS by STARTTLS (RFC 3207) before anything else is said, port 587.
        case startTLS
        /// No encryption at all. Mail and addresses are readable to anybody on the path; never carries credentials.
        case plaintext
    }

    /// A host name or an IP address; IPv6 without its brackets.
    package let host: String
    package let port: Int
    package let security: Security
    package let credentials: SMTPCredentials?
    /// The name given in EHLO, or nil for the machine's own where that is fully qualified, else the address literal of the
    /// connection's own end (RFC 5321 §4.1.3, §4.1.4).
    package let heloName: String?
    /// A PEM file of the only authorities to trust, or nil for the system's.
    package let caFile: String?
}

extension SMTPEndpoint {
    /// `host:port`, with the brackets that an IPv6 address needs.
    package var hostAndPort: String { Self.hostAndPort(host, port) }

    static func hostAndPort(_ host: String, _ port: Int) -> String {
        host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

extension SMTPEndpoint: CustomStringConvertible {
    /// The endpoint as a URL without its password and user name.
    package var description: String {
        let scheme = security == .implicitTLS ? "smtps" : "smtp"
        let account = credentials == nil ? "" : "***@"
        return "\(scheme)://\(account)\(hostAndPort)\(security == .plaintext ? "?tls=none" : "")"
    }
}

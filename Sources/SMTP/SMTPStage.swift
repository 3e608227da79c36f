// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The part of an SMTP conversation in which something happened.
package enum SMTPStage: String, Sendable, Hashable, CaseIterable {
    /// Name resolution and the TCP connection.
    case connect
    /// The server's first reply.
    case greeting
    case ehlo
    /// The STARTTLS command and, with either way to TLS, the handshake.
    case starttls = "tls"
    case auth
    case mail
    case rcpt
    /// The DATA command, up to the 354 reply.
    case data
    /// The message itself, up to the reply after the final dot.
    case body
    case quit
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// One line that a client sends, with the form in which a log may show it.
struct SMTPCommand: Sendable, Hashable {
    let stage: SMTPStage
    /// Without its CRLF. Built from checked parts only, so it holds no line end.
    let line: String
    /// The line without credentials and addresses.
    let loggableLine: String

    private init(_ stage: SMTPStage, _ line: String, loggable: String? = nil) {
        self.stage = stage
        self.line = line
        self.loggableLine = loggable ?? line
    }

    static func ehlo(_ name: String) -> Self { Self(.ehlo, "EHLO \(name)") }
    static func helo(_ name: String) -> Self { Self(.ehlo, "HELO \(name)") }
    static let startTLS = Self(.starttls, "STARTTLS")

    /// `AUTH PLAIN` or `AUTH LOGIN`, with an initial response if there is one (RFC 4954 §4).
    static func auth(_ mechanism: String, initialResponse: String? = nil) -> Self {
        guard let initialResponse else { return Self(.auth, "AUTH \(mechanism)") }
        return Self(.auth, "AUTH \(mechanism) \(initialResponse)", loggable: "AUTH \(mechanism) ***")
    }

    static func authResponse(_ response: String) -> Self { Self(.auth, response, loggable: "***") }

    static func mail(from sender: String, parameters: [String]) -> Self {
        let tail = parameters.map { " " + $0 }.joined()
        return Self(.mail, "MAIL FROM:<\(sender)>\(tail)", loggable: "MAIL FROM:<***>\(tail)")
    }

    static func recipient(_ address: String) -> Self {
        Self(.rcpt, "RCPT TO:<\(address)>", loggable: "RCPT TO:<***>")
    }

    static let data = Self(.data, "DATA")
    static let reset = Self(.mail, "RSET")
    static let quit = Self(.quit, "QUIT")

    var bytes: ByteBuffer { ByteBuffer(string: line + "\r\n") }
}

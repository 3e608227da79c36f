// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes

/// The exchange that follows AUTH (RFC 4954): PLAIN (RFC 4616) if the server has it, otherwise LOGIN.
struct SMTPAuthentication: Hashable {
    private enum Mechanism: String, Hashable {
        case plain = "PLAIN"
        case login = "LOGIN"
    }

    private let mechanism: Mechanism
    private let credentials: SMTPCredentials
    private let canFallBackToLogin: Bool
    /// What is sent with AUTH itself.
    private let initialResponse: String?
    /// What is still to be sent, one for each 334.
    private var responses: [String]

    /// Nil when the server offers neither mechanism.
    init?(_ credentials: SMTPCredentials, offered capabilities: SMTPCapabilities) {
        if capabilities.offersAuthentication("PLAIN") {
            self.init(credentials, .plain, canFallBackToLogin: capabilities.offersAuthentication("LOGIN"))
        } else if capabilities.offersAuthentication("LOGIN") {
            self.init(credentials, .login, canFallBackToLogin: false)
        } else {
            return nil
        }
    }

    private init(_ credentials: SMTPCredentials, _ mechanism: Mechanism, canFallBackToLogin: Bool) {
        self.credentials = credentials
        self.mechanism = mechanism
        self.canFallBackToLogin = canFallBackToLogin
        switch mechanism {
        case .plain:
            let response = base64("\0\(credentials.username)\0\(credentials.password)")
            // RFC 4954 §4: an initial response that would make the line longer than 512 bytes waits for the 334.
            let fits = "AUTH PLAIN \(response)\r\n".utf8.count <= 512
            initialResponse = fits ? response : nil
            responses = fits ? [] : [response]
        case .login:
            initialResponse = nil
            responses = [base64(credentials.username), base64(credentials.password)]
        }
    }

    var firstCommand: SMTPCommand { .auth(mechanism.rawValue, initialResponse: initialResponse) }

    /// The next line to send, or nil when the server has accepted the credentials.
    mutating func receive(_ reply: SMTPReply) throws(SMTPError) -> SMTPCommand? {
        switch reply.code {
        case 235:
            return nil
        case 334 where !responses.isEmpty:
            return .authResponse(responses.removeFirst())
        case 504 where canFallBackToLogin:
            // RFC 4954 §4: the mechanism is not supported, whatever EHLO said. Nothing was checked yet.
            self = SMTPAuthentication(credentials, .login, canFallBackToLogin: false)
            return firstCommand
        default:
            throw .refusal(reply, at: .auth, hiding: secrets)
        }
    }

    /// Everything that a server could echo.
    private var secrets: [String] {
        [
            credentials.username, credentials.password, base64(credentials.username), base64(credentials.password),
            base64("\0\(credentials.username)\0\(credentials.password)"),
        ]
    }
}

private func base64(_ text: String) -> String { Base64.text(text.utf8) }

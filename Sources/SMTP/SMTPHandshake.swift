// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The conversation from the connection up to the point where mail can be sent: greeting, EHLO, STARTTLS, AUTH.
///
/// A state machine without I/O: it takes replies and says what to do next. Credentials leave it on an encrypted
/// connection only.
struct SMTPHandshake {
    enum Action: Hashable {
        case upgradeToTLS
        case awaitGreeting
        case send(SMTPCommand)
        case ready(SMTPCapabilities)
    }

    private enum State: Hashable {
        case initial
        /// → greeting (implicit TLS) or sentEHLO (after STARTTLS)
        case upgrading(thenGreeting: Bool)
        /// → sentEHLO
        case greeting
        /// → sentHELO, sentSTARTTLS, authenticating or ready
        case sentEHLO
        /// → ready
        case sentHELO
        /// → upgrading
        case sentSTARTTLS
        /// → authenticating (the next response), or ready
        case authenticating(SMTPAuthentication)
        case ready
    }

    private let endpoint: SMTPEndpoint
    private let heloName: String
    private var state = State.initial
    private var isEncrypted = false
    private var capabilities = SMTPCapabilities()

    init(endpoint: SMTPEndpoint, heloName: String) {
        self.endpoint = endpoint
        self.heloName = heloName
    }

    mutating func start() -> Action {
        if endpoint.security == .implicitTLS {
            state = .upgrading(thenGreeting: true)
            return .upgradeToTLS
        }
        state = .greeting
        return .awaitGreeting
    }

    mutating func tlsEstablished() -> Action {
        let isGreetingNext = state == .upgrading(thenGreeting: true)
        isEncrypted = true
        // RFC 3207 §4.2: what the server said before the handshake may be an attacker's and is forgotten.
        capabilities = SMTPCapabilities()
        state = isGreetingNext ? .greeting : .sentEHLO
        return isGreetingNext ? .awaitGreeting : .send(.ehlo(heloName))
    }

    mutating func receive(_ reply: SMTPReply) throws(SMTPError) -> Action {
        switch state {
        case .greeting:
            guard reply.code == 220 else { throw .refusal(reply, at: .greeting) }
            state = .sentEHLO
            return .send(.ehlo(heloName))

        case .sentEHLO:
            // RFC 5321 §3.2: a server that does not know EHLO is spoken to with HELO.
            if reply.code / 100 == 5 {
                state = .sentHELO
                return .send(.helo(heloName))
            }
            guard reply.code == 250 else { throw .refusal(reply, at: .ehlo) }
            capabilities = SMTPCapabilities(ehlo: reply)
            return try proceed()

        case .sentHELO:
            guard reply.code == 250 else { throw .refusal(reply, at: .ehlo) }
            return try proceed()

        case .sentSTARTTLS:
            guard reply.code == 220 else { throw .refusal(reply, at: .starttls) }
            state = .upgrading(thenGreeting: false)
            return .upgradeToTLS

        case .authenticating(var authentication):
            if let command = try authentication.receive(reply) {
                state = .authenticating(authentication)
                return .send(command)
            }
            state = .ready
            return .ready(capabilities)

        case .initial, .upgrading, .ready:
            throw SMTPError(.unexpectedReply, stage: .ehlo, reply: reply)
        }
    }

    private mutating func proceed() throws(SMTPError) -> Action {
        if endpoint.security == .startTLS, !isEncrypted {
            guard capabilities.offersStartTLS else {
                throw SMTPError(.tlsNotOffered, stage: .starttls, needsOperator: true)
            }
            state = .sentSTARTTLS
            return .send(.startTLS)
        }
        guard let credentials = endpoint.credentials else {
            state = .ready
            return .ready(capabilities)
        }
        guard isEncrypted else { throw SMTPError(.tlsNotOffered, stage: .auth, needsOperator: true) }
        guard let authentication = SMTPAuthentication(credentials, offered: capabilities) else {
            throw Self.notOffered(capabilities.authenticationMechanisms)
        }
        state = .authenticating(authentication)
        return .send(authentication.firstCommand)
    }

    private static func notOffered(_ mechanisms: [String]) -> SMTPError {
        // RFC 7628 and its forerunner: tokens that a person gets by signing in with a browser.
        let wantsToken = !mechanisms.isEmpty && mechanisms.allSatisfy { ["XOAUTH2", "OAUTHBEARER"].contains($0) }
        return SMTPError(
            .authenticationNotOffered,
            stage: .auth,
            needsOperator: true,
            detail: mechanisms.isEmpty ? nil : "AUTH \(mechanisms.joined(separator: " "))",
            remedy: wantsToken
                ? "this provider takes no passwords for SMTP; use another SMTP server, or an app password where it has them"
                : nil
        )
    }
}

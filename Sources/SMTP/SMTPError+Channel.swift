// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import NIOCore
import NIOPosix
import NIOSSL

extension SMTPError {
    /// The meaning of an exchange that had no reply.
    init(_ failure: SMTPChannelHandler.Failure, at stage: SMTPStage) {
        switch failure.cause {
        case .closed:
            self.init(.connectionLost, stage: stage)
        case .timedOut:
            self.init(.timedOut, stage: stage)
        case .early(let reply) where stage == .body && reply.code >= 400:
            // A verdict on the message before its final dot, which is then not sent: it cannot have been taken.
            self = .refusal(reply, at: .body)
        case .early(let reply):
            // Said before the command was, so whatever it says, it is not about this message.
            self.init(reply.code >= 400 ? .serviceUnavailable : .unexpectedReply, stage: stage, reply: reply)
        case .earlyPlaintext:
            self.init(
                .tlsFailed,
                stage: .starttls,
                needsOperator: true,
                detail: "the server spoke before the TLS handshake",
                remedy: Self.wrongPortRemedy
            )
        case .malformed(let problem):
            self.init(.unexpectedReply, stage: stage, detail: problem.rawValue)
        case .transport(let error) where stage == .starttls && Self.isTLS(error):
            self.init(tls: error)
        case .transport(let error):
            self.init(.connectionLost, stage: stage, detail: "\(error)")
        }
    }

    /// The same, for what may have reached the server whole.
    func afterFinalDot() -> SMTPError {
        SMTPError(code, stage: stage, needsOperator: needsOperator, acceptedUnknown: true, detail: detail)
    }

    init(connecting error: any Error) {
        guard let error = error as? NIOConnectionError else {
            if case .connectTimeout? = error as? ChannelError {
                self.init(.timedOut, stage: .connect)
            } else {
                self.init(.connectionFailed, stage: .connect, detail: Self.reason(error, at: "the server"))
            }
            return
        }
        // The owner's own settings, and nothing of a visitor's.
        let server = SMTPEndpoint.hostAndPort(error.host, error.port)
        if error.connectionErrors.isEmpty, error.dnsAError != nil || error.dnsAAAAError != nil {
            self.init(.hostNotFound, stage: .connect, detail: error.host)
        } else if error.connectionErrors.allSatisfy({ ($0.error as? ChannelError)?.isConnectTimeout ?? false }) {
            self.init(.timedOut, stage: .connect, detail: "\(server) does not answer")
        } else {
            let reasons = Set(error.connectionErrors.map { Self.reason($0.error, at: server) }).sorted()
            self.init(.connectionFailed, stage: .connect, detail: reasons.joined(separator: "; "))
        }
    }

    /// Why there is no connection, in a sentence that begins with the server.
    private static func reason(_ error: any Error, at server: String) -> String {
        if (error as? ChannelError)?.isConnectTimeout ?? false { return "\(server) does not answer" }
        guard let number = (error as? IOError)?.errnoCode else { return "\(server) can't be reached: \(error)" }
        if number == ECONNREFUSED { return "\(server) refused the connection" }
        return "\(server) can't be reached: \(String(cString: strerror(number)).lowercased())"
    }

    /// A certificate or protocol that does not fit needs an operator; a connection lost in the handshake does not.
    init(tls error: any Error) {
        let text = "\(error)"
        let isCertificate =
            error as? NIOSSLExtraError == .failedToValidateHostname || text.contains("CERTIFICATE")
            || error as? NIOSSLError == .unableToValidateCertificate
        let isNoTLS = text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST")
        let isEOF = text.contains("EOF during handshake")
        let (detail, remedy): (String, String?) =
            if error as? NIOSSLExtraError == .failedToValidateHostname {
                ("the certificate is for another name", nil)
            } else if isCertificate {
                ("the certificate is not from a trusted authority or has expired", nil)
            } else if isNoTLS {
                ("the server does not speak TLS", Self.wrongPortRemedy)
            } else if isEOF {
                ("the connection was lost in the handshake", Code.connectionLost.remedy)
            } else {
                (text, nil)
            }
        self.init(.tlsFailed, stage: .starttls, needsOperator: !isEOF, detail: detail, remedy: remedy)
    }

    private static let wrongPortRemedy = "check the port: smtps:// is for 465 and smtp:// for 587"

    private static func isTLS(_ error: any Error) -> Bool {
        error is NIOSSLError || error is BoringSSLError || error is NIOSSLExtraError
    }
}

extension ChannelError {
    fileprivate var isConnectTimeout: Bool {
        if case .connectTimeout = self { true } else { false }
    }
}

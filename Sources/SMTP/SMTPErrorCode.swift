// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

extension SMTPError {
    /// What went wrong, without its circumstances. An open set: cases may be added.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        package let name: String
        let summary: String
        let remedy: String

        private init(_ name: String, _ summary: String, remedy: String) {
            self.name = name
            self.summary = summary
            self.remedy = remedy
        }

        package var description: String { name }

        package static func == (left: Self, right: Self) -> Bool { left.name == right.name }
        package func hash(into hasher: inout Hasher) { hasher.combine(name) }

        // MARK: The network

        package static let hostNotFound = Self(
            "hostNotFound",
            "the SMTP server's name cannot be resolved",
            remedy: "check the host in the SMTP URL and this machine's DNS"
        )
        package static let connectionFailed = Self(
            "connectionFailed",
            "no connection to the SMTP server",
            remedy: "check host and port in the SMTP URL and any firewall; many networks block port 25"
        )
        package static let timedOut = Self(
            "timedOut",
            "the SMTP server was silent for too long",
            remedy: "if it goes on, check the port: smtps:// is for 465 and smtp:// for 587"
        )
        package static let connectionLost = Self(
            "connectionLost",
            "the connection to the SMTP server was lost",
            remedy: "trying again will usually help"
        )
        package static let cancelled = Self(
            "cancelled",
            "the message was not sent because its task was cancelled",
            remedy: "send it again"
        )
        package static let clientShutDown = Self(
            "clientShutDown",
            "the SMTP client has been shut down",
            remedy: "send it again after the restart"
        )

        // MARK: TLS and the account

        package static let tlsFailed = Self(
            "tlsFailed",
            "no encrypted connection to the SMTP server",
            remedy:
                "check that the certificate is valid for the host in the SMTP URL; a private authority is named by ?ca="
        )
        package static let tlsNotOffered = Self(
            "tlsNotOffered",
            "the SMTP server does not offer STARTTLS",
            remedy: "use smtps:// if the server has port 465; nothing is sent unencrypted unless ?tls=none asks for it"
        )
        package static let authenticationFailed = Self(
            "authenticationFailed",
            "the SMTP server refused the credentials",
            remedy: "check user and password; many providers want an app password or an API key here"
        )
        package static let authenticationNotOffered = Self(
            "authenticationNotOffered",
            "the SMTP server offers neither AUTH PLAIN nor AUTH LOGIN",
            remedy: "check the port in the SMTP URL, or leave out user and password if the server wants none"
        )
        package static let authenticationRequired = Self(
            "authenticationRequired",
            "the SMTP server wants credentials or encryption first",
            remedy: "put user and password into the SMTP URL, and leave out ?tls=none"
        )

        // MARK: The message

        package static let senderRefused = Self(
            "senderRefused",
            "the SMTP server refused the sender",
            remedy: "check that the account may send from this address"
        )
        package static let recipientRefused = Self(
            "recipientRefused",
            "the SMTP server refused the recipient",
            remedy: "check the address"
        )
        package static let messageRefused = Self(
            "messageRefused",
            "the SMTP server refused the message",
            remedy: "the server's words say why"
        )
        package static let messageTooLarge = Self(
            "messageTooLarge",
            "the message is larger than the SMTP server takes",
            remedy: "shorten it or raise the server's limit"
        )
        package static let smtputf8NotSupported = Self(
            "smtputf8NotSupported",
            "the SMTP server does not take addresses outside ASCII",
            remedy: "give sender and recipients addresses in ASCII, or use a server with SMTPUTF8"
        )
        package static let eightBitNotSupported = Self(
            "eightBitNotSupported",
            "the SMTP server does not take bytes over 127",
            remedy: "encode the message as quoted-printable or base64"
        )

        // MARK: The server

        package static let serviceUnavailable = Self(
            "serviceUnavailable",
            "the SMTP server does not serve this client now",
            remedy: "if it goes on, the server's words say why"
        )
        package static let unexpectedReply = Self(
            "unexpectedReply",
            "the SMTP server's reply makes no sense here",
            remedy: "check that the host and port are those of an SMTP server"
        )
    }
}

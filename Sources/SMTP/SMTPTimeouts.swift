// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// How long each part of a conversation may take before the connection is given up.
///
/// RFC 5321 §4.5.3.2 asks for more patience with most commands, for relays that talk to busy strangers. A submission
/// server is the owner's own provider: one that is silent for a minute will answer the next attempt sooner. That goes for
/// RCPT too (§4.5.3.2.3: five minutes), at which a server may ask the recipient's own: it has what it found out by then, and
/// all other mail waits meanwhile.
package struct SMTPTimeouts: Sendable, Hashable {
    /// Name resolution and the TCP connection, over all addresses.
    package var connect: Duration = .seconds(10)
    /// The TLS handshake.
    package var handshake: Duration = .seconds(20)
    /// From a command, or the connection, to the last line of its reply.
    package var command: Duration = .seconds(60)
    /// For the network to take each 32 KB of the message.
    package var dataBlock: Duration = .seconds(120)
    /// From the final dot to its reply. Giving up early makes duplicates, so this is as long as RFC 5321 §4.5.3.2.6 asks.
    package var finalReply: Duration = .seconds(600)
    /// How long a connection is kept for a next message. Servers wait five minutes (RFC 5321 §4.5.3.2.7), and
    /// firewalls less.
    package var idle: Duration = .seconds(10)
    /// How long goodbye may take.
    package var quit: Duration = .seconds(2)

    package init() {}

    package static let standard = SMTPTimeouts()
}

extension TimeAmount {
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self = .seconds(seconds) + .nanoseconds(attoseconds / 1_000_000_000)
    }
}

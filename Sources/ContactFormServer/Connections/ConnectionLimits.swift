// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import HummingbirdCore
package import Logging
package import NIOCore

/// What one connection, and all of them together, may take from the server.
///
/// The clock of a limit runs only while the server waits for the client: time in which the server itself is busy, or
/// does not want to read, is not held against anybody.
package struct ConnectionLimits: Hashable, Sendable {
    /// From the first octet of a request to the end of its head. 408 and the connection is closed.
    package var headTimeout = TimeAmount.seconds(10)
    /// From the end of the head to the end of the body. 408 unless an answer has begun, and the connection is closed.
    package var bodyTimeout = TimeAmount.seconds(30)
    /// Octets a second that a body must keep up with on the whole, counted from `bodyGrace` after the head.
    package var minimumBodyRate = 256
    /// Lets a phone find its network again before the rate counts.
    package var bodyGrace = TimeAmount.seconds(10)
    /// How long a connection is kept without a request on it, the first one included. Closed without a word.
    package var idleTimeout = TimeAmount.seconds(30)
    /// How long a client may take nothing of an answer that is waiting for it. Reset without a word.
    package var writeStallTimeout = TimeAmount.seconds(30)
    /// The same once the server shuts down, so that it does not wait so long for a client that is away.
    package var farewellStallTimeout = TimeAmount.seconds(5)
    /// How long what a client still sends is thrown away after the last answer. A socket that is closed with unread
    /// octets is reset, which can take the answer from the client's hands (RFC 9112 §9.6).
    package var lingerTimeout = TimeAmount.seconds(2)
    /// Octets of a request line and its fields together. 431 (RFC 6585 §5).
    package var maximumHeadLength = 16 * 1_024
    /// Fields in a request. 431.
    package var maximumFieldCount = 100
    /// Octets of forms that are being received and of their answers, over all connections; the first `BodyBudget.freeOctets` of each don't count.
    /// 503, and the connection goes on.
    package var bodyMemory = 32 * 1_024 * 1_024
    /// Connections at one time. More of them wait in the kernel's queue until others are closed.
    package var maximumConnections = 1_000

    package init() {}

    /// The HTTP/1.1 server that keeps to these limits, for `Application(server:)`.
    ///
    /// - Parameter forms: Answers what is sent to a form; everything else goes to the application's responder.
    func httpServer(forms: FormResponder?) -> HTTPServerBuilder {
        HTTPServerBuilder { LimitedHTTP1Channel(limits: self, forms: forms, responder: $0) }
    }

    /// The limit on connections, for `ApplicationConfiguration(availableConnectionsDelegate:)`.
    ///
    /// An `accept` that finds no free file descriptor would end Hummingbird's accept loop, so the limit is lowered to
    /// what the process may open when that is less: half of it, since an answer may hold an open file, without a few
    /// for the database, logs and mail.
    ///
    /// - Parameter fileDescriptors: what `FileDescriptorLimit.raise()` returned.
    package func availableConnections(fileDescriptors: Int, logger: Logger) -> MaximumAvailableConnections {
        MaximumAvailableConnections(connections(fileDescriptors: fileDescriptors), logger: logger)
    }

    func connections(fileDescriptors: Int) -> Int {
        max(1, min(maximumConnections, (fileDescriptors - 64) / 2))
    }
}

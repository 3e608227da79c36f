// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import HTTPAddress
package import NIOCore
package import NIOPosix

/// Sends requests to one server over kept connections, all on one event loop.
///
/// Small because it can be: one server, whole bodies, no redirects, no proxy, no HTTP/2. A call from the event loop's
/// own thread changes no thread, which is most of what a call costs in a function on AWS (see decision 0015).
package final class HTTPClient: Sendable {
    package struct Limits: Sendable {
        package var connections = 16
        package var connectTimeout = TimeAmount.seconds(2)
        /// A connection that rested longer is not used again: firewalls on the way forget one without a word.
        package var idleTime = TimeAmount.seconds(50)
        /// The same for a request that must not be made twice: if the connection turns out to be closed, nobody knows
        /// whether the request was read. Servers wait longer than this before they close one, and a function that was
        /// frozen in between has mostly slept longer. AWS's load balancers wait for a minute:
        /// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
        package var unrepeatableIdleTime = TimeAmount.seconds(1)
        /// In bytes.
        package var answerSize = 16 * 1024 * 1024

        package init() {}
    }

    package let endpoint: HTTPEndpoint
    private let eventLoop: any EventLoop
    private let pool: NIOLoopBoundBox<HTTPConnectionPool>

    /// - Parameters:
    ///   - tls: What the server's certificate is checked against, when the endpoint has TLS.
    ///   - resolver: Finds the addresses of the endpoint's name; nil asks the system.
    package init(
        endpoint: HTTPEndpoint,
        eventLoop: any EventLoop,
        tls: TLSTrust,
        limits: Limits = Limits(),
        resolver: (any Resolver & Sendable)? = nil
    ) {
        self.endpoint = endpoint
        self.eventLoop = eventLoop
        let connector = HTTPConnector(endpoint: endpoint, eventLoop: eventLoop, tls: tls, resolver: resolver)
        pool = .makeBoxSendingValue(HTTPConnectionPool(connector: connector, limits: limits), eventLoop: eventLoop)
    }

    /// Sends a request and gathers its answer, whatever its status.
    ///
    /// A kept connection that turns out to be closed before a byte of the answer came costs one quiet repeat on a new
    /// one, if the request is repeatable. Cancelling the caller changes nothing: the call ends with its answer or at
    /// `timeout`.
    ///
    /// - Parameter timeout: For all of it: waiting for a free connection, opening one, the answer.
    package func send(_ request: HTTPRequest, timeout: TimeAmount) async throws(HTTPClientError) -> HTTPResponse {
        let result = await withCheckedContinuation { continuation in
            onEventLoop { pool in
                let exchange = HTTPExchange(request: request) { continuation.resume(returning: $0) }
                pool.start(exchange, timeout: timeout)
            }
        }
        return try result.get()
    }

    /// Opens a connection, TLS included, so that the first request finds one.
    package func warmUp() async throws(HTTPClientError) {
        let result = await withCheckedContinuation { continuation in
            onEventLoop { $0.warmUp { continuation.resume(returning: $0) } }
        }
        try result.get()
    }

    /// Closes the connections; requests that are on one fail. Those that wait for one, and later ones, open connections
    /// anew.
    package func close() {
        onEventLoop { $0.close() }
    }

    private func onEventLoop(_ body: @escaping @Sendable (HTTPConnectionPool) -> Void) {
        if eventLoop.inEventLoop {
            body(pool.value)
        } else {
            eventLoop.execute { body(self.pool.value) }
        }
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import NIOCore
import NIOPosix
import Synchronization

/// Gives addresses that a test chose, whatever the name; after the last lookup's it gives them again.
package final class FixedResolver: Resolver, Sendable {
    /// What one lookup finds: the first family's addresses are tried first (RFC 8305 §4), whatever they are.
    package struct Found: Sendable {
        var first: [SocketAddress]
        var second: [SocketAddress]

        package init(first: [SocketAddress] = [], second: [SocketAddress] = []) {
            self.first = first
            self.second = second
        }
    }

    private let eventLoop: any EventLoop
    private let lookups: Mutex<[Found]>

    package init(_ lookups: [Found], on eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        self.lookups = Mutex(lookups)
    }

    package func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        eventLoop.makeSucceededFuture(lookups.withLock { $0[0].first })
    }

    /// Asked last.
    package func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        eventLoop.makeSucceededFuture(
            lookups.withLock { lookups in lookups.count > 1 ? lookups.removeFirst().second : lookups[0].second }
        )
    }

    package func cancelQueries() {}
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import NIOCore
import NIOPosix

/// A port of loopback that answers no one who wants to connect, as a host behind a firewall does.
package enum SilentPort {
    package static func run<Result: Sendable>(_ body: (SocketAddress) async throws -> Result) async throws -> Result {
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        // Nobody is taken from its queue, which has room for two. Once it is full the system drops who comes.
        let listener = try await ServerBootstrap(group: eventLoop)
            .serverChannelOption(.backlog, value: 1)
            .serverChannelOption(.autoRead, value: false)
            .bind(host: "127.0.0.1", port: 0).get()
        guard let address = listener.localAddress else { throw ChannelError.unknownLocalAddress }
        let bootstrap = ClientBootstrap(group: eventLoop).connectTimeout(.patient)
        let queue = [try await bootstrap.connect(to: address).get(), try await bootstrap.connect(to: address).get()]
        // Those that wait outside have the next room, should a system's queue be longer than it says.
        let outside = (1...8).map { _ in bootstrap.connect(to: address) }
        try await eventLoop.submit {}.get()
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(try await body(address))
        } catch {
            result = .failure(error)
        }
        try await listener.close()
        for channel in queue { try? await channel.close() }
        for future in outside { future.whenSuccess { $0.close(promise: nil) } }
        return try result.get()
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix

/// A port of loopback that answers no one who wants to connect, as a host behind a firewall does.
enum SilentPort {
    static func run<Result: Sendable>(_ body: (SocketAddress) async throws -> Result) async throws -> Result {
        let group = MultiThreadedEventLoopGroup.singleton
        // Nobody is taken from its queue. Once that is full the system drops who comes.
        let listener = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1)
            .serverChannelOption(.autoRead, value: false)
            .bind(host: "127.0.0.1", port: 0).get()
        guard let address = listener.localAddress else { throw ChannelError.unknownLocalAddress }
        var queue: [any Channel] = []
        do {
            while true {
                queue.append(
                    try await ClientBootstrap(group: group).connectTimeout(.milliseconds(300)).connect(to: address)
                        .get()
                )
            }
        } catch ChannelError.connectTimeout {}
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(try await body(address))
        } catch {
            result = .failure(error)
        }
        for channel in queue { try? await channel.close() }
        try await listener.close()
        return try result.get()
    }
}

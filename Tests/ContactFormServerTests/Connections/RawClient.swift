// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix

/// A TCP client that sends what it is told to.
struct RawClient: Sendable {
    typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    let port: Int

    /// - Parameter receiveBuffer: Octets that the kernel takes in advance; nil for its own choice.
    func connect(receiveBuffer: Int? = nil) async throws -> Connection {
        var bootstrap = ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        if let receiveBuffer { bootstrap = bootstrap.channelOption(.socketOption(.so_rcvbuf), value: receiveBuffer) }
        return
            try await bootstrap
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connectTimeout(.minutes(5))
            .connect(host: "localhost", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true)
                    )
                }
            }
    }

    /// Sends the text and returns everything that comes until the server closes.
    func exchange(_ text: String, finish: Bool = false) async throws -> String {
        try await connect().executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: text))
            if finish { outbound.finish() }
            return await Self.text(of: inbound)
        }
    }

    /// The whole answer to a request on a connection of its own.
    func get(_ path: String) async throws -> String {
        try await exchange("GET \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    }

    /// A reset is an end like any other.
    static func text(of inbound: NIOAsyncChannelInboundStream<ByteBuffer>) async -> String {
        var received = ByteBuffer()
        do {
            for try await bytes in inbound { received.writeImmutableBuffer(bytes) }
        } catch {}
        return String(buffer: received)
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import HTTPAddress
import NIOCore
import NIOPosix
import OutgoingHTTP

/// Who answers at an address that is taken, by its `/health`.
enum RunningServer: Sendable {
    case takesMessages
    /// It is one of ours, and can't store a message.
    case storesNothing
    case unknown

    private static let patience = TimeAmount.seconds(5)

    static func look(at address: ListenAddress) async -> RunningServer {
        guard let location = HTTPLocation(url: "http://\(address)/health") else { return .unknown }
        var limits = HTTPClient.Limits()
        limits.connectTimeout = patience
        let resource = HTTPResource(
            at: location,
            eventLoop: MultiThreadedEventLoopGroup.singleton.next(),
            limits: limits
        )
        defer { resource.close() }
        let answer = try? await resource.send("GET", headers: [], body: "", isRepeatable: false, timeout: patience)
        switch answer.map({ ($0.status, String(decoding: $0.body, as: UTF8.self)) }) {
        case (200, "ok\n")?: return .takesMessages
        case (503, "unavailable\n")?: return .storesNothing
        default: return .unknown
        }
    }
}

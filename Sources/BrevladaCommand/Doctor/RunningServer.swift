// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactFormServer
import HTTPAddress
import NIOCore
import OutgoingHTTP

/// Who answers at an address that is taken, by its `/health`.
enum RunningServer: Sendable {
    case takesMessages
    /// It is one of ours, and can't store a message.
    case storesNothing
    case unknown

    static func look(at address: ListenAddress) async -> RunningServer {
        let answer = await HTTPLocation(url: "http://\(address)/health")?.visit("GET", patience: .seconds(5))
        guard let answer, let health = Health(rawValue: String(decoding: answer.body, as: UTF8.self)),
            health.status == answer.status
        else { return .unknown }
        return health == .ok ? .takesMessages : .storesNothing
    }
}

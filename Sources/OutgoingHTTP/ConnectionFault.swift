// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import NIOSSL

/// Why no connection came about, in words that hold nothing of the address.
package enum ConnectionFault: String, Sendable, Hashable {
    case nameNotFound = "its name is not found"
    case refused = "connection refused"
    case timedOut = "no connection in time"
    case noTLS = "TLS failed: no TLS there, or a certificate that is not trusted"
    case other = "connection failed"

    /// Reads what SwiftNIO says.
    package init(_ error: any Error) {
        switch error {
        case let error as NIOConnectionError:
            // Of several addresses the first one's failure: most often they are the same.
            let looksUp = error.connectionErrors.isEmpty && (error.dnsAError != nil || error.dnsAAAAError != nil)
            self = error.connectionErrors.first.map { ConnectionFault($0.error) } ?? (looksUp ? .nameNotFound : .other)
        case ChannelError.connectTimeout: self = .timedOut
        case let error as IOError where error.errnoCode == ECONNREFUSED: self = .refused
        case let error as IOError where error.errnoCode == ETIMEDOUT: self = .timedOut
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: self = .noTLS
        default: self = .other
        }
    }
}

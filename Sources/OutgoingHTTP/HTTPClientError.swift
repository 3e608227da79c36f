// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Why there is no answer to a request.
package struct HTTPClientError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        /// No connection came about: name, network, or TLS.
        case unreachable = "unreachable"
        /// The server kept silent for too long.
        case timedOut = "timed-out"
        /// The connection ended before the answer did.
        case connectionLost = "connection-lost"
        /// What came is no answer in HTTP/1.1, or a larger one than any service gives.
        case unreadable = "unreadable"
    }

    package var code: Code
    /// Whether the server may have acted on the request.
    package var wasSent: Bool
    /// The status, when the answer got that far.
    package var status: Int?
    /// Why no connection came about, when it is unreachable.
    package var fault: ConnectionFault?
    /// What the system said; holds no personal data.
    package var detail: String

    package init(_ code: Code, wasSent: Bool, status: Int? = nil, fault: ConnectionFault? = nil, detail: String) {
        self.code = code
        self.wasSent = wasSent
        self.status = status
        self.fault = fault
        self.detail = detail
    }

    package var description: String { "\(code.rawValue): \(detail)" }
}

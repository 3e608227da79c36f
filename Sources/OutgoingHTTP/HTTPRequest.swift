// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// A request as it goes on the wire.
package struct HTTPRequest: Sendable, Hashable {
    package var method: String
    /// The path in full and, after a `?`, the query, both encoded; sent as it stands.
    package var target: String
    /// `content-length` is added when it is sent, if there is a body or there might be one.
    package var headers: [HTTPHeaderField]
    package var body: [UInt8]
    /// Whether doing it twice is the same as doing it once (RFC 9110 §9.2.2). When it is not, it is never sent again once
    /// the server may have read it, and only goes out on a connection that was used or opened a moment ago.
    package var isRepeatable: Bool

    package init(
        method: String,
        target: String,
        headers: [HTTPHeaderField],
        body: [UInt8] = [],
        isRepeatable: Bool = false
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.isRepeatable = isRepeatable
    }
}

/// One line of a header.
package struct HTTPHeaderField: Sendable, Hashable {
    /// In lower case.
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

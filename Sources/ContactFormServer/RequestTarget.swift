// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes

/// The path and the query of a request, as they were sent.
///
/// Of the form that a proxy is sent (RFC 9112 §3.2.2) NIO's types of HTTP/1 have left the path and the query.
struct RequestTarget: Equatable {
    let path: Substring
    let query: Substring?

    init(_ head: HTTPRequest) {
        let target = head.path ?? "/"
        let mark = target.utf8.firstIndex(of: UInt8(ascii: "?"))
        path = target[..<(mark ?? target.endIndex)]
        query = mark.map { target[target.utf8.index(after: $0)...] }
    }

    /// Whether the path holds no escape, so that a `SitePath` with this very key may be taken for it.
    var isPlain: Bool {
        !path.utf8.contains(UInt8(ascii: "%"))
    }
}

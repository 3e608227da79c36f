// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Hummingbird

/// The path and the query of a request, as they were sent.
struct RequestTarget: Equatable {
    let path: String
    let query: String?

    init(_ request: Request) {
        // RFC 9112 §3.2.1: nearly always the path itself; Hummingbird takes apart the form that a proxy is sent.
        guard let target = request.head.path, target.utf8.first == UInt8(ascii: "/") else {
            self.init(path: request.uri.path, query: request.uri.query)
            return
        }
        self.init(target)
    }

    init(_ target: String) {
        if let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) {
            self.init(
                path: String(target[..<mark]),
                query: String(target[target.utf8.index(after: mark)...])
            )
        } else {
            self.init(path: target, query: nil)
        }
    }

    private init(path: String, query: String?) {
        self.path = path
        self.query = query
    }

    /// Whether the path holds no escape, so that a `SitePath` with this very key may be taken for it.
    var isPlain: Bool {
        !path.utf8.contains(UInt8(ascii: "%"))
    }
}

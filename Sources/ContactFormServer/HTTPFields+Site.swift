// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import HTTPTypes

extension HTTPRequest {
    /// The path as it was sent, without the query.
    var pathWithoutQuery: Substring {
        guard let path else { return "/" }
        return path[..<(path.utf8.firstIndex(of: UInt8(ascii: "?")) ?? path.endIndex)]
    }
}

extension HTTPFields {
    /// The fields of an answer of the core, with room for those that the server adds.
    init(_ headers: [FormResponse.Header]) {
        self.init()
        reserveCapacity(headers.count + 12)
        for header in headers {
            // Names come from the core's own source; values that HTTP can't carry are dropped by HTTPField.
            if let name = HTTPField.Name(header.name) { append(HTTPField(name: name, value: header.value)) }
        }
    }

    /// Whether a proxy or a tunnel says that it stands between the client and this machine.
    var namesProxy: Bool {
        contains { field in
            let name = field.name.canonicalName
            return name.hasPrefix("x-forwarded-") || ["forwarded", "via", "x-real-ip"].contains(name)
        }
    }

    /// Whether the connection ends with this request, as `RequestHeadHandler` marks it, or with this answer.
    var endsConnection: Bool { self[.connection] == "close" }
}

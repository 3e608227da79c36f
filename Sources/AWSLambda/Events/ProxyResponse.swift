// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes
import JSON

/// An answer that API Gateway sends on; every kind of API understands the same one.
package struct ProxyResponse: Sendable, Hashable {
    package struct Header: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package var status: Int
    /// Each name once: an HTTP API knows no repeated headers but cookies.
    package var headers: [Header]
    package var body: [UInt8]

    package init(status: Int, headers: [Header], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// As the function's answer. A body that is no text goes in base 64.
    package var json: [UInt8] {
        var writer = JSONWriter(capacity: body.count + 1024)
        writer.object { root in
            root.member("statusCode", status)
            root.name("headers")
            root.object { object in
                for header in headers { object.member(header.name, header.value) }
            }
            if let text = String(utf8: body) {
                root.member("isBase64Encoded", false)
                root.member("body", text)
            } else {
                root.member("isBase64Encoded", true)
                root.member("body", Base64.text(body))
            }
        }
        return writer.bytes
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import HTTPTypes

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

    /// The octets of a body as its head announces them; 0 where it says none.
    var announcedLength: Int { self[.contentLength].flatMap { Int($0) } ?? 0 }
}

extension HTTPField.Name {
    // A token (RFC 9110 §5.6.2), so that it can't fail.
    static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
}

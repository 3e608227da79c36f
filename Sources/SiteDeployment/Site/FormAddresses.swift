// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Puts the API's own address before the addresses of forms in a page, for a site on another origin than its API.
///
/// The source keeps its `/api/contact`, which works on one machine and behind CloudFront. Changed are the values of
/// `action`, `formaction` and `data-…` attributes that are routes of the contract; scripts, styles, comments and all other
/// text stay as they are, byte for byte.
package struct FormAddresses: Sendable {
    /// Such as `https://abc.execute-api.eu-north-1.amazonaws.com/api`, without a final slash.
    package var api: String

    /// - Parameter contactURL: The stack's output. Nil is made of one that begins with a slash: nothing needs changing.
    package init?(contactURL: String) {
        guard contactURL.hasPrefix("https://") || contactURL.hasPrefix("http://"), contactURL.hasSuffix("/contact")
        else {
            return nil
        }
        api = String(contactURL.dropLast("/contact".count))
    }

    /// The whole address for a route on the site; nil when the value is none.
    func address(of value: String) -> String? {
        let path = value.prefix { $0 != "?" && $0 != "#" }
        let rest = value.dropFirst(path.count)
        if path == "/api/contact" || path == "/api/AddContactInfo" || path.hasPrefix("/api/f/") {
            return api + path.dropFirst("/api".count) + rest
        }
        return path.hasPrefix("/f/") ? api + path + rest : nil
    }

    /// The page with its forms' addresses changed; nil when there is none to change.
    package func rewritten(_ page: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        var copied = 0
        var scanner = TagScanner(page)
        while let part = scanner.next() {
            guard case .attribute(let attribute) = part, Self.isAddress(attribute.name),
                let address = address(of: String(decoding: page[attribute.value], as: UTF8.self))
            else { continue }
            result.append(contentsOf: page[copied..<attribute.value.lowerBound])
            result.append(contentsOf: address.utf8)
            copied = attribute.value.upperBound
        }
        guard copied > 0 else { return nil }
        result.append(contentsOf: page[copied...])
        return result
    }

    private static func isAddress(_ name: String) -> Bool {
        name == "action" || name == "formaction" || name.hasPrefix("data-")
    }
}

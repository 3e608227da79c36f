// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Logging
import Synchronization

/// Says once for each address that a page of the site sends its form to where none is taken, as a script does that was made
/// for another service: `fetch("/")` of Netlify's examples thanks the visitor whatever the answer is.
///
/// Only a browser that is on the site itself is believed (Fetch Metadata §2.3), and only so many addresses: anybody can send
/// anything anywhere.
final class StrayFormWarning: Sendable {
    private let told = Mutex<Set<String>>([])
    private static let mostTold = 20

    static func isCalledFor(by head: HTTPRequest) -> Bool {
        guard head.method == .post, head.headerFields[.secFetchSite] == "same-origin",
            let type = head.headerFields[.contentType]?.lowercased()
        else { return false }
        return ["application/x-www-form-urlencoded", "multipart/form-data"].contains(where: type.hasPrefix)
    }

    /// - Parameter page: The path of a page that is there; nil for any other address, which may say anything.
    func tell(of page: String?, _ logger: Logger) {
        let path = page ?? "other"
        guard told.withLock({ $0.count < Self.mostTold && $0.insert(path).inserted }) else { return }
        logger.warning(
            "a page of the site sends its form to an address that takes none, and the message is lost; send it to a form's",
            metadata: ["request.path": .string(path)]
        )
    }
}

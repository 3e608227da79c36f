// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes
import JSON

/// What Formspree's client tells of its session in `Formspree-Session-Data`: base 64 of a small JSON object.
package struct FormspreeSession: Sendable, Hashable {
    /// When the page was shown, by the client's clock.
    package var loadedAt: Timestamp?
    /// Whether the browser says that a program drives it.
    package var isWebdriver: Bool

    /// Nil when the header does not hold what Formspree's client sends.
    package init?(header: String) {
        guard header.utf8.count <= 1024, let bytes = Base64.decode(header.utf8),
            let value = try? JSONParser.parse(bytes, maximumDepth: 4), case .object = value
        else { return nil }
        loadedAt = value["loadedAt"]?.integer.flatMap { $0 > 0 ? Timestamp(milliseconds: $0) : nil }
        isWebdriver = value["webdriver"] == .bool(true)
    }
}

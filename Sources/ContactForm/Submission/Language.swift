// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// A language that the product speaks to visitors and owners.
package enum Language: String, Sendable, Hashable, CaseIterable {
    case english = "en"
    case swedish = "sv"

    /// Reads a language tag such as `sv`, `sv-SE` or `EN_us`; nil for any other language.
    package init?(tag: some StringProtocol) {
        let primary = tag.utf8.prefix { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_") }
        self.init(rawValue: String(decoding: primary, as: UTF8.self).lowercased())
    }

    /// The first language of `Accept-Language` by weight that is spoken here (RFC 9110 §12.5.4).
    package init?(acceptLanguage: String) {
        var best: (language: Language, weight: Double)?
        for range in acceptLanguage.utf8.split(separator: UInt8(ascii: ",")).prefix(20) {
            let parts = range.split(separator: UInt8(ascii: ";"))
            guard let tag = parts.first, let language = Language(tag: Substring(tag).trimmedSpaces) else { continue }
            var weight = 1.0
            for parameter in parts.dropFirst() {
                let text = Substring(parameter).trimmedSpaces
                if text.hasPrefix("q=") || text.hasPrefix("Q=") { weight = Double(text.dropFirst(2)) ?? 0 }
            }
            if weight > 0, weight > best?.weight ?? 0 { best = (language, weight) }
        }
        guard let best else { return nil }
        self = best.language
    }
}

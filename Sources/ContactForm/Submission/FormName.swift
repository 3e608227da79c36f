// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The name of a form, as it stands in a path: 1 to 64 ASCII letters, digits, `-` and `_`.
package struct FormName: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let rawValue: String

    /// Nil when `rawValue` is empty, longer than 64 or holds anything else.
    package init?(rawValue: String) {
        guard (1...64).contains(rawValue.utf8.count), rawValue.utf8.allSatisfy(Self.isAllowed) else { return nil }
        self.rawValue = rawValue
    }

    private init(unchecked rawValue: String) {
        self.rawValue = rawValue
    }

    /// The default form, behind `/api/contact`.
    package static let contact = FormName(unchecked: "contact")

    package static func < (lhs: FormName, rhs: FormName) -> Bool { lhs.rawValue < rhs.rawValue }

    package var description: String { rawValue }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

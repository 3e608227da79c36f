// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// An entity tag (RFC 9110 §8.8.3) and the comparisons with those a client sends. Ours are always strong.
struct EntityTag: Hashable, Sendable {
    /// The field value, quotes included.
    let fieldValue: String

    /// - Parameter opaque: letters, digits and dashes.
    init(opaque: String) {
        fieldValue = "\"\(opaque)\""
    }

    /// Whether an `If-None-Match` value names this tag, by weak comparison: `W/` is passed over (RFC 9110 §13.1.2).
    func matchesWeakly(_ list: String) -> Bool {
        matches(list) { $0.starts(with: "W/".utf8) ? $0.dropFirst(2) : $0 }
    }

    /// Whether an `If-Match` value names this tag, by strong comparison: a weak tag never matches (RFC 9110 §13.1.1).
    func matchesStrongly(_ list: String) -> Bool {
        matches(list) { $0 }
    }

    private func matches(_ list: String, _ tag: (Substring.UTF8View) -> Substring.UTF8View) -> Bool {
        if list == fieldValue { return true }
        return ListField(list).contains { member in
            // "*" is any current representation, and there is one.
            member.elementsEqual("*".utf8) || tag(member).elementsEqual(fieldValue.utf8)
        }
    }
}

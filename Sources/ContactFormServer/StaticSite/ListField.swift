// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The members of a comma-separated field value (RFC 9110 §5.6.1), without the white space around them.
///
/// Empty members are left out. A comma between quotes, as an entity tag may hold, separates nothing; quotes that are
/// never closed run to the end of the value. A backslash is a character like any other: entity tags have no escapes
/// (RFC 9110 §8.8.3).
struct ListField: Sequence, IteratorProtocol {
    private var rest: Substring.UTF8View

    init(_ value: String) {
        rest = value[...].utf8
    }

    mutating func next() -> Substring.UTF8View? {
        while !rest.isEmpty {
            let end = endOfMember()
            let member = rest[..<end].trimmingOptionalWhitespace()
            rest = end == rest.endIndex ? rest[end...] : rest[rest.index(after: end)...]
            if !member.isEmpty { return member }
        }
        return nil
    }

    private func endOfMember() -> Substring.UTF8View.Index {
        var isQuoted = false
        return rest.firstIndex { byte in
            switch byte {
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: ",") where !isQuoted: return true
            default: break
            }
            return false
        } ?? rest.endIndex
    }
}

extension Substring.UTF8View {
    /// Without spaces and tabs at either end (OWS, RFC 9110 §5.6.3).
    func trimmingOptionalWhitespace() -> Substring.UTF8View {
        guard let start = firstIndex(where: { !Self.isWhitespace($0) }),
            let last = lastIndex(where: { !Self.isWhitespace($0) })
        else { return self[endIndex...] }
        return self[start...last]
    }

    /// Compares with lower-case ASCII text, whatever the case of the receiver.
    func equalsIgnoringCase(_ lowercase: StaticString) -> Bool {
        lowercase.withUTF8Buffer { expected in
            elementsEqual(expected) { $0 == $1 || ($0 ^ 0x20 == $1 && (0x61...0x7A).contains($1)) }
        }
    }

    private static func isWhitespace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes

/// `application/x-www-form-urlencoded` (WHATWG URL §5.1), but strict: a broken escape or invalid UTF-8 is an error
/// where the standard would guess.
package enum URLEncodedForm {
    /// Adds each pair to `fields`, in order; one without `=` has an empty value.
    ///
    /// - Parameter fields: Holds what came before the fault when this throws.
    /// - Throws: `IntakeError`: `malformed` when an escape is broken or what is escaped is not UTF-8; and what
    ///   `CheckedFields.append` throws.
    package static func decode(_ body: [UInt8], into fields: inout CheckedFields) throws(IntakeError) {
        var start = body.startIndex
        while start < body.endIndex {
            let end = body[start...].firstIndex(of: UInt8(ascii: "&")) ?? body.endIndex
            if end > start {
                let equals = body[start..<end].firstIndex(of: UInt8(ascii: "=")) ?? end
                let name = try decode(body[start..<equals])
                let value = equals < end ? try decode(body[(equals + 1)..<end]) : ""
                try fields.append(name, value)
            }
            start = end + 1
        }
    }

    private static func decode(_ text: ArraySlice<UInt8>) throws(IntakeError) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            switch text[index] {
            case UInt8(ascii: "+"): bytes.append(0x20)
            case UInt8(ascii: "%"):
                guard index + 2 < text.endIndex, let high = text[index + 1].hexDigit,
                    let low = text[index + 2].hexDigit
                else { throw .malformed }
                bytes.append(high << 4 | low)
                index += 2
            case let byte: bytes.append(byte)
            }
            index += 1
        }
        guard let string = String(utf8: bytes) else { throw .malformed }
        return string
    }
}

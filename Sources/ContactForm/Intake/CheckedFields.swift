// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Fields as they are decoded, held to the limits one by one so that a hostile body stops early.
package struct CheckedFields {
    package private(set) var list = FieldList()
    /// The first thing that is wrong with a single field.
    package private(set) var problem: IntakeError?
    private let limits: IntakeLimits
    private var count = 0

    package init(limits: IntakeLimits) {
        self.limits = limits
    }

    /// Adds a field, with its line breaks as LF.
    ///
    /// A value that is too long is added too, and noted as the `problem`.
    ///
    /// - Throws: `IntakeError`: `tooManyFields` for one more than there may be, `malformed` for a NUL in name or value,
    ///   `nameTooLong`. Then the body is to be read no further.
    package mutating func append(_ name: String, _ value: String) throws(IntakeError) {
        count += 1
        guard count <= limits.fields else { throw .tooManyFields }
        guard !name.utf8.contains(0), !value.utf8.contains(0) else { throw .malformed }
        guard name.unicodeScalars.count <= limits.nameCharacters else { throw .nameTooLong }
        let value = value.normalizingLineBreaks()
        // No text has fewer bytes than characters: most are let through without counting.
        if value.utf8.count > limits.valueCharacters, value.unicodeScalars.count > limits.valueCharacters {
            problem = problem ?? .valueTooLong(field: name)
        }
        list.append(name, value)
    }

    /// Notes that a file came where only text is taken. It is not kept.
    package mutating func refuseFile(_ name: String) {
        problem = problem ?? .fileNotAccepted(field: name)
    }
}

extension String {
    /// The text with CR LF and lone CR as LF.
    ///
    /// A form posted by the browser has CR LF where a script sends LF; the same message must be the same text.
    fileprivate func normalizingLineBreaks() -> String {
        guard utf8.contains(0x0D) else { return self }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count)
        var afterReturn = false
        for byte in utf8 {
            if byte == 0x0D {
                bytes.append(0x0A)
            } else if byte != 0x0A || !afterReturn {
                bytes.append(byte)
            }
            afterReturn = byte == 0x0D
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

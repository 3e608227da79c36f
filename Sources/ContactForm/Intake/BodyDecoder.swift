// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

/// Reads the fields out of a body, whichever of the three forms of encoding it came in.
///
/// Decodes exactly once. Text must be UTF-8 whatever charset the header names, since that is what browsers send;
/// NUL, a byte order mark at the start and broken escapes are refused as a whole, never repaired.
package struct BodyDecoder: Sendable {
    package var limits: IntakeLimits

    package init(limits: IntakeLimits = IntakeLimits()) {
        self.limits = limits
    }

    /// The fields, in the order in which they came.
    ///
    /// - Parameters:
    ///   - body: All of it. How long it may be is for the caller to say, before it is gathered.
    ///   - header: The `Content-Type`; nil when there was none, which only an empty body may have.
    /// - Throws: `IntakeError` when the body as a whole is not taken: `unsupportedType` for any other type, `malformed`,
    ///   `tooDeep`, `tooManyFields` and `nameTooLong`. A value that is too long and a file do not keep the rest from being
    ///   read, and are told of in `DecodedForm.problem`.
    package func decode(_ body: [UInt8], contentType header: String?) throws(IntakeError) -> DecodedForm {
        guard !body.starts(with: [0xEF, 0xBB, 0xBF]) else { throw .malformed }
        guard let header else {
            // A body without a type is nothing we can name; no body at all is an empty form.
            guard body.isEmpty else { throw .unsupportedType }
            return DecodedForm(fields: FieldList())
        }
        let type = ContentType(header)
        var fields = CheckedFields(limits: limits)
        switch type.mediaType {
        case "application/json": try decodeJSON(body, into: &fields)
        case "application/x-www-form-urlencoded": try URLEncodedForm.decode(body, into: &fields)
        case "multipart/form-data":
            guard let boundary = type.boundary else { throw .malformed }
            try MultipartForm.decode(body, boundary: boundary, into: &fields)
        default: throw .unsupportedType
        }
        return DecodedForm(fields: fields.list, problem: fields.problem)
    }

    private func decodeJSON(_ body: [UInt8], into fields: inout CheckedFields) throws(IntakeError) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONParser.parse(body, maximumDepth: limits.jsonDepth)
        } catch {
            switch error {
            case .malformed: throw .malformed
            case .tooDeep: throw .tooDeep
            }
        }
        guard case .object(let members) = value else { throw .malformed }
        for member in members { try flatten(member.value, name: member.name, into: &fields) }
    }

    /// An array of plain values is a repeated field; what is nested deeper is named as forms name it: `a[b][0]`.
    private func flatten(
        _ value: JSONValue,
        name: String,
        into fields: inout CheckedFields
    ) throws(IntakeError) {
        // Checked on the way down, so that a long name at the top can't be multiplied below it.
        guard name.unicodeScalars.count <= limits.nameCharacters else { throw .nameTooLong }
        switch value {
        case .null: try fields.append(name, "")
        case .bool(let flag): try fields.append(name, flag ? "true" : "false")
        case .number(let text), .string(let text): try fields.append(name, text)
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                switch element {
                case .array, .object: try flatten(element, name: "\(name)[\(index)]", into: &fields)
                default: try flatten(element, name: name, into: &fields)
                }
            }
        case .object(let members):
            for member in members { try flatten(member.value, name: "\(name)[\(member.name)]", into: &fields) }
        }
    }
}

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

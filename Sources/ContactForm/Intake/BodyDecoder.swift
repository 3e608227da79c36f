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

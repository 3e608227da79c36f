// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// How much one submission may hold.
package struct IntakeLimits: Sendable, Hashable {
    /// Bytes in a body; above: 413.
    package var bodyBytes = 256 * 1024
    /// Names with values, repeats counted; above: 422.
    package var fields = 100
    /// Characters in a name; above: 422.
    package var nameCharacters = 100
    /// Characters in a value; above: 422 by the field.
    package var valueCharacters = 20_000
    /// Arrays and objects inside each other in JSON; above: 422.
    package var jsonDepth = 8

    package init() {}
}

/// Why a body is not taken in. Nothing of it is kept.
package enum IntakeError: Error, Sendable, Hashable {
    /// Neither JSON, URL-encoded nor multipart: 415.
    case unsupportedType
    /// Not what its type says, or not text: 400.
    case malformed
    /// 422.
    case tooManyFields
    /// 422.
    case nameTooLong
    /// 422, said by the field.
    case valueTooLong(field: String)
    /// 422.
    case tooDeep
    /// A file was attached: 422, said by the field.
    case fileNotAccepted(field: String)
}

/// The fields of a body that could be read.
package struct DecodedForm: Sendable, Hashable {
    package var fields: FieldList
    /// What keeps the form from being taken although it was read: a value that is too long, or a file. The visitor gets
    /// the text back.
    package var problem: IntakeError?
}

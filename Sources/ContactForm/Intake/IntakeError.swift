// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

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

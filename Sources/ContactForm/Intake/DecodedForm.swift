// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The fields of a body that could be read.
package struct DecodedForm: Sendable, Hashable {
    package var fields: FieldList
    /// What keeps the form from being taken although it was read: a value that is too long, or a file. The visitor gets
    /// the text back.
    package var problem: IntakeError?
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The functions that a stack has. Each goes by one name: the program's, the zip's, and the beginning of what the template calls
/// its parameters and outputs.
package enum SiteFunction: String, Sendable, Hashable, CaseIterable {
    case addContactInfo = "AddContactInfo"
    case sendContactInfoEmail = "SendContactInfoEmail"
    /// Only for owners who sign in.
    case readContactInfo = "ReadContactInfo"

    package var name: String { rawValue }

    /// The parameter that takes the key of its zip in the bucket of code.
    package var keyParameter: String { name + "Key" }

    /// The output that names its group of logs.
    package var logGroupOutput: String { name + "LogGroup" }

    /// The parameters that keep concurrent runs for a function.
    package static let concurrencyParameters = [addContactInfo, sendContactInfoEmail].map { $0.name + "Concurrency" }
}

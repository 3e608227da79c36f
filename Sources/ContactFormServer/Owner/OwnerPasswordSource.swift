// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Where the owner's password is kept. `brevlada passwd` may change it while the server runs.
package protocol OwnerPasswordSource: Sendable {
    /// The password as it now stands; nil when none was ever set. A small read, made for each of the owner's requests.
    ///
    /// - Throws: When it is there and can't be read: nobody is let in then, and nobody sets a first one.
    func load() throws -> PasswordHash?

    /// Sets the first password; false when there is one by now, which stays.
    func setFirst(_ password: PasswordHash) throws -> Bool
}

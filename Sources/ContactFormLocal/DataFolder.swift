// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The folder of the database, the owner's password and the captured mail.
package enum DataFolder {
    /// Makes it, and the folders around it, for one user's eyes only, unless they are there. What root makes belongs to the
    /// owner of the folder around it (`PrivateFile`), or the server could not use what a command made before its first start.
    ///
    /// - Throws: A sentence for the operator.
    package static func make(_ path: String) throws {
        try PrivateFile.createFolder(path, withThoseAround: true)
    }
}

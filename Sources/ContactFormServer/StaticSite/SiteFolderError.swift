// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The site's folder or a file in it could not be used, for a reason other than that there is none.
package struct SiteFolderError: Error, CustomStringConvertible {
    let operation: String
    /// errno
    let code: CInt
    let path: String?

    init(operation: String, code: CInt, path: String? = nil) {
        self.operation = operation
        self.code = code
        self.path = path
    }

    package var description: String {
        "site folder\(path.map { " \"\($0)\"" } ?? "") cannot be read: \(operation) failed with errno \(code) "
            + "(\(String(cString: strerror(code))))"
    }
}

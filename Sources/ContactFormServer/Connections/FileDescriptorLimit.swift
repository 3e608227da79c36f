// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import CLinux

/// The number of files and sockets this process may have open.
package enum FileDescriptorLimit {
    /// Raises the limit to the highest the system allows this process without privileges.
    ///
    /// - Returns: the limit that now holds; 1,024, the usual one, when the system does not tell.
    package static func raise() -> Int {
        let limit = clinux_raise_file_limit()
        return limit < 0 ? 1_024 : Int(limit)
    }
}

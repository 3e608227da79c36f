// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes

/// One file of a folder that is compiled in, so that the command needs nothing beside it.
package struct EmbeddedFile: Sendable, Hashable {
    /// Relative to the folder, with "/" between its parts.
    package let path: String
    package let bytes: [UInt8]

    package init(_ path: String, text: String) {
        self.path = path
        self.bytes = Array(text.utf8)
    }

    /// For what a literal can't hold as it is. The script that generates the literals is the only caller, so text
    /// that is not base 64 is an error of ours.
    package init(_ path: String, base64: String) {
        guard let bytes = Base64.decode(base64.utf8) else {
            preconditionFailure("the base 64 of \(path) is broken; run scripts/embed-pages")
        }
        self.path = path
        self.bytes = bytes
    }
}

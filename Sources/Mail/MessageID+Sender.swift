// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

extension MessageID {
    /// The identity of a message that `sender` sends under a name of its own making.
    ///
    /// Characters of `name` other than ASCII letters, digits and `-` are left out, and all but the first 128 of them, so
    /// that this can't fail; an address that parsed has a domain that fits. Without any, the name is "message".
    package init(name: String, sender: EmailAddress) {
        let octets = name.utf8.lazy.filter { octet in
            switch Unicode.Scalar(octet) {
            case "a"..."z", "A"..."Z", "0"..."9", "-": true
            default: false
            }
        }
        let left = String(decoding: octets.prefix(128), as: UTF8.self)
        self.init(left: left.isEmpty ? "message" : left, domain: sender.asciiDomain)
    }
}

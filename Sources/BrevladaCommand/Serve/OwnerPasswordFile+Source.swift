// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactFormLocal
package import ContactFormServer

/// The file in the data folder is where the server looks for the owner's password.
extension OwnerPasswordFile: OwnerPasswordSource {
    package func load() throws -> PasswordHash? {
        guard let text = try read() else { return nil }
        guard let hash = PasswordHash(text: text) else {
            throw CommandFailure(
                .configuration,
                "the file owner-password holds no password; set it with: brevlada passwd"
            )
        }
        return hash
    }

    package func setFirst(_ password: PasswordHash) throws -> Bool {
        try create(with: password.text)
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactFormLocal
import ContactFormServer

/// The owner's password as the data folder keeps it, for the server and for `brevlada passwd`.
struct OwnerPasswordFile: OwnerPasswordSource {
    private let file: DataFile

    init(folder: String) {
        file = DataFile(folder: folder, name: "owner-password")
    }

    func load() throws -> PasswordHash? {
        guard let text = try file.read() else { return nil }
        guard let hash = PasswordHash(text: text) else {
            throw CommandFailure(
                .configuration,
                "the file owner-password holds no password; set it with: brevlada passwd"
            )
        }
        return hash
    }

    func setFirst(_ password: PasswordHash) throws -> Bool {
        try file.create(with: password.text)
    }

    /// Puts it in place of the one there was.
    func replace(with password: PasswordHash) throws {
        try file.replace(with: password.text)
    }
}

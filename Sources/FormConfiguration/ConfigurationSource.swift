// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Where the configuration is read from: the text of a file, the environment, and files that hold a secret each.
///
/// A plain value, so that tests need neither files nor an environment; `ConfigurationSource.system` makes the real one.
package struct ConfigurationSource: Sendable {
    package struct File: Sendable {
        /// As the operator names it, for messages.
        package var name: String
        /// The absolute path of the folder that holds it.
        package var folder: String
        package var text: String

        package init(name: String, folder: String, text: String) {
            self.name = name
            self.folder = folder
            self.text = text
        }
    }

    package var file: File?
    package var environment: [String: String]
    /// The absolute path that relative paths of the environment start from.
    package var workingFolder: String
    /// Reads the file of a secret.
    package var readSecret: @Sendable (String) throws(FileProblem) -> String
    /// Whether secrets are read, and missed. A command that needs none runs as well where only the server may have them.
    package var hasSecrets = true

    package init(
        file: File? = nil,
        environment: [String: String] = [:],
        workingFolder: String,
        readSecret: @escaping @Sendable (String) throws(FileProblem) -> String = { _ throws(FileProblem) in
            throw FileProblem(reason: "does not exist")
        }
    ) {
        self.file = file
        self.environment = environment
        self.workingFolder = workingFolder
        self.readSecret = readSecret
    }
}

/// Why a file can't be read: goes on after its name.
package struct FileProblem: Error, Sendable, Hashable {
    package var reason: String
    /// What to do about it, when that isn't to name another file.
    package var remedy: String?

    package init(reason: String, remedy: String? = nil) {
        self.reason = reason
        self.remedy = remedy
    }
}

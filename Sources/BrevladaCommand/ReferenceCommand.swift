// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// Writes the reference of all keys, for the documentation; not shown among the commands.
struct ReferenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reference",
        abstract: "Writes docs/configuration.md.",
        shouldDisplay: false
    )

    func run() throws {
        try Output.standard.write(ConfigurationReference.markdown)
    }
}

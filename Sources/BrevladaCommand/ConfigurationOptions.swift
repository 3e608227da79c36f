// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FormConfiguration

/// The option that all commands have which need the configuration.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The configuration file. Without it brevlada.yaml in this folder, if there is one.",
            valueName: "file"
        ),
        completion: .file(extensions: ["yaml", "yml"])
    )
    var config: String?

    /// Reads and checks it, and says on standard error what is odd in it.
    func load() throws -> Configuration {
        let configuration = try Configuration.read(try ConfigurationSource.system(path: config))
        let style = Output.error.style(SystemEnvironment.variables)
        for warning in configuration.warnings {
            let text = TerminalText.escaped(warning.description)
            try Output.error.writeLine("\(style.yellow("warning:")) \(text)")
        }
        return configuration
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FormConfiguration
import Synchronization

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

    /// What was said already: a command may read the configuration more than once.
    private static let told = Mutex<Set<String>>([])

    /// Reads and checks it. What is odd in it stands in its `warnings`.
    func read(withSecrets: Bool) throws(ConfigurationError) -> Configuration {
        var source = try ConfigurationSource.system(path: config)
        source.hasSecrets = withSecrets
        var configuration = try Configuration.read(source)
        if config == nil, let misnamed = ConfigurationSource.misnamedFile(in: source.workingFolder) {
            configuration.warnings.append(misnamed)
        }
        return configuration
    }

    /// Reads and checks it, and says on standard error what is odd in it.
    ///
    /// - Parameter withSecrets: False for what neither serves nor mails: it must run where only the server has the
    ///   passwords, in its environment or in files that nobody else may read.
    func load(withSecrets: Bool) throws -> Configuration {
        let configuration = try read(withSecrets: withSecrets)
        let style = Output.error.style()
        for warning in configuration.warnings where Self.told.withLock({ $0.insert(warning.description).inserted }) {
            let text = TerminalText.escaped(warning.description)
            try Output.error.writeLine("\(style.yellow("warning:")) \(text)")
        }
        return configuration
    }
}

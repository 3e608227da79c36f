// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import FormConfiguration

@testable import BrevladaCommand

/// A configuration from a text and an environment, read as if it lay in /srv/site-of-mine.
func read(
    _ yaml: String? = nil,
    _ environment: [String: String] = [:],
    secrets: [String: String] = [:]
) throws(ConfigurationError) -> Configuration {
    try Configuration.read(source(yaml, environment, secrets: secrets))
}

func source(
    _ yaml: String?,
    _ environment: [String: String] = [:],
    secrets: [String: String] = [:]
) -> ConfigurationSource {
    ConfigurationSource(
        file: yaml.map { .init(name: "brevlada.yaml", folder: "/srv/site-of-mine", text: $0) },
        environment: environment,
        workingFolder: "/home/eva",
        readSecret: { path throws(FileProblem) in
            guard let secret = secrets[path] else { throw FileProblem(reason: "can't be read: no such file") }
            return secret
        }
    )
}

/// The problems that reading runs into; none when it does not.
func problems(_ yaml: String? = nil, _ environment: [String: String] = [:], secrets: [String: String] = [:]) -> [String]
{
    do throws(ConfigurationError) {
        _ = try read(yaml, environment, secrets: secrets)
        return []
    } catch {
        return error.problems.map(\.description)
    }
}

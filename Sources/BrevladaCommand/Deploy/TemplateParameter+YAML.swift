// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import SiteDeployment
import Yams

extension TemplateParameter {
    /// The parameters of a template in YAML, in its order; none when there are none to be read.
    static func all(in template: String) -> [TemplateParameter] {
        guard let root = try? Yams.compose(yaml: template), let parameters = root["Parameters"]?.mapping else {
            return []
        }
        return parameters.compactMap { key, value in
            guard let name = key.scalar?.string else { return nil }
            func text(_ key: String) -> String? { value[key]?.scalar?.string }
            return TemplateParameter(
                name: name,
                type: text("Type") ?? "String",
                standard: text("Default"),
                allowedValues: value["AllowedValues"]?.sequence?.compactMap { $0.scalar?.string } ?? [],
                allowedPattern: text("AllowedPattern"),
                constraint: text("ConstraintDescription"),
                leastNumber: text("MinValue").flatMap { Double($0) },
                mostNumber: text("MaxValue").flatMap { Double($0) },
                mostCharacters: text("MaxLength").flatMap { Int($0) }
            )
        }
    }
}

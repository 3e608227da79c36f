// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Where submissions are kept.
package struct TableSettings: Sendable, Hashable {
    package var name: String
    /// Over how many partitions the submissions of a form are spread. Raised later, it finds what was written before;
    /// lowered, it does not.
    package var shards: Int
    package var region: String

    package init(name: String, shards: Int, region: String) {
        self.name = name
        self.shards = shards
        self.region = region
    }

    static let variables = ["TABLE_NAME", "TABLE_SHARDS", "AWS_REGION"]

    /// Nil when something is wrong, which the environment then knows.
    init?(_ environment: inout FunctionEnvironment) {
        let name = environment.required("TABLE_NAME", "set it to the DynamoDB table name")
        let shards = environment.number("TABLE_SHARDS", 1...256, standard: 8)
        let region = environment.required("AWS_REGION", "Lambda does; elsewhere set it to a Region such as eu-north-1")
        guard let name, let region else { return nil }
        self.init(name: name, shards: shards, region: region)
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

/// A resource as its stack knows it. What was changed or deleted behind CloudFormation's back it does not show.
struct StackResource: Sendable, Hashable {
    var logicalID: String
    /// What the service calls it.
    var physicalID: String
    var type: ResourceType
    var status: StackStatus

    /// Reads an element of `StackResourceSummaries` in the answer of ListStackResources; nil when it is none.
    init?(_ json: JSONValue) {
        guard let logicalID = json.text("LogicalResourceId"), let type = json.text("ResourceType"),
            let status = json.text("ResourceStatus")
        else { return nil }
        self.logicalID = logicalID
        physicalID = json.text("PhysicalResourceId") ?? ""
        self.type = ResourceType(rawValue: type)
        self.status = StackStatus(rawValue: status)
    }

    /// Whether it is to be there now.
    var isMade: Bool { !status.isRemoval && !["CREATE_IN_PROGRESS", "CREATE_FAILED"].contains(status.rawValue) }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import JSON

/// One event of a stack: a resource, or the stack itself, came to a status.
struct StackEvent: Sendable, Hashable {
    var id: String
    var at: Timestamp
    var logicalID: String
    var physicalID: String
    var type: ResourceType
    var status: StackStatus
    var reason: String?

    init(
        id: String,
        at: Timestamp,
        logicalID: String,
        physicalID: String = "",
        type: String,
        status: String,
        reason: String? = nil
    ) {
        self.id = id
        self.at = at
        self.logicalID = logicalID
        self.physicalID = physicalID
        self.type = ResourceType(rawValue: type)
        self.status = StackStatus(rawValue: status)
        self.reason = reason
    }

    init?(_ json: JSONValue) {
        guard let id = json.text("EventId"), let logicalID = json.text("LogicalResourceId"),
            let type = json.text("ResourceType"), let status = json.text("ResourceStatus"),
            let at = json.text("Timestamp").flatMap({ Timestamp(aws: $0) })
        else { return nil }
        self.init(
            id: id,
            at: at,
            logicalID: logicalID,
            physicalID: json.text("PhysicalResourceId") ?? "",
            type: type,
            status: status,
            reason: json.text("ResourceStatusReason")
        )
    }

    /// Of the stack as a whole.
    func isOfStack(_ id: String) -> Bool { type == .stack && physicalID == id }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

/// A change of one resource.
struct StackChange: Sendable, Hashable {
    enum Action: Sendable, Hashable {
        case added
        case changed
        /// A new one takes its place, or may: CloudFormation knows for certain only while it works.
        case replaced(isCertain: Bool)
        case removed
    }

    /// What becomes of the resource that goes, as far as the change set says.
    enum Fate: String, Sendable, Hashable {
        case deleted = "Delete"
        case retained = "Retain"
        case snapshot = "Snapshot"
        case replacedAndDeleted = "ReplaceAndDelete"
        case replacedAndRetained = "ReplaceAndRetain"
        case replacedAndSnapshot = "ReplaceAndSnapshot"
    }

    var action: Action
    var logicalID: String
    var type: ResourceType
    var physicalID: String?
    /// The properties that change, in the order of the answer.
    var properties: [String]
    var fate: Fate?

    init(
        _ action: Action,
        _ logicalID: String,
        _ type: String,
        physicalID: String? = nil,
        properties: [String] = [],
        fate: Fate? = nil
    ) {
        self.action = action
        self.logicalID = logicalID
        self.type = ResourceType(rawValue: type)
        self.physicalID = physicalID
        self.properties = properties
        self.fate = fate
    }

    init?(_ json: JSONValue) {
        guard let logicalID = json.text("LogicalResourceId"), let type = json.text("ResourceType") else { return nil }
        let action: Action
        switch (json.text("Action"), json.text("Replacement")) {
        case ("Add", _), ("Import", _): action = .added
        case ("Remove", _): action = .removed
        case ("Modify", "True"): action = .replaced(isCertain: true)
        case ("Modify", "Conditional"): action = .replaced(isCertain: false)
        case ("Dynamic", _): action = .replaced(isCertain: false)
        default: action = .changed
        }
        var properties: [String] = []
        for detail in json.list("Details") {
            let name = detail.text("Target", "Name") ?? detail.text("Target", "Attribute")
            if let name, !properties.contains(name) { properties.append(name) }
        }
        self.init(
            action,
            logicalID,
            type,
            physicalID: json.text("PhysicalResourceId"),
            properties: properties,
            fate: json.text("PolicyAction").flatMap { Fate(rawValue: $0) }
        )
    }

    /// What the owner is to know before data is at stake; nil when none is.
    var warning: String? {
        guard let data = type.data else { return nil }
        let name = "\(logicalID) holds \(data)"
        switch (action, fate) {
        case (.added, _), (.changed, _): return nil
        case (.removed, .retained), (.removed, .snapshot):
            return "\(name): it leaves the stack, and AWS keeps it"
        case (.removed, .deleted): return "\(name): they are DELETED with it"
        case (.removed, _): return "\(name): it leaves the stack; look up whether AWS keeps it before you go on"
        case (.replaced, .replacedAndRetained), (.replaced, .replacedAndSnapshot):
            return "\(name): a new, empty one takes its place; the old one is kept, outside of the stack"
        case (.replaced, .replacedAndDeleted): return "\(name): a new, empty one takes its place, and they are DELETED"
        case (.replaced(isCertain: true), _):
            return "\(name): a new, empty one takes its place; the template keeps the old one outside of the stack"
        case (.replaced(isCertain: false), _):
            return "\(name): a new, empty one may take its place; the template keeps the old one outside of the stack"
        }
    }
}

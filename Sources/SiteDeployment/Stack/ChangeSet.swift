// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import JSON

/// What CloudFormation would do, as it worked it out.
package struct ChangeSet: Sendable, Hashable {
    package enum State: Sendable, Hashable {
        case working
        case ready
        /// The template and the parameters are those of the stack.
        case empty
        case failed(String)
    }

    package var state: State
    package var changes: [StackChange]

    package init(state: State, changes: [StackChange]) {
        self.state = state
        self.changes = changes
    }

    /// Reads the answer of DescribeChangeSet.
    package init(_ json: JSONValue) {
        let reason = json.text("StatusReason") ?? ""
        switch json.text("Status") {
        case "CREATE_COMPLETE": state = .ready
        case "FAILED":
            let isEmpty = Self.wordsOfNoChange.contains { reason.firstRange(of: $0) != nil }
            state = isEmpty ? .empty : .failed(reason)
        case "DELETE_COMPLETE", "DELETE_FAILED": state = .failed("somebody deleted it meanwhile")
        default: state = .working
        }
        changes = json.list("Changes").compactMap { $0["ResourceChange"].flatMap { StackChange($0) } }
        if state == .ready, changes.isEmpty { state = .empty }
    }

    /// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html says only that the
    /// status is FAILED; these are the sentences that come with it.
    private static let wordsOfNoChange = [
        "didn't contain changes", "No updates are to be performed", "no changes",
    ]
}

/// A change of one resource.
package struct StackChange: Sendable, Hashable {
    package enum Action: Sendable, Hashable {
        case added
        case changed
        /// A new one takes its place, or may: CloudFormation knows for certain only while it works.
        case replaced(isCertain: Bool)
        case removed
    }

    /// What becomes of the resource that goes, as far as the change set says.
    package enum Fate: String, Sendable, Hashable {
        case deleted = "Delete"
        case retained = "Retain"
        case snapshot = "Snapshot"
        case replacedAndDeleted = "ReplaceAndDelete"
        case replacedAndRetained = "ReplaceAndRetain"
        case replacedAndSnapshot = "ReplaceAndSnapshot"
    }

    package var action: Action
    package var logicalID: String
    package var type: ResourceType
    package var physicalID: String?
    /// The properties that change, in the order of the answer.
    package var properties: [String]
    package var fate: Fate?

    package init(
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

    package init?(_ json: JSONValue) {
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
    package var warning: String? {
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

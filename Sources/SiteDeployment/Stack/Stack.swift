// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

/// A CloudFormation stack as it is now.
package struct Stack: Sendable, Hashable {
    package var id: String
    package var name: String
    package var status: StackStatus
    package var reason: String?
    package var outputs: [String: String]
    package var parameters: [String: String]
    /// Whether CloudFormation refuses to delete it.
    package var isProtected: Bool

    package init(
        id: String,
        name: String,
        status: StackStatus,
        reason: String? = nil,
        outputs: [String: String] = [:],
        parameters: [String: String] = [:],
        isProtected: Bool = false
    ) {
        self.id = id
        self.name = name
        self.status = status
        self.reason = reason
        self.outputs = outputs
        self.parameters = parameters
        self.isProtected = isProtected
    }

    /// Reads an element of `Stacks` in the answer of DescribeStacks; nil when it is none.
    init?(_ json: JSONValue) {
        guard let name = json.text("StackName"), let status = json.text("StackStatus") else { return nil }
        self.init(
            id: json.text("StackId") ?? name,
            name: name,
            status: StackStatus(rawValue: status),
            reason: json.text("StackStatusReason"),
            outputs: Self.pairs(json.list("Outputs"), "OutputKey", "OutputValue"),
            parameters: Self.pairs(json.list("Parameters"), "ParameterKey", "ParameterValue"),
            isProtected: json.flag("EnableTerminationProtection") ?? false
        )
    }

    /// Parameters of the template in each of its versions.
    private static let marks: Set = ["CodeBucket", SiteFunction.addContactInfo.keyParameter]

    /// Whether it shows that the template made it, in whatever version. One that was only ever planned may have no parameters to
    /// tell it by; see ``CloudFormation/isOfBrevlada(_:)``.
    var isMarked: Bool { Self.marks.isSubset(of: parameters.keys) }

    private static func pairs(_ list: [JSONValue], _ name: String, _ value: String) -> [String: String] {
        let pairs = list.compactMap { element in element.text(name).map { ($0, element.text(value) ?? "") } }
        return Dictionary(pairs) { $1 }
    }
}

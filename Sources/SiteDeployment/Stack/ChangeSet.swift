// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

/// What CloudFormation would do, as it worked it out.
struct ChangeSet: Sendable, Hashable {
    enum State: Sendable, Hashable {
        case working
        case ready
        /// The template and the parameters are those of the stack.
        case empty
        case failed(String)
    }

    var state: State
    var changes: [StackChange]

    /// Reads the answer of DescribeChangeSet.
    init(_ json: JSONValue) {
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

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The status of a stack or of a resource in it, in CloudFormation's words.
package struct StackStatus: RawRepresentable, Sendable, Hashable {
    package var rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// A change set was made for a stack that is not there yet.
    package static let reviewInProgress = StackStatus(rawValue: "REVIEW_IN_PROGRESS")
    package static let updateRollbackFailed = StackStatus(rawValue: "UPDATE_ROLLBACK_FAILED")
    package static let deleteComplete = StackStatus(rawValue: "DELETE_COMPLETE")
    /// It left its stack, or its stack is gone, and AWS keeps it.
    package static let deleteSkipped = StackStatus(rawValue: "DELETE_SKIPPED")
    package static let deleteFailed = StackStatus(rawValue: "DELETE_FAILED")

    /// CloudFormation is at work; it goes on whether or not anybody looks.
    package var isRunning: Bool { rawValue.hasSuffix("_IN_PROGRESS") && self != .reviewInProgress }

    /// It ended as it was meant to.
    package var isGood: Bool {
        ["CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"].contains(rawValue)
    }

    /// The change did not work and all is again as it was before.
    package var isUndone: Bool { ["UPDATE_ROLLBACK_COMPLETE", "IMPORT_ROLLBACK_COMPLETE"].contains(rawValue) }

    /// A creation that did not work and was undone: such a stack can't be updated, only deleted.
    package var isLeftover: Bool { rawValue == "ROLLBACK_COMPLETE" || isHalfCreated }

    /// A creation that did not work and was undone in part: some of its resources are still there.
    package var isHalfCreated: Bool { rawValue == "ROLLBACK_FAILED" }

    /// Only removing leads on. After a creation with `--disable-rollback`, which deploying never asks for, its resources are
    /// live: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
    package var mustBeRemoved: Bool { self == .deleteFailed || rawValue == "CREATE_FAILED" }

    var isRemoval: Bool { rawValue.hasPrefix("DELETE_") }

    /// Whether the site is there, or is about to be: it was not only planned, and its creation is not undone nor itself removed.
    var isStanding: Bool {
        !isLeftover && !mustBeRemoved && !isRemoval && self != .reviewInProgress && rawValue != "ROLLBACK_IN_PROGRESS"
    }

    /// What is to be done about it; nil when that is nothing.
    package var remedy: String? {
        if isGood || isUndone { return nil }
        if mustBeRemoved { return "remove what there is of it with \"brevlada destroy\" first" }
        if isLeftover { return "\"brevlada deploy\" asks, removes it and begins anew" }
        return "\"brevlada deploy\" goes on from there"
    }

    package var isFailure: Bool { rawValue.hasSuffix("_FAILED") }

    /// What is seen of it: `creating`, `updated`, `rolling back`.
    package var words: String {
        switch rawValue {
        case "CREATE_IN_PROGRESS": "creating"
        case "CREATE_COMPLETE": "created"
        case "CREATE_FAILED": "not created"
        case "UPDATE_IN_PROGRESS": "updating"
        case "UPDATE_COMPLETE": "updated"
        case "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": "updated, removing what is no longer needed"
        case "UPDATE_FAILED": "not updated"
        case "DELETE_IN_PROGRESS": "removing"
        case "DELETE_COMPLETE": "removed"
        case "DELETE_FAILED": "not removed"
        case "DELETE_SKIPPED": "kept"
        case "ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS": "undoing"
        case "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": "undone, removing what is no longer needed"
        case "ROLLBACK_COMPLETE": "undone; nothing of it runs"
        case "UPDATE_ROLLBACK_COMPLETE": "undone; all is as it was before"
        case "ROLLBACK_FAILED", "UPDATE_ROLLBACK_FAILED": "half undone"
        case "REVIEW_IN_PROGRESS": "planned, not created"
        default: rawValue.lowercased().split(separator: "_").joined(separator: " ")
        }
    }
}

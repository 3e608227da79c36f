// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

/// The calls of CloudFormation that a deployment makes.
package struct CloudFormation: Sendable {
    let aws: AWSSession

    package init(aws: AWSSession) {
        self.aws = aws
    }

    /// - Parameter nameOrID: A stack that was deleted is found by its id for 90 days, and not by its name.
    /// - Returns: nil when there is no such stack.
    package func stack(_ nameOrID: String) async throws(AWSFailure) -> Stack? {
        do throws(AWSFailure) {
            let answer = try await aws.call(["cloudformation", "describe-stacks", "--stack-name", nameOrID])
            return answer.list("Stacks").first.flatMap { Stack($0) }
        } catch {
            // The code is that of any wrong call, so the sentence decides.
            if error.code == "ValidationError", error.message.firstRange(of: "does not exist") != nil { return nil }
            throw error
        }
    }

    /// The newest events of a stack, at most 400.
    func events(of stackID: String) async throws(AWSFailure) -> [StackEvent] {
        let answer = try await aws.call([
            "cloudformation", "describe-stack-events", "--stack-name", stackID, "--max-items", "400",
        ])
        return answer.list("StackEvents").compactMap { StackEvent($0) }
    }

    /// All resources of a stack, of an update under way too.
    func resources(of stackID: String) async throws(AWSFailure) -> [StackResource] {
        let answer = try await aws.call(["cloudformation", "list-stack-resources", "--stack-name", stackID])
        return answer.list("StackResourceSummaries").compactMap { StackResource($0) }
    }

    /// What the service calls a resource of the stack.
    func physicalID(of logicalID: String, in stackID: String) async throws(AWSFailure) -> String {
        let answer = try await aws.call([
            "cloudformation", "describe-stack-resource", "--stack-name", stackID, "--logical-resource-id", logicalID,
        ])
        guard let id = answer.text("StackResourceDetail", "PhysicalResourceId") else {
            throw AWSFailure(.other, "CloudFormation answered without the id of \(logicalID)")
        }
        return id
    }

    /// - Parameters:
    ///   - parametersFile: A JSON list of `ParameterKey` and `ParameterValue`.
    /// - Returns: the ids of the change set and of its stack.
    func createChangeSet(
        named name: String,
        stack: String,
        isNew: Bool,
        templateURL: String,
        parametersFile: String
    ) async throws(AWSFailure) -> (id: String, stackID: String) {
        let answer = try await aws.call([
            "cloudformation", "create-change-set", "--stack-name", stack, "--change-set-name", name,
            "--change-set-type", isNew ? "CREATE" : "UPDATE", "--template-url", templateURL,
            "--parameters", "file://\(parametersFile)", "--capabilities", "CAPABILITY_IAM", "CAPABILITY_NAMED_IAM",
            "--tags", "Key=brevlada,Value=\(stack)",
        ])
        guard let id = answer.text("Id"), let stackID = answer.text("StackId") else {
            throw AWSFailure(.other, "CloudFormation answered without the change set's id")
        }
        return (id, stackID)
    }

    /// What CloudFormation has worked out so far. Changes nothing.
    ///
    /// - Throws: `ChangeSetNotFound` when it is gone, as it is once another change set of the stack was executed.
    func changeSet(_ id: String) async throws(AWSFailure) -> ChangeSet {
        ChangeSet(try await aws.call(["cloudformation", "describe-change-set", "--change-set-name", id]))
    }

    /// What the checks before a deployment have against a change set, which its own reason does not tell; gone when it is
    /// deleted. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html
    ///
    /// - Throws: `tooOld` from a CLI of before November 2025, which does not know the command.
    func faults(of changeSetID: String) async throws(AWSFailure) -> [FailureCause] {
        let answer = try await aws.call([
            "cloudformation", "describe-events", "--change-set-name", changeSetID, "--filters", "FailedEvents=true",
        ])
        return answer.list("OperationEvents").compactMap { FailureCause(validation: $0) }
    }

    /// Changes nothing of the stack's resources; a stack that was only ever planned stays, and is deleted by itself.
    ///
    /// - Throws: `InvalidChangeSetStatus` while it is being executed.
    func deleteChangeSet(_ id: String) async throws(AWSFailure) {
        _ = try await aws.call(["cloudformation", "delete-change-set", "--change-set-name", id])
    }

    /// What the name of each change set of a deployment begins with.
    static let changeSetPrefix = "brevlada-"

    /// Change sets that were made for a stack and neither executed nor deleted.
    func changeSets(of stack: String) async throws(AWSFailure) -> [(id: String, isOurs: Bool)] {
        let answer = try await aws.call(["cloudformation", "list-change-sets", "--stack-name", stack])
        return answer.list("Summaries").compactMap { summary in
            guard let id = summary.text("ChangeSetId") else { return nil }
            return (id, summary.text("ChangeSetName")?.hasPrefix(Self.changeSetPrefix) ?? false)
        }
    }

    /// Whether a deployment made the stack. One that was only ever planned may have no parameters to tell it by, and somebody may
    /// be about to make something else of it: its change sets tell whose it is, and would go with it.
    /// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStack.html
    package func isOfBrevlada(_ stack: Stack) async throws(AWSFailure) -> Bool {
        if stack.isMarked { return true }
        guard stack.status == .reviewInProgress, stack.parameters.isEmpty else { return false }
        return try await changeSets(of: stack.id).allSatisfy(\.isOurs)
    }

    /// Has CloudFormation begin with the change, and does not wait for its end. All other change sets of the stack are deleted
    /// with that.
    ///
    /// - Parameter token: Tells a repeat from another request: one that did not hear the answer may ask again with the same.
    /// - Throws: `ChangeSetNotFound` when it is gone; `InvalidChangeSetStatus` when it is not ready, or was executed before.
    func execute(_ changeSetID: String, token: String) async throws(AWSFailure) {
        _ = try await aws.call([
            "cloudformation", "execute-change-set", "--change-set-name", changeSetID, "--client-request-token", token,
        ])
    }

    /// Has CloudFormation begin to undo what is left of a change that was half undone, and does not wait for its end.
    ///
    /// - Throws: `ValidationError` when the stack is gone or is in any other state, as it is once this was asked for: whoever
    ///   repeats it looks at the stack first.
    func continueRollback(of stack: String) async throws(AWSFailure) {
        _ = try await aws.call(["cloudformation", "continue-update-rollback", "--stack-name", stack])
    }

    /// Has CloudFormation begin to delete the stack, and does not wait for its end.
    ///
    /// May be repeated: of a stack that is being deleted or is gone nothing more is done, and that is no error.
    ///
    /// - Parameter stackID: The id and not the name, so that a new stack of the same name is left alone.
    func delete(_ stackID: String) async throws(AWSFailure) {
        _ = try await aws.call(["cloudformation", "delete-stack", "--stack-name", stackID])
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Brings a stack that an earlier run left in the midst of something to where it can be changed.
struct StackSettling: Sendable {
    let cloudFormation: CloudFormation
    let watch: StackWatch
    let console: any DeploymentConsole
    let name: String

    enum Ground: Sendable {
        /// No stack, or one that was only ever planned.
        case new
        case existing(Stack)

        var stack: Stack? { if case .existing(let stack) = self { stack } else { nil } }
    }

    /// How often a stack may need something different done before it is given up.
    private static let mostSteps = 6

    /// - Throws: `DeploymentFailure` when a person must decide.
    func settle() async throws -> Ground {
        for _ in 0..<Self.mostSteps {
            guard let stack = try await cloudFormation.stack(name) else { return .new }
            if stack.status.isRunning {
                await console.say(
                    .running,
                    "CloudFormation is still at it from before (\(stack.status.words)); following it"
                )
                let seen = try await watch.eventIDsBeforeCurrent(of: stack.id)
                let outcome = try await watch.untilDone(stack.id, seen: seen)
                if let cause = outcome.cause { await console.say(cause.lines) }
                await console.say(left(by: outcome))
                await LiveRoutes(cloudFormation: cloudFormation, console: console).renew(after: outcome)
            } else if stack.status == .reviewInProgress {
                for changeSet in try await cloudFormation.changeSets(of: name, namedWith: "brevlada-") {
                    try await cloudFormation.deleteChangeSet(changeSet)
                }
                return .new
            } else if stack.status.isLeftover {
                await console.say(.removed, "removing what an earlier try left behind (\(stack.status.words))")
                let seen = try await watch.eventIDs(of: stack.id)
                try await cloudFormation.delete(stack.id)
                let outcome = try await watch.untilDone(stack.id, seen: seen)
                await console.say(left(by: outcome))
                if let left = outcome.stack {
                    if let cause = outcome.cause { await console.say(cause.lines) }
                    throw notSettled(left)
                }
            } else if stack.status == .updateRollbackFailed {
                await console.say(.running, "an earlier change is half undone; undoing the rest")
                let seen = try await watch.eventIDs(of: stack.id)
                try await cloudFormation.continueRollback(of: name)
                let outcome = try await watch.untilDone(stack.id, seen: seen)
                if let left = outcome.stack, left.status == .updateRollbackFailed {
                    if let cause = outcome.cause { await console.say(cause.lines) }
                    throw notSettled(left)
                }
            } else if stack.status == .deleteFailed {
                throw DeploymentFailure(
                    .notPrepared,
                    "the stack \"\(name)\" was being removed and is not wholly gone; finish that with "
                        + "\"brevlada destroy\" first"
                )
            } else {
                return .existing(stack)
            }
        }
        throw DeploymentFailure(
            .notDone,
            "the stack \"\(name)\" does not come to rest; look at its events in the CloudFormation console"
        )
    }

    private func left(by outcome: StackWatch.Outcome) -> [ReportLine] {
        KeptResources(of: outcome, stack: name, in: cloudFormation.aws.region).lines
    }

    private func notSettled(_ stack: Stack) -> DeploymentFailure {
        DeploymentFailure(
            .notDone,
            "the stack \"\(name)\" is \(stack.status.words); mend the cause above, then run the same command again"
        )
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Brings a stack that an earlier run left in the midst of something to where it can be changed.
struct StackSettling: Sendable {
    let watch: StackWatch

    private var cloudFormation: CloudFormation { watch.cloudFormation }
    private var console: any DeploymentConsole { watch.console }
    private var name: String { watch.stackName }

    /// How often a stack may be found at work before it is given up.
    private static let mostLooks = 6

    /// Waits until nothing is under way any more, and begins nothing.
    ///
    /// - Returns: The stack of that name; nil when there is none.
    /// - Throws: `DeploymentFailure` when it is somebody else's, or when a person must decide.
    func settled() async throws -> Stack? {
        for _ in 0..<Self.mostLooks {
            guard let stack = try await cloudFormation.stack(name) else { return nil }
            try await DeploymentFailure.refuseForeign(stack, cloudFormation)
            guard stack.status.isRunning else {
                guard !stack.status.mustBeRemoved else { throw toBeRemoved(stack) }
                return stack
            }
            let outcome = try await watch.follow(stack)
            if let cause = outcome.cause { await console.say(cause.lines) }
            await watch.sayKept(after: outcome)
            await LiveRoutes(cloudFormation: cloudFormation, console: console).renew(after: outcome)
        }
        throw DeploymentFailure(
            .notDone,
            "the stack \"\(name)\" does not come to rest; look at its events in the CloudFormation console"
        )
    }

    /// Takes away what an earlier run left of a stack that is settled, once a person says so.
    ///
    /// - Parameter consent: To changes of the stack; it learns that this was one.
    /// - Returns: The stack that is to be changed; nil when one is to be made.
    /// - Throws: `DeploymentFailure` when the answer is no, or when a person must decide.
    func clear(_ stack: Stack, asking consent: inout Consent) async throws -> Stack? {
        if let question = question(about: stack) {
            await console.say(.warning, question.fact)
            try await consent.ask(question.ask)
            consent.refusal = "nothing more was changed"
        }
        if stack.status == .reviewInProgress {
            for changeSet in try await cloudFormation.changeSets(of: stack.id) where changeSet.isOurs {
                try await cloudFormation.deleteChangeSet(changeSet.id)
            }
            return nil
        }
        if stack.status.isLeftover {
            await console.say(.removed, "removing what an earlier try left behind (\(stack.status.words))")
            let outcome = try await watch.during(stack.id) { try await cloudFormation.delete(stack.id) }
            await watch.sayKept(after: outcome)
            guard let left = outcome.stack else { return nil }
            if let cause = outcome.cause { await console.say(cause.lines) }
            throw notCleared(left)
        }
        guard stack.status == .updateRollbackFailed else { return stack }
        await console.say(.running, "an earlier change is half undone; undoing the rest")
        let outcome = try await watch.during(stack.id) { try await cloudFormation.continueRollback(of: name) }
        if let left = outcome.stack, left.status == .updateRollbackFailed {
            if let cause = outcome.cause { await console.say(cause.lines) }
            throw notCleared(left)
        }
        return outcome.stack
    }

    /// What ``clear(_:asking:)`` would do to the stack, to be asked about before; nil when it does nothing that the stack would
    /// show.
    private func question(about stack: Stack) -> (fact: String, ask: String)? {
        if stack.status.isLeftover {
            return (
                "an earlier try left the stack \"\(stack.name)\" behind (\(stack.status.words)); it is removed before a new one "
                    + "is made",
                "Remove what an earlier try left behind? [y/N] "
            )
        }
        if stack.status == .updateRollbackFailed {
            return (
                "an earlier change of the stack \"\(stack.name)\" is half undone; the rest of it is undone first",
                "Undo the rest of the earlier change? [y/N] "
            )
        }
        return nil
    }

    private func toBeRemoved(_ stack: Stack) -> DeploymentFailure {
        DeploymentFailure(
            .notPrepared,
            stack.status == .deleteFailed
                ? "the stack \"\(name)\" was being removed and is not wholly gone; finish that with \"brevlada destroy\" first"
                : "the stack \"\(name)\" is half made, and what was made of it runs; remove it with \"brevlada destroy\" first"
        )
    }

    private func notCleared(_ stack: Stack) -> DeploymentFailure {
        DeploymentFailure(
            .notDone,
            "the stack \"\(name)\" is \(stack.status.words); mend the cause above, then run the same command again"
        )
    }
}

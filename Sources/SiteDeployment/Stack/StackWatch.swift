// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

/// Looks at a stack until CloudFormation is done with it, and tells how far it is.
struct StackWatch: Sendable {
    let cloudFormation: CloudFormation
    let console: any DeploymentConsole
    let clock: DeploymentClock
    let stackName: String

    struct Outcome: Sendable {
        /// Nil when the stack is gone.
        var stack: Stack?
        var cause: FailureCause?
        /// Of this operation, oldest first.
        var events: [StackEvent] = []
    }

    /// A passing failure to ask is borne so many times in a row, some minutes in all.
    private static let patience = 40
    /// CloudFormation allows few calls a second for an account, and a resource takes seconds at best.
    private static let pause = Interval.seconds(3)

    /// An operation that shows no event after so many looks has none to show.
    private static let mostIdlePolls = 10

    /// Says that an earlier run's operation is under way, and follows it to its end.
    func follow(_ stack: Stack) async throws -> Outcome {
        await console.say(
            .running,
            "CloudFormation is still at it from before (\(stack.status.words)); following it"
        )
        return try await untilDone(stack.id, seen: try await eventIDsBeforeCurrent(of: stack.id))
    }

    /// Follows to its end the operation that `begin` asks CloudFormation for.
    func during(_ stackID: String, _ begin: () async throws -> Void) async throws -> Outcome {
        let seen = try await eventIDs(of: stackID)
        try await begin()
        return try await untilDone(stackID, seen: seen)
    }

    /// The ids of the events there are, so that those of the next operation can be told from them.
    func eventIDs(of stackID: String) async throws(AWSFailure) -> Set<String> {
        Set(try await cloudFormation.events(of: stackID).map(\.id))
    }

    /// The ids of the events before the operation that is under way, which an earlier run began.
    private func eventIDsBeforeCurrent(of stackID: String) async throws(AWSFailure) -> Set<String> {
        let starts: Set<String> = ["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS"]
        let events = try await cloudFormation.events(of: stackID)
        let start = events.filter { $0.isOfStack(stackID) && starts.contains($0.status.rawValue) }.map(\.at).max()
        guard let start else { return [] }
        return Set(events.filter { $0.at < start }.map(\.id))
    }

    /// - Parameter seen: The events of earlier operations.
    func untilDone(_ stackID: String, seen: Set<String>) async throws -> Outcome {
        let start = clock.now()
        var progress = StackProgress(stackID: stackID, seen: seen)
        var failures = 0
        var idlePolls = 0
        while true {
            do throws(AWSFailure) {
                // The stack is asked first: events that come later than its last status belong to nothing more.
                let stack = try await cloudFormation.stack(stackID)
                let events = try await cloudFormation.events(of: stackID)
                failures = 0
                var lines = progress.take(events)
                if let stack, stack.status.isRunning {
                    lines += progress.hints(now: clock.now(), of: stack, in: cloudFormation.aws.region)
                }
                if !lines.isEmpty { await show([]) }
                await console.say(lines)
                // An operation that was just asked for may show only at the next look.
                idlePolls = progress.events.isEmpty ? idlePolls + 1 : 0
                let hasBegun = !progress.events.isEmpty || idlePolls > Self.mostIdlePolls
                let isGone = stack == nil || stack?.status == .deleteComplete
                if isGone || (hasBegun && stack?.status.isRunning == false) {
                    await show([])
                    return Outcome(
                        stack: isGone ? nil : stack,
                        cause: stack == nil ? nil : FailureCause(of: progress.events, stackID: stackID),
                        events: progress.events
                    )
                }
                await show(progress.block(now: clock.now(), since: start))
            } catch {
                failures += 1
                guard error.isPassing, failures < Self.patience else { throw error }
            }
            try await clock.sleep(Self.pause)
        }
    }

    private func show(_ lines: [ReportLine]) async {
        if console.isInteractive { await console.show(progress: lines) }
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

/// Looks at a stack until CloudFormation is done with it, and tells how far it is.
package struct StackWatch: Sendable {
    let cloudFormation: CloudFormation
    let console: any DeploymentConsole
    let clock: DeploymentClock

    package init(cloudFormation: CloudFormation, console: any DeploymentConsole, clock: DeploymentClock) {
        self.cloudFormation = cloudFormation
        self.console = console
        self.clock = clock
    }

    package struct Outcome: Sendable {
        /// Nil when the stack is gone.
        package var stack: Stack?
        package var cause: FailureCause?
        /// Of this operation, oldest first.
        package var events: [StackEvent] = []
    }

    /// A passing failure to ask is borne so many times in a row, some minutes in all.
    private static let patience = 40
    /// CloudFormation allows few calls a second for an account, and a resource takes seconds at best.
    private static let pause = Interval.seconds(3)

    /// An operation that shows no event after so many looks has none to show.
    private static let mostIdlePolls = 10

    /// The ids of the events there are, so that those of the next operation can be told from them.
    package func eventIDs(of stackID: String) async throws(AWSFailure) -> Set<String> {
        Set(try await cloudFormation.events(of: stackID).map(\.id))
    }

    /// The ids of the events before the operation that is under way, which an earlier run began.
    package func eventIDsBeforeCurrent(of stackID: String) async throws(AWSFailure) -> Set<String> {
        let starts: Set<String> = ["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS"]
        let events = try await cloudFormation.events(of: stackID)
        let start = events.filter { $0.isOfStack(stackID) && starts.contains($0.status.rawValue) }.map(\.at).max()
        guard let start else { return [] }
        return Set(events.filter { $0.at < start }.map(\.id))
    }

    /// - Parameter seen: The events of earlier operations.
    package func untilDone(_ stackID: String, seen: Set<String>) async throws -> Outcome {
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
                if console.isInteractive, !lines.isEmpty { await console.show(progress: []) }
                await console.say(lines)
                // An operation that was just asked for may show only at the next look.
                idlePolls = progress.events.isEmpty ? idlePolls + 1 : 0
                let hasBegun = !progress.events.isEmpty || idlePolls > Self.mostIdlePolls
                if let stack, !stack.status.isRunning, hasBegun || stack.status == .deleteComplete {
                    if console.isInteractive { await console.show(progress: []) }
                    return Outcome(
                        stack: stack.status == .deleteComplete ? nil : stack,
                        cause: FailureCause(of: progress.events, stackID: stackID),
                        events: progress.events
                    )
                }
                if stack == nil {
                    if console.isInteractive { await console.show(progress: []) }
                    return Outcome(stack: nil, cause: nil, events: progress.events)
                }
                if console.isInteractive {
                    await console.show(progress: progress.block(now: clock.now(), since: start))
                }
            } catch {
                failures += 1
                guard error.isPassing, failures < Self.patience else { throw error }
            }
            try await clock.sleep(Self.pause)
        }
    }
}

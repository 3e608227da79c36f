// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

/// Brings a stack to what the template and the parameters say: has the change worked out, shows it, asks, makes it and follows it.
struct StackUpdate: Sendable {
    let plan: DeploymentPlan
    let watch: StackWatch
    let staging: any StagingFolder
    let consent: Consent

    private var cloudFormation: CloudFormation { watch.cloudFormation }
    private var console: any DeploymentConsole { watch.console }

    struct Change: Sendable {
        var stack: Stack
        var isChanged: Bool
    }

    /// A change set that CloudFormation holds and does not make before it is told to.
    private struct PlannedChange {
        var name: String
        var id: String
        var stackID: String
        /// Whether its stack is there for its sake alone.
        var isNew: Bool
    }

    /// - Parameters:
    ///   - stack: Nil makes one.
    ///   - dailyQuota: Nil takes the template's own.
    /// - Throws: `DeploymentFailure` or `AWSFailure`.
    func run(
        on stack: Stack?,
        artifacts: ArtifactBucket,
        templateURL: String,
        dailyQuota: String?
    ) async throws -> Change {
        var parameters = plan.parameters
        parameters.set("CodeBucket", artifacts.name, source: "the artefact bucket")
        parameters.set("SesDailyQuota", dailyQuota, source: "SES")
        let planned = try await makeChangeSet(isNew: stack == nil, templateURL: templateURL, parameters: parameters)
        let seen: Set<String>
        do {
            let changeSet = try await worked(planned.id)
            if changeSet.state == .empty {
                guard let stack else {
                    throw DeploymentFailure(
                        .notDone,
                        "CloudFormation finds nothing in the template to create; please report it"
                    )
                }
                await takeBack(planned)
                await console.say(.passed, "the stack is as it should be")
                return Change(stack: stack, isChanged: false)
            }
            try await confirm(changeSet)
            seen = try await watch.eventIDs(of: planned.stackID)
        } catch {
            await takeBack(planned)
            throw error
        }
        return Change(stack: try await execute(planned, seen: seen), isChanged: true)
    }

    private func makeChangeSet(
        isNew: Bool,
        templateURL: String,
        parameters: StackParameters
    ) async throws -> PlannedChange {
        let file = try await staging.write(Array(parameters.json().utf8), to: "parameters.json")
        let name = "\(CloudFormation.changeSetPrefix)\(watch.clock.now().milliseconds)"
        do throws(AWSFailure) {
            let made = try await cloudFormation.createChangeSet(
                named: name,
                stack: plan.stackName,
                isNew: isNew,
                templateURL: templateURL,
                parametersFile: file
            )
            return PlannedChange(name: name, id: made.id, stackID: made.stackID, isNew: isNew)
        } catch {
            guard error.code == "ValidationError" else { throw error }
            throw DeploymentFailure(.notPrepared, "CloudFormation does not take the template so: \(error.message)")
        }
    }

    /// Waits until CloudFormation has worked out the change, five minutes at most.
    ///
    /// - Returns: one that is ready or empty.
    private func worked(_ id: String) async throws -> ChangeSet {
        var changeSet = try await cloudFormation.changeSet(id)
        var looks = 0
        while changeSet.state == .working, looks < 300 {
            try await watch.clock.sleep(.seconds(1))
            changeSet = try await cloudFormation.changeSet(id)
            looks += 1
        }
        switch changeSet.state {
        case .ready, .empty: return changeSet
        case .failed(let reason):
            try await explainFaults(of: id, reason)
            throw DeploymentFailure(.notPrepared, "CloudFormation can't do this: \(FailureCause.words(of: reason))")
        case .working:
            throw DeploymentFailure(
                .notDone,
                "CloudFormation did not work out the change in time; run the same command again"
            )
        }
    }

    /// Says what CloudFormation's checks before a deployment have against it. Before the change set goes, and with it what they
    /// found.
    private func explainFaults(of id: String, _ reason: String) async throws {
        guard reason.firstRange(of: "validation failed") != nil else { return }
        do throws(AWSFailure) {
            let faults = try await cloudFormation.faults(of: id)
            guard !faults.isEmpty else { return }
            for fault in faults { await console.say(fault.lines) }
        } catch {
            await console.say(
                .todo,
                "a check before the deployment failed, and what it found can't be looked at: \(error); most often something of "
                    + "the same name is in the account already, perhaps kept by an earlier stack"
            )
            return
        }
        throw DeploymentFailure(
            .notPrepared,
            "CloudFormation's checks found what is marked ✗ above, and \(consent.refusal); mend it, then run the same command again"
        )
    }

    /// Shows what would change, and asks.
    private func confirm(_ changeSet: ChangeSet) async throws {
        await console.say(ReportLine(""))
        await console.say(ChangeSetDiff(changes: changeSet.changes).lines)
        await console.say(ReportLine(""))
        try await consent.ask("Make these changes? [y/N] ")
    }

    /// Leaves neither a change set nor a stack that was only ever planned.
    ///
    /// What can't be taken back is told and is no error: it does nothing by itself, and why the deployment ended matters
    /// more.
    private func takeBack(_ planned: PlannedChange) async {
        do throws(AWSFailure) {
            try await cloudFormation.deleteChangeSet(planned.id)
            // Somebody else may have planned something of that name meanwhile.
            guard planned.isNew, let stack = try await cloudFormation.stack(planned.stackID),
                stack.status == .reviewInProgress, try await cloudFormation.isOfBrevlada(stack)
            else { return }
            try await cloudFormation.delete(planned.stackID)
        } catch {
            await console.say(.warning, "the planned change \"\(planned.name)\" could not be taken back: \(error)")
            await console.say(.todo, "it does nothing by itself, and the next change that is made takes it away")
        }
    }

    /// Not taken back when this fails: CloudFormation may be at it, and the next run finds out.
    private func execute(_ planned: PlannedChange, seen: Set<String>) async throws -> Stack {
        try await cloudFormation.execute(planned.id, token: planned.name)
        let outcome = try await watch.untilDone(planned.stackID, seen: seen)
        guard let stack = outcome.stack, stack.status.isGood else {
            try await explain(outcome)
        }
        await console.say(.passed, "the stack is \(stack.status.words)")
        await watch.sayKept(after: outcome)
        await LiveRoutes(cloudFormation: cloudFormation, console: console).renew(after: outcome)
        return stack
    }

    private func explain(_ outcome: StackWatch.Outcome) async throws -> Never {
        await console.say(ReportLine(""))
        if let cause = outcome.cause { await console.say(cause.lines) }
        await watch.sayKept(after: outcome)
        guard let stack = outcome.stack else {
            throw DeploymentFailure(.notDone, "the stack \"\(plan.stackName)\" is gone: somebody removed it meanwhile")
        }
        let reason = outcome.cause == nil ? stack.reason.map { ": \(FailureCause.words(of: $0))" } ?? "" : ""
        throw DeploymentFailure(.notDone, "the stack \"\(plan.stackName)\" is \(stack.status.words)\(reason)")
    }
}

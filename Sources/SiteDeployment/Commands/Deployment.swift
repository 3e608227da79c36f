// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

/// What is deployed.
package struct DeploymentPlan: Sendable {
    package var stackName: String
    /// All but what only AWS knows: the artefact bucket.
    package var parameters: StackParameters
    package var template: [TemplateParameter]
    package var templateText: String
    package var packages: [FunctionPackage]
    /// Goes ahead without asking.
    package var isConfirmed: Bool
    /// The site's files for a stack with these outputs.
    package var files: @Sendable (_ outputs: [String: String]) async throws -> [PublishedFile]
    /// Whether the API answers as it should; given the stack's outputs.
    package var smokeTest: @Sendable (_ outputs: [String: String]) async throws -> [PreflightFinding]

    package init(
        stackName: String,
        parameters: StackParameters,
        template: [TemplateParameter],
        templateText: String,
        packages: [FunctionPackage],
        isConfirmed: Bool,
        files: @escaping @Sendable (_ outputs: [String: String]) async throws -> [PublishedFile],
        smokeTest: @escaping @Sendable (_ outputs: [String: String]) async throws -> [PreflightFinding]
    ) {
        self.stackName = stackName
        self.parameters = parameters
        self.template = template
        self.templateText = templateText
        self.packages = packages
        self.isConfirmed = isConfirmed
        self.files = files
        self.smokeTest = smokeTest
    }
}

/// From a site's folder to a live site: looks, uploads, shows what would change, changes it, publishes, tries it out.
///
/// Every step finds out by itself whether it was done before, so that a run that was interrupted is finished by the next.
package struct Deployment: Sendable {
    let plan: DeploymentPlan
    let aws: AWSSession
    let staging: any StagingFolder
    let console: any DeploymentConsole
    let clock: DeploymentClock

    package init(
        plan: DeploymentPlan,
        aws: AWSSession,
        staging: any StagingFolder,
        console: any DeploymentConsole,
        clock: DeploymentClock
    ) {
        self.plan = plan
        self.aws = aws
        self.staging = staging
        self.console = console
        self.clock = clock
    }

    private var cloudFormation: CloudFormation { CloudFormation(aws: aws) }

    /// - Throws: `DeploymentFailure` or `AWSFailure`.
    package func run() async throws {
        let caller = try await CallerIdentity.ask(aws)
        await console.say(
            ReportLine(.heading, "Stack \"\(plan.stackName)\" in \(aws.region), account \(caller.account)")
        )
        let watch = StackWatch(cloudFormation: cloudFormation, console: console, clock: clock)
        let settling = StackSettling(
            cloudFormation: cloudFormation,
            watch: watch,
            console: console,
            name: plan.stackName
        )
        // First of all: what an earlier run began explains what the looks below would find.
        let found = try await settling.settled()
        let account = try await look(account: caller.account, stack: found)
        var stack = found
        var isCleared = false
        if let found {
            if let question = StackSettling.question(about: found) {
                await console.say(.warning, question.fact)
                try await ask(question.ask, nothing: Self.nothing)
                isCleared = true
            }
            stack = try await settling.clear(found)
        }
        let artifacts = ArtifactBucket(aws: aws, owner: caller)
        let templateURL = try await upload(to: artifacts)
        let change = try await change(
            stack,
            artifacts: artifacts,
            templateURL: templateURL,
            dailyQuota: dailyQuota(account, found),
            nothing: isCleared ? "nothing more" : Self.nothing,
            watch: watch
        )
        let publication = SitePublication(
            aws: aws,
            artifacts: artifacts,
            staging: staging,
            console: console,
            stackName: plan.stackName
        )
        guard let bucket = change.stack.outputs["SiteBucketName"] else {
            throw DeploymentFailure(
                .notDone,
                "the stack \"\(plan.stackName)\" has no output SiteBucketName, so nothing is published; see what it is in the "
                    + "CloudFormation console"
            )
        }
        let isPublished = try await publication.publish(
            try await plan.files(change.stack.outputs),
            to: bucket,
            distribution: change.stack.outputs["DistributionId"]
        )
        var isWell = true
        if change.isChanged || isPublished {
            let findings = try await plan.smokeTest(change.stack.outputs)
            for finding in findings { await console.say(finding.lines) }
            isWell = !findings.contains { $0.outcome == .failed }
        }
        try await sumUp(change.stack)
        guard isWell else {
            throw DeploymentFailure(
                .notDone,
                "all is deployed, but the site does not answer as it should; \"brevlada logs\" shows what the functions say"
            )
        }
    }

    /// How much was changed, of what CloudFormation holds, until something is.
    private static let nothing = "nothing"

    /// - Parameter stack: Nil when there is none.
    /// - Returns: What SES lets the account do; nil when the profile may not ask.
    private func look(account: String, stack: Stack?) async throws -> MailAccount? {
        let (findings, mailAccount) = try await Preflight(
            aws: aws,
            account: account,
            parameters: plan.parameters,
            template: plan.template,
            stack: stack
        ).look()
        for finding in findings where finding.outcome != .passed { await console.say(finding.lines) }
        guard !findings.contains(where: { $0.outcome == .failed }) else {
            throw DeploymentFailure(
                .notPrepared,
                "nothing was changed; mend what is marked ✗ above, then run the same command again"
            )
        }
        return mailAccount
    }

    // MARK: - Artefacts

    /// Uploads what the bucket does not have yet.
    ///
    /// - Returns: where CloudFormation reads the template.
    private func upload(to artifacts: ArtifactBucket) async throws -> String {
        if try await artifacts.prepare() {
            await console.say(.added, "bucket \(artifacts.name) for the functions' code")
        }
        async let knownZips = artifacts.keys(under: "functions/")
        async let knownTemplates = artifacts.keys(under: "templates/")
        let known = try await knownZips.union(try await knownTemplates)
        for package in plan.packages where !known.contains(package.key) {
            try await artifacts.upload(package.path, to: package.key)
            await console.say(.passed, "\(package.name).zip uploaded, \(Self.size(package.size))")
        }
        let templateKey = ArtifactBucket.templateKey(plan.templateText)
        if !known.contains(templateKey) {
            let path = try await staging.write(Array(plan.templateText.utf8), to: "template.yaml")
            try await artifacts.upload(path, to: templateKey)
        }
        return artifacts.url(of: templateKey)
    }

    private static func size(_ bytes: Int) -> String {
        bytes >= 1 << 20 ? "\(bytes >> 20).\((bytes & 0xF_FFFF) * 10 >> 20) MB" : "\((bytes + 1_023) / 1_024) KB"
    }

    // MARK: - The stack

    private struct Change {
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
    ///   - dailyQuota: Nil takes the template's own.
    ///   - nothing: How much was changed so far, in the words of a refusal.
    private func change(
        _ stack: Stack?,
        artifacts: ArtifactBucket,
        templateURL: String,
        dailyQuota: String?,
        nothing: String,
        watch: StackWatch
    ) async throws -> Change {
        let planned = try await makeChangeSet(
            isNew: stack == nil,
            artifacts: artifacts,
            templateURL: templateURL,
            dailyQuota: dailyQuota
        )
        let seen: Set<String>
        do {
            let changeSet = try await worked(planned.id, nothing: nothing)
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
            try await confirm(changeSet, nothing: nothing)
            seen = try await watch.eventIDs(of: planned.stackID)
        } catch {
            await takeBack(planned)
            throw error
        }
        return Change(stack: try await execute(planned, seen: seen, watch: watch), isChanged: true)
    }

    private func makeChangeSet(
        isNew: Bool,
        artifacts: ArtifactBucket,
        templateURL: String,
        dailyQuota: String?
    ) async throws -> PlannedChange {
        var parameters = plan.parameters
        parameters.set("CodeBucket", artifacts.name, source: "the artefact bucket")
        parameters.set("SesDailyQuota", dailyQuota, source: "SES")
        let file = try await staging.write(Array(parameters.json().utf8), to: "parameters.json")
        let name = "\(CloudFormation.changeSetPrefix)\(clock.now().milliseconds)"
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

    /// The mails a day that SES lets the account send, of which it has no metric; nil when there is no limit. Where the profile may
    /// not ask, it stays as it is: else it would change with whoever deploys.
    private func dailyQuota(_ account: MailAccount?, _ stack: Stack?) -> String? {
        guard let account else { return stack?.parameters["SesDailyQuota"] }
        return account.perDay > 0 ? "\(account.perDay)" : nil
    }

    /// Waits until CloudFormation has worked out the change, five minutes at most.
    ///
    /// - Returns: one that is ready or empty.
    private func worked(_ id: String, nothing: String) async throws -> ChangeSet {
        var changeSet = try await cloudFormation.changeSet(id)
        var looks = 0
        while changeSet.state == .working, looks < 300 {
            try await clock.sleep(.seconds(1))
            changeSet = try await cloudFormation.changeSet(id)
            looks += 1
        }
        switch changeSet.state {
        case .ready, .empty: return changeSet
        case .failed(let reason):
            try await explainFaults(of: id, reason, nothing: nothing)
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
    private func explainFaults(of id: String, _ reason: String, nothing: String) async throws {
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
            "CloudFormation's checks found what is marked ✗ above, and \(nothing) was changed; mend it, then run the same command again"
        )
    }

    /// Shows what would change, and asks.
    private func confirm(_ changeSet: ChangeSet, nothing: String) async throws {
        await console.say(ReportLine(""))
        await console.say(ChangeSetDiff(changeSet.changes).lines)
        await console.say(ReportLine(""))
        try await ask("Make these changes? [y/N] ", nothing: nothing)
    }

    /// - Throws: `DeploymentFailure` unless the answer is yes.
    private func ask(_ question: String, nothing: String) async throws {
        if plan.isConfirmed { return }
        guard console.isInteractive else {
            throw DeploymentFailure(
                .notPrepared,
                "deploy asks before it changes anything, and there is no terminal to ask at; add --yes"
            )
        }
        let answer = await console.ask(question)?.lowercased()
        guard answer == "y" || answer == "yes" else { throw DeploymentFailure(.notDone, "\(nothing) was changed") }
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
    private func execute(_ planned: PlannedChange, seen: Set<String>, watch: StackWatch) async throws -> Stack {
        try await cloudFormation.execute(planned.id, token: planned.name)
        let outcome = try await watch.untilDone(planned.stackID, seen: seen)
        guard let stack = outcome.stack, stack.status.isGood else {
            try await explain(outcome)
        }
        await console.say(.passed, "the stack is \(stack.status.words)")
        await console.say(left(by: outcome))
        await LiveRoutes(cloudFormation: cloudFormation, console: console).renew(after: outcome)
        return stack
    }

    private func explain(_ outcome: StackWatch.Outcome) async throws -> Never {
        await console.say(ReportLine(""))
        if let cause = outcome.cause { await console.say(cause.lines) }
        await console.say(left(by: outcome))
        guard let stack = outcome.stack else {
            throw DeploymentFailure(.notDone, "the stack \"\(plan.stackName)\" is gone: somebody removed it meanwhile")
        }
        let reason = outcome.cause == nil ? stack.reason.map { ": \(FailureCause.words(of: $0))" } ?? "" : ""
        throw DeploymentFailure(.notDone, "the stack \"\(plan.stackName)\" is \(stack.status.words)\(reason)")
    }

    private func left(by outcome: StackWatch.Outcome) -> [ReportLine] {
        KeptResources(of: outcome, stack: plan.stackName, in: aws.region).lines
    }

    private func sumUp(_ stack: Stack) async throws {
        await console.say(ReportLine(""))
        await console.say(Addresses.lines(stack.outputs))
        let remaining = try await Remaining(aws: aws, outputs: stack.outputs, parameters: stack.parameters).lines()
        guard !remaining.isEmpty else { return }
        await console.say([ReportLine(""), ReportLine(.heading, "Left to do")])
        await console.say(remaining)
    }
}

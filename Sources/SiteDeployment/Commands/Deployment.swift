// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

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

    /// - Throws: `DeploymentFailure` or `AWSFailure`.
    package func run() async throws {
        let caller = try await CallerIdentity.ask(aws)
        await console.say(
            ReportLine(.heading, "Stack \"\(plan.stackName)\" in \(aws.region), account \(caller.account)")
        )
        let watch = StackWatch(
            cloudFormation: CloudFormation(aws: aws),
            console: console,
            clock: clock,
            stackName: plan.stackName
        )
        let settling = StackSettling(watch: watch)
        // First of all: what an earlier run began explains what the looks below would find.
        let found = try await settling.settled()
        let account = try await look(account: caller.account, stack: found)
        var consent = Consent(
            console: console,
            isGiven: plan.isConfirmed,
            rule: "deploy asks before it changes anything",
            refusal: "nothing was changed"
        )
        let stack: Stack? = if let found { try await settling.clear(found, asking: &consent) } else { nil }
        let artifacts = ArtifactBucket(aws: aws, owner: caller)
        let change = try await StackUpdate(plan: plan, watch: watch, staging: staging, consent: consent).run(
            on: stack,
            artifacts: artifacts,
            templateURL: try await upload(to: artifacts),
            dailyQuota: dailyQuota(account, found)
        )
        let isPublished = try await publish(change.stack, artifacts)
        let isWell = if change.isChanged || isPublished { try await test(change.stack) } else { true }
        try await sumUp(change.stack)
        guard isWell else {
            throw DeploymentFailure(
                .notDone,
                "all is deployed, but the site does not answer as it should; \"brevlada logs\" shows what the functions say"
            )
        }
    }

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
            await console.say(.passed, "\(package.function.name).zip uploaded, \(Self.size(package.size))")
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

    /// The mails a day that SES lets the account send, of which it has no metric; nil when there is no limit. Where the profile may
    /// not ask, it stays as it is: else it would change with whoever deploys.
    private func dailyQuota(_ account: MailAccount?, _ stack: Stack?) -> String? {
        guard let account else { return stack?.parameters["SesDailyQuota"] }
        return account.perDay > 0 ? "\(account.perDay)" : nil
    }

    /// - Returns: Whether anything of the site changed.
    private func publish(_ stack: Stack, _ artifacts: ArtifactBucket) async throws -> Bool {
        guard let bucket = stack.outputs["SiteBucketName"] else {
            throw DeploymentFailure(
                .notDone,
                "the stack \"\(plan.stackName)\" has no output SiteBucketName, so nothing is published; see what it is in the "
                    + "CloudFormation console"
            )
        }
        let distribution = stack.outputs["DistributionId"]
        // As the template has it: a public bucket is read without the signature that a KMS key asks for.
        let key = distribution == nil ? nil : stack.outputs["DataKeyArn"]
        let publication = SitePublication(
            aws: aws,
            artifacts: artifacts,
            staging: staging,
            console: console,
            stackName: plan.stackName
        )
        return try await publication.publish(
            try await plan.files(stack.outputs),
            to: bucket,
            encryptedBy: key,
            distribution: distribution
        )
    }

    /// - Returns: Whether the site answers as it should.
    private func test(_ stack: Stack) async throws -> Bool {
        let findings = try await plan.smokeTest(stack.outputs)
        for finding in findings { await console.say(finding.lines) }
        return !findings.contains { $0.outcome == .failed }
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

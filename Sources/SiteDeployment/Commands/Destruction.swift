// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import JSON

/// Takes a stack down, says what is kept and how to get at it, and removes data only when that was said twice.
package struct Destruction: Sendable {
    package struct Wish: Sendable {
        package var stackName: String
        /// Removes the messages: asked for by a flag, and confirmed by typing the stack's name.
        package var deletesTable: Bool
        /// Removes the site's files and their bucket.
        package var deletesSite: Bool
        package var isConfirmed: Bool

        package init(stackName: String, deletesTable: Bool, deletesSite: Bool, isConfirmed: Bool) {
            self.stackName = stackName
            self.deletesTable = deletesTable
            self.deletesSite = deletesSite
            self.isConfirmed = isConfirmed
        }
    }

    let wish: Wish
    let aws: AWSSession
    let staging: any StagingFolder
    let console: any DeploymentConsole
    let clock: DeploymentClock

    package init(
        wish: Wish,
        aws: AWSSession,
        staging: any StagingFolder,
        console: any DeploymentConsole,
        clock: DeploymentClock
    ) {
        self.wish = wish
        self.aws = aws
        self.staging = staging
        self.console = console
        self.clock = clock
    }

    private var cloudFormation: CloudFormation { CloudFormation(aws: aws) }

    private var watch: StackWatch {
        StackWatch(cloudFormation: cloudFormation, console: console, clock: clock, stackName: wish.stackName)
    }

    /// - Throws: `DeploymentFailure` or `AWSFailure`.
    package func run() async throws {
        guard var stack = try await cloudFormation.stack(wish.stackName) else {
            if wish.deletesSite { try await finishDeletingBucket() }
            await console.say(.passed, "there is no stack \"\(wish.stackName)\" in \(aws.region)")
            return
        }
        try await DeploymentFailure.refuseForeign(stack, cloudFormation)
        if stack.status.isRunning {
            let outcome = try await watch.follow(stack)
            guard let after = outcome.stack else { return try await finish(stack, after: outcome) }
            stack = after
        }
        guard !stack.isProtected else {
            throw DeploymentFailure(
                .notPrepared,
                "the stack \"\(stack.name)\" is protected against removal; lift that first: aws cloudformation "
                    + "update-termination-protection --no-enable-termination-protection --stack-name \(stack.name) --region "
                    + aws.region
            )
        }
        await console.say(ReportLine(.heading, "Removing the stack \"\(stack.name)\" in \(aws.region)"))
        await console.say(kept(stack))
        try await confirm(stack)

        // The table first, while the stack still knows its name: a run that is interrupted finds it again. The bucket goes
        // after the stack, whose resources need it until then, so its name is written down.
        var removed: Set<String> = []
        if wish.deletesTable, let table = stack.outputs["TableName"] {
            try await deleteTable(table)
            removed.insert(table)
        }
        if wish.deletesSite, let bucket = stack.outputs["SiteBucketName"] {
            let path = try await staging.write(Array(bucket.utf8), to: "removal.txt")
            try await artifacts().upload(path, to: removalKey)
            removed.insert(bucket)
        }
        let outcome = try await watch.during(stack.id) { try await cloudFormation.delete(stack.id) }
        if let left = outcome.stack {
            if let cause = outcome.cause { await console.say(cause.lines) }
            await watch.sayKept(after: outcome)
            throw DeploymentFailure(
                .notDone,
                "the stack \"\(stack.name)\" is \(left.status.words); mend the cause, then run the same command again"
            )
        }
        try await forget(ArtifactBucket.recordKey(wish.stackName))
        if wish.deletesSite { try await finishDeletingBucket() }
        await console.say(.passed, "the stack \"\(stack.name)\" is removed")
        await watch.sayKept(after: outcome, removed: removed)
    }

    /// Does what is left of a removal that was under way, whoever began it and with whatever options.
    private func finish(_ stack: Stack, after outcome: StackWatch.Outcome) async throws {
        await console.say(.passed, "the stack \"\(stack.name)\" is removed")
        var removed: Set<String> = []
        do {
            try await forget(ArtifactBucket.recordKey(stack.name))
            if wish.deletesSite, let bucket = try await finishDeletingBucket() { removed.insert(bucket) }
            let tables = outcome.events.filter { $0.status == .deleteSkipped && $0.type.isTable }.map(\.physicalID)
            if wish.deletesTable, let table = stack.outputs["TableName"] ?? tables.first(where: { !$0.isEmpty }) {
                if try await isThere(table) {
                    await console.say(.warning, "the table \(table) is still there")
                    try await confirmMessages(of: stack, orElse: "the messages were not removed")
                    // No later run finds it.
                    try await deleteTable(table, later: "remove it tomorrow, as it is said above")
                }
                removed.insert(table)
            }
        } catch {
            await watch.sayKept(after: outcome, removed: removed)
            throw error
        }
        await watch.sayKept(after: outcome, removed: removed)
    }

    private func confirm(_ stack: Stack) async throws {
        let consent = Consent(
            console: console,
            isGiven: wish.isConfirmed,
            rule: "destroy asks before it removes anything",
            refusal: "nothing was removed"
        )
        try await consent.ask("Remove the stack? [y/N] ")
        guard wish.deletesTable, stack.outputs["TableName"] != nil else { return }
        try await confirmMessages(of: stack, orElse: consent.refusal)
    }

    private func confirmMessages(of stack: Stack, orElse refusal: String) async throws {
        let answer = await console.ask("Every message will be gone. To delete them, type the stack's name: ")
        guard answer?.trimmedSpaces == stack.name else {
            throw DeploymentFailure(
                .notDone,
                "\(refusal): --delete-table takes the stack's name, \"\(stack.name)\", typed on standard input "
                    + "as well"
            )
        }
    }

    // MARK: - Data

    private func isThere(_ table: String) async throws -> Bool {
        guard let found = try await description(of: table, in: aws) else { return false }
        return found.text("TableStatus") != "DELETING"
    }

    /// - Parameter later: What to do when DynamoDB does not delete it yet.
    private func deleteTable(
        _ table: String,
        later: String = "run the same command again tomorrow, with the same options"
    ) async throws {
        guard let found = try await description(of: table, in: aws), found.text("TableStatus") != "DELETING" else {
            return
        }
        let replicas = found.list("Replicas").compactMap { $0.text("RegionName") }.filter { $0 != aws.region }
        for replica in replicas { try await checkAge(of: replica, of: table, later: later) }
        // Each copy is protected by itself, and removing one deletes it where it is.
        for replica in replicas { try await liftProtection(of: table, in: aws.inRegion(replica)) }
        try await liftProtection(of: table, in: aws)
        for replica in replicas {
            _ = try await aws.call([
                "dynamodb", "update-table", "--table-name", table,
                "--replica-updates", #"[{"Delete":{"RegionName":"\#(replica)"}}]"#,
            ])
            await console.say(.removed, "the copy of the table in \(replica)")
            // One at a time: while the table is being changed, it refuses the next.
            try await settled(table, in: aws) { table in
                table.list("Replicas").allSatisfy { $0.text("RegionName") != replica }
                    && table.text("TableStatus") == "ACTIVE"
            }
        }
        do throws(AWSFailure) {
            _ = try await aws.find(
                ["dynamodb", "delete-table", "--table-name", table],
                absentAs: ["ResourceNotFoundException"]
            )
        } catch {
            guard error.message.firstRange(of: "24 hours") != nil else { throw error }
            throw tooYoung("a copy of the table \(table) was made within the last day", later: later)
        }
        await console.say(.removed, "the table \(table) with its messages")
    }

    /// Before any copy goes: a table is not deleted within a day of being the source of one.
    /// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
    private func checkAge(of replica: String, of table: String, later: String) async throws {
        let copy = try await description(of: table, in: aws.inRegion(replica))
        guard let made = copy?.time("CreationDateTime"), clock.now().since(made) < .days(1) else { return }
        throw tooYoung("the copy of the table \(table) in \(replica) is not a day old", later: later)
    }

    private func tooYoung(_ what: String, later: String) -> DeploymentFailure {
        DeploymentFailure(
            .notDone,
            "\(what), and DynamoDB deletes no table that one was made of within 24 hours; \(later)"
        )
    }

    private func liftProtection(of table: String, in aws: AWSSession) async throws {
        guard try await description(of: table, in: aws)?.flag("DeletionProtectionEnabled") == true else { return }
        _ = try await aws.call(["dynamodb", "update-table", "--table-name", table, "--no-deletion-protection-enabled"])
        try await settled(table, in: aws) {
            $0.flag("DeletionProtectionEnabled") != true && $0.text("TableStatus") == "ACTIVE"
        }
    }

    private func description(of name: String, in aws: AWSSession) async throws(AWSFailure) -> JSONValue? {
        try await aws.find(
            ["dynamodb", "describe-table", "--table-name", name],
            absentAs: ["ResourceNotFoundException"]
        )?["Table"]
    }

    /// Waits until the table is as wished, ten minutes at most.
    private func settled(_ name: String, in aws: AWSSession, _ isSettled: (JSONValue) -> Bool) async throws {
        for _ in 0..<200 {
            guard let table = try await description(of: name, in: aws), !isSettled(table) else { return }
            try await clock.sleep(.seconds(3))
        }
        throw DeploymentFailure(.notDone, "the table \"\(name)\" does not change; run the same command again later")
    }

    /// Every version of every object, then the bucket.
    private func deleteBucket(_ bucket: String) async throws {
        while true {
            // A page at a time. The limit is of the versions alone: the markers of the pages read come whole.
            let answer = try await aws.find(
                ["s3api", "list-object-versions", "--bucket", bucket, "--max-items", "1000"],
                absentAs: ["NoSuchBucket"]
            )
            guard let answer else { return }
            let versions = answer.list("Versions") + answer.list("DeleteMarkers")
            if versions.isEmpty { break }
            try await ObjectRemoval(aws: aws, staging: staging).remove(
                versions.map { .init(key: $0.text("Key") ?? "", version: $0.text("VersionId") ?? "null") },
                from: bucket
            )
        }
        _ = try await aws.find(["s3api", "delete-bucket", "--bucket", bucket], absentAs: ["NoSuchBucket"])
        await console.say(.removed, "the bucket \(bucket) with the site's files")
    }

    // MARK: - The artefact bucket

    private func artifacts() async throws(AWSFailure) -> ArtifactBucket {
        ArtifactBucket(aws: aws, owner: try await CallerIdentity.ask(aws))
    }

    /// Holds the name of the bucket that is to go when the stack is gone.
    private var removalKey: String { "removals/\(wish.stackName).txt" }

    /// - Returns: Which it was, if there was one.
    @discardableResult
    private func finishDeletingBucket() async throws -> String? {
        guard let bucket = try await artifacts().read(removalKey)?.trimmedSpaces, !bucket.isEmpty else { return nil }
        try await deleteBucket(bucket)
        try await forget(removalKey)
        return bucket
    }

    private func forget(_ key: String) async throws(AWSFailure) {
        do throws(AWSFailure) {
            try await artifacts().remove(key)
        } catch {
            // A bucket that is not there holds nothing to forget.
            guard error.code == "NoSuchBucket" || error.code == "404" else { throw error }
        }
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import JSON
import Mail

/// How a deployed site is: the stack, the mail, the last messages, the alarms, the pipeline.
package struct StatusReport: Sendable {
    let aws: AWSSession
    let stackName: String
    let forms: [String]
    let clock: DeploymentClock
    /// Leaves out what has expired by then.
    let now: Timestamp

    /// - Parameters:
    ///   - forms: Whose messages are looked for.
    package init(aws: AWSSession, stackName: String, forms: [String], clock: DeploymentClock) {
        self.aws = aws
        self.stackName = stackName
        self.forms = forms
        self.clock = clock
        now = clock.now()
    }

    package struct Section: Sendable, Hashable {
        package var name: String
        package var lines: [ReportLine]
    }

    package struct Status: Sendable, Hashable {
        package var sections: [Section]
        /// Whether nothing needs a person.
        package var isWell: Bool { !sections.contains { $0.lines.contains { $0.mark == .failed } } }

        package var lines: [ReportLine] {
            sections.enumerated().flatMap { index, section in
                (index > 0 ? [ReportLine("")] : []) + [ReportLine(.heading, section.name)] + section.lines
            }
        }
    }

    /// - Throws: `DeploymentFailure` when there is no such stack.
    package func status() async throws -> Status {
        let cloudFormation = CloudFormation(aws: aws)
        guard let stack = try await cloudFormation.stack(stackName) else {
            throw DeploymentFailure.noStack(stackName, in: aws.region)
        }
        try await DeploymentFailure.refuseForeign(stack, cloudFormation)
        let mark: ReportLine.Mark =
            stack.status.isGood ? .passed : stack.status.isRunning || stack.status.isUndone ? .warning : .failed
        var sections = [
            Section(
                name: "Stack \"\(stack.name)\" in \(aws.region)",
                lines: [ReportLine(mark, stack.status.words)]
            )
        ]
        if !stack.status.isRunning, let remedy = stack.status.remedy {
            sections[0].lines.append(ReportLine(.todo, remedy))
        }
        guard stack.status.isStanding else {
            sections[0].lines.append(ReportLine("mail, messages and alarms are not looked at while it is so"))
            return Status(sections: sections)
        }
        sections[0].lines += Addresses.lines(stack.outputs)
        async let mailSection = section("Mail") { () async throws(AWSFailure) in try await mail(stack) }
        async let messagesSection = section("Last messages") { () async throws(AWSFailure) in
            try await messages(stack)
        }
        async let alarmsSection = section("Alarms") { () async throws(AWSFailure) in try await alarms(stack) }
        async let recipientsSection = section("Who gets the alarms") { () async throws(AWSFailure) in
            try await recipients(stack)
        }
        async let queueSection = section("Batches that were given up") { () async throws(AWSFailure) in
            try await queue(stack)
        }
        async let pipelineSection = section("Pipeline") { () async throws(AWSFailure) in try await pipeline(stack) }
        let others = try await [
            mailSection, messagesSection, queueSection, alarmsSection, recipientsSection, pipelineSection,
        ]
        for section in others where !section.lines.isEmpty {
            sections.append(section)
        }
        return Status(sections: sections)
    }

    /// A part that the profile may not see says so, one that AWS refuses for another reason needs a person, and the others are
    /// shown.
    private func section(
        _ name: String,
        _ look: () async throws(AWSFailure) -> [ReportLine]
    ) async throws(AWSFailure) -> Section {
        do throws(AWSFailure) {
            return Section(name: name, lines: try await patiently(look))
        } catch {
            guard error.code != nil else { throw error }
            return Section(name: name, lines: [ReportLine(error.isDenied ? .warning : .failed, error.description)])
        }
    }

    private static let pause = Interval.seconds(3)

    /// Looks once more, a moment later, when that may help.
    private func patiently(_ look: () async throws(AWSFailure) -> [ReportLine]) async throws(AWSFailure) -> [ReportLine]
    {
        do throws(AWSFailure) {
            return try await look()
        } catch {
            guard error.isPassing else { throw error }
            try? await clock.sleep(Self.pause)
            return try await look()
        }
    }

    /// What a stack has no output of: those come when all else is made, and are the old ones until an update is through.
    static func notMade(_ stack: Stack, _ what: String = "") -> ReportLine {
        stack.status.isRunning
            ? ReportLine(.running, what + "not made yet") : ReportLine(.warning, what + "not made yet; deploy again")
    }

    private func mail(_ stack: Stack) async throws(AWSFailure) -> [ReportLine] {
        let account = MailAccount(try await aws.call(["sesv2", "get-account"]))
        var lines: [ReportLine] = []
        if !account.maySend { lines.append(ReportLine(.failed, "SES has stopped sending for this account")) }
        lines.append(
            account.isProduction
                ? ReportLine(.passed, "SES is out of its sandbox")
                : ReportLine(.warning, "SES is in its sandbox: only verified addresses get mail")
        )
        lines.append(ReportLine("\(account.sentToday) of \(account.perDay) mails sent in 24 hours"))
        guard let name = stack.outputs["MailIdentityName"] else {
            return lines + [Self.notMade(stack, "the sender: ")]
        }
        lines.append(
            try await MailIdentity.isReady(name, aws)
                ? ReportLine(.passed, "the sender \(name) is verified")
                : ReportLine(.failed, "the sender \(name) is not verified: mails wait")
        )
        return lines
    }

    // MARK: - Messages

    private static let mostMessages = 5
    /// Each is a program of its own, which starts for the better part of a second.
    private static let mostAtOnce = 8

    private struct Message: Sendable {
        var id: String
        var form: String
        var receivedAt: Timestamp
        var status: String
        var notifiedAt: Timestamp?
    }

    /// The newest of each partition of each form, of which the newest are shown: ids sort by time.
    private func messages(_ stack: Stack) async throws(AWSFailure) -> [ReportLine] {
        guard let table = stack.outputs["TableName"] else { return [Self.notMade(stack)] }
        let shards = min(256, max(1, Int(stack.outputs["TableShards"] ?? "") ?? 1))
        var found: [Message] = []
        for form in forms {
            for first in stride(from: 0, to: shards, by: Self.mostAtOnce) {
                found += try await newest(of: form, shards: first..<min(first + Self.mostAtOnce, shards), in: table)
            }
        }
        let newest = found.sorted { $0.id > $1.id }.prefix(Self.mostMessages)
        guard !newest.isEmpty else { return [ReportLine("none yet")] }
        return newest.map { message in
            var text = "\(message.receivedAt.utc.iso8601)  \(message.form)  \(message.status)"
            if let notified = message.notifiedAt { text += " after \(notified.since(message.receivedAt).words)" }
            let mark: ReportLine.Mark =
                switch message.status {
                case "notified": .passed
                case "failed", "bounced": .failed
                case "held": .warning
                default: .running
                }
            return ReportLine(mark, text + "  " + message.id)
        }
    }

    private func newest(of form: String, shards: Range<Int>, in table: String) async throws(AWSFailure) -> [Message] {
        let parts = await shards.concurrentResults { shard async throws(AWSFailure) in
            try await newest(of: form, shard: shard, in: table)
        }
        var messages: [Message] = []
        for part in parts { messages += try part.get() }
        return messages
    }

    private func newest(of form: String, shard: Int, in table: String) async throws(AWSFailure) -> [Message] {
        let answer = try await aws.call([
            "dynamodb", "query", "--table-name", table, "--no-scan-index-forward", "--limit", "\(Self.mostMessages)",
            "--no-paginate",
            "--key-condition-expression", "pk = :pk",
            // DynamoDB takes days to remove what has expired; what is still to be mailed has not, as for the store.
            "--filter-expression", "#s = :received OR NOT expiresAtMilliseconds <= :clock",
            "--expression-attribute-values",
            #"{":pk":{"S":"\#(form)#\#(shard)"},":received":{"S":"\#(SubmissionStatus.received.rawValue)"},"#
                + #"":clock":{"N":"\#(now.milliseconds)"}}"#,
            "--projection-expression", "sk, receivedAt, notifiedAt, #s", "--expression-attribute-names",
            ##"{"#s":"status"}"##,
        ])
        return answer.list("Items").compactMap { item in
            guard let id = item.text("sk", "S"), let received = item.text("receivedAt", "N").flatMap({ Int64($0) })
            else {
                return nil
            }
            return Message(
                id: id,
                form: form,
                receivedAt: Timestamp(milliseconds: received),
                status: item.text("status", "S") ?? "unknown",
                notifiedAt: item.text("notifiedAt", "N").flatMap { Int64($0) }.map(Timestamp.init(milliseconds:))
            )
        }
    }

    // MARK: - Watching

    private func queue(_ stack: Stack) async throws(AWSFailure) -> [ReportLine] {
        guard let queue = stack.outputs["FailureQueueUrl"] else { return [Self.notMade(stack)] }
        let answer = try await aws.call([
            "sqs", "get-queue-attributes", "--queue-url", queue, "--attribute-names", "ApproximateNumberOfMessages",
        ])
        let count = Int(answer.text("Attributes", "ApproximateNumberOfMessages") ?? "0") ?? 0
        guard count > 0 else { return [] }
        let place = "--queue-url \(queue) --region \(aws.region)"
        return [
            ReportLine(
                .failed,
                "\(count) in the failure queue: SendContactInfoEmail failed, or put mails or receipts off for too long"
            ),
            ReportLine(
                .todo,
                "the messages are in the table, and the sweep mails them; \"brevlada logs\" says what was wrong"
            ),
            ReportLine(.todo, "look at the queue, and empty it when you have, or it stays for 14 days:"),
            ReportLine(
                "     aws sqs receive-message --max-number-of-messages 10 --visibility-timeout 0 \(place)"
            ),
            ReportLine("     aws sqs purge-queue \(place)"),
        ]
    }

    private func pipeline(_ stack: Stack) async throws(AWSFailure) -> [ReportLine] {
        guard stack.parameters["PipelineSource"] ?? "None" != "None" || stack.outputs["PipelineUrl"] != nil else {
            return []
        }
        // …/pipelines/NAME/view?region=…
        guard let url = stack.outputs["PipelineUrl"], let start = url.range(of: "/pipelines/") else {
            return [Self.notMade(stack)]
        }
        let name = String(url[start.upperBound...].prefix { $0 != "/" })
        let answer = try await aws.call(["codepipeline", "get-pipeline-state", "--name", name])
        return answer.list("stageStates").map { stage in
            // https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_StageExecution.html
            let (mark, words): (ReportLine.Mark, String) =
                switch stage.text("latestExecution", "status") {
                case nil: (.running, "not run yet")
                case "InProgress": (.running, "in progress")
                case "Succeeded": (.passed, "succeeded")
                case "Failed": (.failed, "failed")
                case let other?: (.warning, other.lowercased())
                }
            return ReportLine(mark, "\(stage.text("stageName") ?? "stage"): \(words)")
        }
    }
}

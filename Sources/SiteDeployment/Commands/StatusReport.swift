// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import JSON
import Mail

/// How a deployed site is: the stack, the mail, the last messages, the alarms, the pipeline.
package struct StatusReport: Sendable {
    let aws: AWSSession
    let stackName: String
    let forms: [String]
    let now: Timestamp

    /// - Parameters:
    ///   - forms: Whose messages are looked for.
    ///   - now: Leaves out what has expired by then.
    package init(aws: AWSSession, stackName: String, forms: [String], now: Timestamp) {
        self.aws = aws
        self.stackName = stackName
        self.forms = forms
        self.now = now
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
        let outputs = stack.outputs
        async let mailSection = section("Mail") { () async throws(AWSFailure) in try await mail(outputs) }
        async let messagesSection = section("Last messages") { () async throws(AWSFailure) in
            try await messages(outputs)
        }
        async let alarmsSection = section("Alarms") { () async throws(AWSFailure) in try await alarms(stack) }
        async let recipientsSection = section("Who gets the alarms") { () async throws(AWSFailure) in
            try await recipients(stack)
        }
        async let queueSection = section("Mails that were given up") { () async throws(AWSFailure) in
            try await queue(outputs)
        }
        async let pipelineSection = section("Pipeline") { () async throws(AWSFailure) in try await pipeline(outputs) }
        let mark: ReportLine.Mark =
            stack.status.isGood ? .passed : stack.status.isRunning || stack.status.isUndone ? .warning : .failed
        var sections = [
            Section(
                name: "Stack \"\(stack.name)\" in \(aws.region)",
                lines: [ReportLine(mark, stack.status.words)] + Addresses.lines(outputs)
            )
        ]
        let others = try await [
            mailSection, messagesSection, queueSection, alarmsSection, recipientsSection, pipelineSection,
        ]
        for section in others where !section.lines.isEmpty {
            sections.append(section)
        }
        return Status(sections: sections)
    }

    /// A part that the profile may not see says so, and the others are shown.
    private func section(
        _ name: String,
        _ look: () async throws(AWSFailure) -> [ReportLine]
    ) async throws(AWSFailure) -> Section {
        do throws(AWSFailure) {
            return Section(name: name, lines: try await look())
        } catch {
            guard error.code != nil else { throw error }
            return Section(name: name, lines: [ReportLine(.warning, error.description)])
        }
    }

    private func mail(_ outputs: [String: String]) async throws(AWSFailure) -> [ReportLine] {
        let account = MailAccount(try await aws.call(["sesv2", "get-account"]))
        var lines: [ReportLine] = []
        if !account.maySend { lines.append(ReportLine(.failed, "SES has stopped sending for this account")) }
        lines.append(
            account.isProduction
                ? ReportLine(.passed, "SES is out of its sandbox")
                : ReportLine(.warning, "SES is in its sandbox: only verified addresses get mail")
        )
        lines.append(ReportLine("\(account.sentToday) of \(account.perDay) mails sent in 24 hours"))
        if let name = outputs["MailIdentityName"] {
            lines.append(
                try await MailIdentity.isReady(name, aws)
                    ? ReportLine(.passed, "the sender \(name) is verified")
                    : ReportLine(.failed, "the sender \(name) is not verified: mails wait")
            )
        }
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
    private func messages(_ outputs: [String: String]) async throws(AWSFailure) -> [ReportLine] {
        guard let table = outputs["TableName"] else { return [] }
        let shards = min(256, max(1, Int(outputs["TableShards"] ?? "") ?? 1))
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

    /// Those that ring by themselves once they are made: SES greets the topic of the events that the one counts, and the sweep that
    /// the other misses has not run three times yet.
    /// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
    private static let firstAlarms = ["MailEventAlarm", "SweepAlarm"]
    private static let firstAlarmsLast = Interval.minutes(20)

    private func alarms(_ stack: Stack) async throws(AWSFailure) -> [ReportLine] {
        guard let topic = stack.outputs["AlarmTopicArn"] else { return [ReportLine("switched off")] }
        let answer = try await aws.call(["cloudwatch", "describe-alarms", "--alarm-name-prefix", "\(stackName)-"])
        // Those of the stack "brevlada-shop" begin so as well; each stack has a topic of its own.
        let alarms = answer.list("MetricAlarms").filter { alarm in
            alarm.list("AlarmActions").contains { $0.string == topic }
        }
        let ringing = alarms.filter { $0.text("StateValue") == "ALARM" }
        guard !ringing.isEmpty else { return [ReportLine(.passed, "none of \(alarms.count) rings")] }
        return ringing.map { alarm in
            let name = alarm.text("AlarmName") ?? "an alarm"
            let text = alarm.text("AlarmDescription") ?? "\(name) rings"
            guard isNew(alarm), Self.firstAlarms.contains(where: { name.hasPrefix("\(stackName)-\($0)") }) else {
                return ReportLine(.failed, text)
            }
            return ReportLine(
                .running,
                "\(text): so it rings once when it is new, and is over a quarter of an hour after that"
            )
        }
    }

    /// Whether the alarm was made of late. An update sets the first of these times as well, but leaves the state as it is:
    /// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    private func isNew(_ alarm: JSONValue) -> Bool {
        guard let made = alarm.time("AlarmConfigurationUpdatedTimestamp"), now.since(made) < Self.firstAlarmsLast,
            let rangAt = alarm.time("StateUpdatedTimestamp")
        else { return false }
        return rangAt >= made
    }

    /// An alarm that nobody gets is none.
    private func recipients(_ stack: Stack) async throws(AWSFailure) -> [ReportLine] {
        guard let topic = stack.outputs["AlarmTopicArn"] else { return [] }
        let subscriptions = try await AlarmSubscriptions.find(topic, aws)
        let mark =
            subscriptions.confirmed.isEmpty
            ? [ReportLine(.failed, "nobody has confirmed to get the alarms, so they reach nobody")]
            : subscriptions.confirmed.map { ReportLine(.passed, $0) }
        return mark
            + subscriptions.remaining(topic: topic, owner: stack.parameters["OwnerEmail"], region: aws.region)
    }

    private func queue(_ outputs: [String: String]) async throws(AWSFailure) -> [ReportLine] {
        guard let queue = outputs["FailureQueueUrl"] else { return [] }
        let answer = try await aws.call([
            "sqs", "get-queue-attributes", "--queue-url", queue, "--attribute-names", "ApproximateNumberOfMessages",
        ])
        let count = Int(answer.text("Attributes", "ApproximateNumberOfMessages") ?? "0") ?? 0
        guard count > 0 else { return [] }
        return [
            ReportLine(.failed, "\(count) in the failure queue: SendContactInfoEmail could not read these records"),
            ReportLine(
                .todo,
                "the messages are in the table, and the sweep mails them; \"brevlada logs\" says what was wrong"
            ),
        ]
    }

    private func pipeline(_ outputs: [String: String]) async throws(AWSFailure) -> [ReportLine] {
        // …/pipelines/NAME/view?region=…
        guard let url = outputs["PipelineUrl"], let start = url.range(of: "/pipelines/") else { return [] }
        let name = String(url[start.upperBound...].prefix { $0 != "/" })
        let answer = try await aws.call(["codepipeline", "get-pipeline-state", "--name", name])
        return answer.list("stageStates").map { stage in
            let status = stage.text("latestExecution", "status") ?? "not run yet"
            let mark: ReportLine.Mark = status == "Failed" ? .failed : status == "Succeeded" ? .passed : .running
            return ReportLine(mark, "\(stage.text("stageName") ?? "stage"): \(status.lowercased())")
        }
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import JSON

extension StatusReport {
    /// What of the stack's alarms rings, and what of them could not: one that is gone, silenced or cut off tells nobody.
    func alarms(_ stack: Stack) async throws(AWSFailure) -> [ReportLine] {
        guard stack.hasAlarms else { return [ReportLine("switched off")] }
        let resources = try await CloudFormation(aws: aws).resources(of: stack.id)
            .filter { $0.type == .alarm && !$0.status.isRemoval }
        let made = resources.filter(\.isMade)
        guard let topic = stack.outputs["AlarmTopicArn"], !made.isEmpty else { return [Self.notMade(stack)] }
        let answer = try await aws.call(["cloudwatch", "describe-alarms", "--alarm-names"] + made.map(\.physicalID))
        let alarms = Dictionary(answer.list("MetricAlarms").map { ($0.text("AlarmName") ?? "", $0) }) { $1 }
        var lines = made.compactMap { ring($0, alarms[$0.physicalID]) }
        if lines.isEmpty { lines = [ReportLine(.passed, "none of \(made.count) rings")] }
        let unmade = resources.count - made.count
        if unmade > 0 { lines.append(Self.notMade(stack, "\(unmade) more: ")) }
        return lines + faults(made, alarms, topic)
    }

    /// Rings by itself once it is made: the sweep that it misses has not run three times yet.
    /// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
    private static let firstAlarm = "SweepAlarm"
    private static let firstAlarmLasts = Interval.minutes(20)

    private func ring(_ resource: StackResource, _ alarm: JSONValue?) -> ReportLine? {
        guard let alarm, alarm.text("StateValue") == "ALARM" else { return nil }
        let text = alarm.text("AlarmDescription") ?? "\(resource.logicalID) rings"
        guard resource.logicalID == Self.firstAlarm, isNew(alarm) else { return ReportLine(.failed, text) }
        return ReportLine(
            .running,
            "\(text): so it rings once when it is new, and is over a quarter of an hour after that"
        )
    }

    /// Whether the alarm was made of late. An update sets the first of these times as well, but leaves the state as it is:
    /// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    private func isNew(_ alarm: JSONValue) -> Bool {
        guard let made = alarm.time("AlarmConfigurationUpdatedTimestamp"), now.since(made) < Self.firstAlarmLasts,
            let rangAt = alarm.time("StateUpdatedTimestamp")
        else { return false }
        return rangAt >= made
    }

    /// What was done to alarms by hand. CloudFormation does not see it: to deploy again changes nothing of it.
    private func faults(_ made: [StackResource], _ alarms: [String: JSONValue], _ topic: String) -> [ReportLine] {
        var lost: [ReportLine] = []
        var silenced: [StackResource] = []
        for resource in made {
            guard let alarm = alarms[resource.physicalID] else {
                lost.append(ReportLine(.failed, "\(resource.logicalID) was deleted"))
                continue
            }
            if !alarm.list("AlarmActions").contains(where: { $0.string == topic }) {
                lost.append(ReportLine(.failed, "\(resource.logicalID) no longer tells the topic of the alarms"))
            }
            if alarm.flag("ActionsEnabled") == false { silenced.append(resource) }
        }
        if !lost.isEmpty {
            lost.append(
                ReportLine(
                    .todo,
                    "set aws.parameters.Alarms to \"false\" and deploy, then take that out, deploy again, and click the link in "
                        + "AWS's mail"
                )
            )
        }
        guard !silenced.isEmpty else { return lost }
        let names = silenced.map(\.physicalID).joined(separator: " ")
        return lost + silenced.map { ReportLine(.failed, "\($0.logicalID) is silenced: it rings, and tells nobody") }
            + [
                ReportLine(.todo, "have them told again:"),
                ReportLine("     aws cloudwatch enable-alarm-actions --alarm-names \(names) --region \(aws.region)"),
            ]
    }

    /// An alarm that nobody gets is none.
    func recipients(_ stack: Stack) async throws(AWSFailure) -> [ReportLine] {
        guard stack.hasAlarms, let topic = stack.outputs["AlarmTopicArn"] else { return [] }
        let subscriptions = try await AlarmSubscriptions.find(topic, aws)
        let mark =
            subscriptions.confirmed.isEmpty
            ? [ReportLine(.failed, "nobody has confirmed to get the alarms, so they reach nobody")]
            : subscriptions.confirmed.map { ReportLine(.passed, $0) }
        return mark
            + subscriptions.remaining(topic: topic, owner: stack.parameters["OwnerEmail"], region: aws.region)
    }
}

extension Stack {
    /// Whether it is to have alarms, be they made yet or not. They are on from the start.
    fileprivate var hasAlarms: Bool { parameters["Alarms"] != "false" }
}

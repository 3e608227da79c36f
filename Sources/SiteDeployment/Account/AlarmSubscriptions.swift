// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

/// Whom a topic of alarms reaches, in whatever way, and who is still to say that he wants its mail.
///
/// SNS removes a subscription that nobody confirmed within 48 hours, and no update of the stack makes it again:
/// https://docs.aws.amazon.com/sns/latest/dg/sns-delete-subscription-topic.html
struct AlarmSubscriptions: Sendable, Hashable {
    var confirmed: [String]
    var pending: [String]

    /// - Throws: `AWSFailure`; also when the profile may not look.
    static func find(_ topic: String, _ aws: AWSSession) async throws(AWSFailure) -> AlarmSubscriptions {
        let answer = try await aws.call(["sns", "list-subscriptions-by-topic", "--topic-arn", topic])
        var found = AlarmSubscriptions(confirmed: [], pending: [])
        for subscription in answer.list("Subscriptions") {
            let way = subscription.text("Protocol") ?? "email"
            let isMail = ["email", "email-json"].contains(way)
            let address = subscription.text("Endpoint") ?? "the owner"
            switch subscription.text("SubscriptionArn") {
            // Only a mail has a link for a person to click.
            case "PendingConfirmation": if isMail { found.pending.append(address) }
            // One that was given up is listed so for some days.
            case nil, "Deleted": break
            default: found.confirmed.append(isMail ? address : "\(address), by \(way)")
            }
        }
        return found
    }

    /// What is to be done so that alarms arrive.
    ///
    /// - Parameter owner: Who is to get them.
    func remaining(topic: String, owner: String?, region: String) -> [ReportLine] {
        let clicks = pending.map {
            ReportLine(
                .todo,
                "click the link in AWS's mail to \($0) within 48 hours of it; until then no alarm comes"
            )
        }
        guard clicks.isEmpty, confirmed.isEmpty else { return clicks }
        return [
            ReportLine(
                .todo,
                "subscribe to the alarms, which reach nobody, and confirm within 48 hours by the link in AWS's mail:"
            ),
            ReportLine(
                "     aws sns subscribe --topic-arn \(topic) --protocol email --notification-endpoint \(owner ?? "ADDRESS") "
                    + "--region \(region)"
            ),
        ]
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

/// What SES publishes about a mail that it has taken.
/// See https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
package struct MailEvent: Sendable, Hashable {
    /// What happened, in SES's word: `Bounce`, `Reject`, `Complaint`…
    package var type: String
    /// The id that SES gave the mail when it took it.
    package var messageID: String
    /// When SES took it, as ISO 8601.
    package var sentAt: String?
    /// Why the mail did not reach a recipient, in the words of SES and of the recipient's server; nil when the event tells of
    /// nothing like that. Holds addresses.
    package var undelivered: String?
    /// The same in SES's own words alone, for a log: "Permanent, General".
    package var kind: String?
    private var headers: [JSONValue]

    /// - Throws: `Event.Malformed` when it is no event about a mail.
    package init(json: String) throws(LambdaFailure) {
        let root = try JSONValue(event: Array(json.utf8))
        guard let type = root["eventType"]?.string, let mail = root["mail"], let messageID = mail["messageId"]?.string
        else { throw .malformed("it has no eventType and mail.messageId, as SES's events do") }
        self.type = type
        self.messageID = messageID
        sentAt = mail["timestamp"]?.string
        headers = mail["headers"]?.array ?? []
        switch type {
        case "Bounce":
            let bounce = root["bounce"]
            let type = bounce?["bounceType"]?.string
            let kinds = [type, bounce?["bounceSubType"]?.string].compactMap { $0.map { String($0.prefix(40)) } }
            let kind = kinds.isEmpty ? "of no kind" : kinds.joined(separator: ", ")
            self.kind = kind
            // SES takes the answer of an absent reader for a transient bounce. A report on a delivery, which has an action
            // (RFC 3464 §2.3.3), is none.
            let recipients = (bounce?["bouncedRecipients"]?.array ?? []).filter { recipient in
                type == "Permanent" || type == "Undetermined" || recipient["action"]?.string == "failed"
            }
            guard type == "Permanent" || !recipients.isEmpty else { break }
            let words = recipients.map { recipient in
                let reason = recipient["diagnosticCode"]?.string ?? recipient["status"]?.string
                return [recipient["emailAddress"]?.string ?? "a recipient", reason].compactMap { $0 }.joined(
                    separator: ": "
                )
            }
            undelivered = String((["bounced (\(kind))"] + words).joined(separator: "; ").prefix(1_000))
        case "Reject":
            // A virus, says SES, which only looks for those after it has taken a mail.
            kind = "rejected"
            undelivered =
                "rejected by SES: \(root["reject"]?["reason"]?.string.map { $0.prefix(200) } ?? "no reason given")"
        case "Rendering Failure":
            kind = "not rendered"
            undelivered =
                "not sent by SES: \(root["failure"]?["errorMessage"]?.string.map { $0.prefix(200) } ?? "not rendered")"
        default: break
        }
    }

    /// Whether somebody must see to the mailbox: the mail did not reach a recipient, or one called it spam. Not for the answer of an
    /// absent reader.
    package var concernsOwner: Bool { undelivered != nil || type == "Complaint" }

    /// The bodies of the mail's own header fields of a name, as far as SES repeats them: 10 KB of the header.
    package func header(_ name: String) -> [String] {
        let name = name.lowercased()
        return headers.compactMap { $0["name"]?.string?.lowercased() == name ? $0["value"]?.string : nil }
    }
}

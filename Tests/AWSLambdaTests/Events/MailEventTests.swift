// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSLambda
import Testing

@Suite("what SES publishes about mails")
struct MailEventTests {
    @Test("a topic's event gives what was published")
    func topic() throws {
        let trigger = try FunctionTrigger(event: fixture("sns-ses-bounce.json"))
        guard case .topic(let messages) = trigger else {
            Issue.record("read as \(trigger)")
            return
        }
        #expect(messages.count == 1)
        let event = try MailEvent(json: try #require(messages.first))
        #expect(event.type == "Bounce")
        #expect(event.messageID == "0110019ac0b1-9d1c2f34-rehearsal")
        #expect(event.sentAt == "2026-11-25T10:15:02.417Z")
        #expect(event.kind == "Permanent, General")
        #expect(
            event.undelivered
                == "bounced (Permanent, General); anna@example.se: smtp; 550 5.1.1 user unknown; bo@example.se: 5.2.2"
        )
        #expect(event.header("x-brevlada-submissions") == ["contact: 01KB0Z8M4T6Q0V9B3XG5N2R7WD"])
        #expect(event.header("Reply-To").isEmpty)
    }

    @Test(
        "only what did not reach a recipient has a reason for it",
        arguments: [
            (#""eventType":"Complaint","complaint":{"complaintFeedbackType":"abuse"}"#, nil),
            (#""eventType":"Delivery","delivery":{}"#, nil),
            (#""eventType":"Reject","reject":{"reason":"Bad content"}"#, "rejected by SES: Bad content"),
            (#""eventType":"Reject""#, "rejected by SES: no reason given"),
            (#""eventType":"Rendering Failure","failure":{"errorMessage":"no name"}"#, "not sent by SES: no name"),
            (#""eventType":"Rendering Failure""#, "not sent by SES: not rendered"),
            (#""eventType":"Bounce""#, nil),
            (#""eventType":"Bounce","bounce":{"bounceType":"Permanent"}"#, "bounced (Permanent)"),
            (
                #""eventType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[7]}"#,
                "bounced (Permanent); a recipient"
            ),
            (
                #""eventType":"Bounce","bounce":{"bounceType":"Undetermined","bouncedRecipients":[{"emailAddress":"a@b.se"}]}"#,
                "bounced (Undetermined); a@b.se"
            ),
            // An absent reader's answer, and a mailbox that stayed full.
            (#""eventType":"Bounce","bounce":{"bounceType":"Undetermined","bouncedRecipients":[]}"#, nil),
            (
                #""eventType":"Bounce","bounce":{"bounceType":"Transient","bouncedRecipients":[{"emailAddress":"a@b.se"}]}"#,
                nil
            ),
            (
                #""eventType":"Bounce","bounce":{"bounceType":"Transient","bounceSubType":"MailboxFull","#
                    + #""bouncedRecipients":[{"emailAddress":"a@b.se","action":"failed","status":"4.2.2"},{"action":"delayed"}]}"#,
                "bounced (Transient, MailboxFull); a@b.se: 4.2.2"
            ),
        ] as [(String, String?)]
    )
    func reasons(members: String, reason: String?) throws {
        let event = try MailEvent(json: "{\(members),\"mail\":{\"messageId\":\"1\"}}")
        #expect(event.undelivered == reason)
        #expect(event.concernsOwner == (reason != nil || event.type == "Complaint"))
        #expect(event.sentAt == nil)
    }

    @Test("a server's endless words are cut")
    func long() throws {
        let words = String(repeating: "å", count: 100_000)
        let event = try MailEvent(
            json: """
                {"eventType":"Bounce","mail":{"messageId":"1"},"bounce":{"bounceType":"Permanent","bounceSubType":"\(words)",\
                "bouncedRecipients":[{"emailAddress":"a@b.se","diagnosticCode":"\(words)"}]}}
                """
        )
        #expect(event.undelivered?.count == 1_000)
        #expect(event.kind?.count == 51)
    }

    @Test(
        "what is no event about a mail is refused as malformed",
        arguments: [
            "", "no JSON", "{}", #"{"eventType":"Bounce"}"#, #"{"eventType":"Bounce","mail":{}}"#,
            #"{"mail":{"messageId":"1"}}"#,
        ]
    )
    func malformed(json: String) {
        #expect { try MailEvent(json: json) } throws: { ($0 as? LambdaFailure)?.type == "Event.Malformed" }
    }

    @Test("a topic's record without a text is refused as malformed", arguments: ["{}", #"{"Message":1}"#])
    func noMessage(sns: String) {
        let event = "{\"Records\":[{\"EventSource\":\"aws:sns\",\"Sns\":\(sns)}]}"
        #expect { try FunctionTrigger(event: Array(event.utf8)) } throws: {
            ($0 as? LambdaFailure)?.type == "Event.Malformed"
        }
    }
}

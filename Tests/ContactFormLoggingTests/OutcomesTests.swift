// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import Logging
import Mail
import TestSupport
import Testing

@testable import ContactFormLogging

@Suite("What a log says of an outcome")
struct OutcomesTests {
    static let key = Submission.sample(1).key
    static let id = key.id.description
    static let outage = StoreError(.unavailable, "the disk is full")
    static let unstored = "error.code=unavailable error.reason=the disk is full"
    /// With the visitor's address where a server would quote it.
    static let refusal = MailerError(
        code: "recipient-refused",
        isPermanent: true,
        reason: "550 no such user ada@example.org",
        loggableReason: "the mail server answered 550"
    )
    static let refused = "error.code=recipient-refused error.reason=the mail server answered 550"
    static let alert = MailAlert(id: "a1", kind: .failing, at: .sample, trouble: MailTrouble())

    private func line(_ report: (Logger) -> Void) -> String? {
        let (logger, lines) = LogRecorder.make()
        report(logger)
        #expect(lines.all.count <= 1)
        return lines.all.first
    }

    @Test(
        "of a form that was sent",
        arguments: [
            (.stored(key), "info submission stored form.name=contact request=7 submission.id=\(id)"),
            (.repeated(key), "info submission repeated form.name=contact request=7 submission.id=\(id)"),
            (
                .held(key, reasons: [.honeypot, .tooFast]),
                "info submission held form.name=contact request=7 spam.reasons=[\"honeypot\", \"too-fast\"] "
                    + "submission.id=\(id)"
            ),
            (
                .refused(FormResponse.Refusal(.blocked, form: nil, origin: "https://a.example")),
                "info submission refused error.code=BLOCKED request=7 request.origin=https://a.example"
            ),
            (
                .refused(FormResponse.Refusal(.tooLong, form: .contact, fields: ["name", "message"])),
                "info submission refused error.code=TOO_LONG form.fields=[\"name\", \"message\"] form.name=contact request=7"
            ),
            (.failed(outage), "error submission not stored \(unstored) request=7"),
            (.preflight, nil),
        ] as [(FormResponse.Outcome, String?)]
    )
    func form(outcome: FormResponse.Outcome, expected: String?) {
        #expect(line { $0.report(outcome, ["request": "7"]) } == expected)
    }

    @Test(
        "of what the owner did",
        arguments: [
            (.answered, nil),
            (.refused(.notFound), "info owner's request refused error.code=NOT_FOUND"),
            (.marked(key), "debug submission marked form.name=contact submission.id=\(id)"),
            (
                .moved(key, to: .received),
                "info submission moved by the owner form.name=contact submission.id=\(id) submission.status=received"
            ),
            (.resent(3), "info failed submissions sent again submission.count=3"),
            (.erased([key.id]), "notice submissions erased by the owner submission.count=1"),
            (.failed(outage), "error owner's request failed \(unstored)"),
        ] as [(OwnerResponse.Outcome, String?)]
    )
    func owner(outcome: OwnerResponse.Outcome, expected: String?) {
        #expect(line { $0.report(outcome) } == expected)
    }

    @Test(
        "of a mail, without a word of the mail server",
        arguments: [
            (.sent(MailerReceipt(providerMessageID: "ok")), "info mail sent", ""),
            (.skipped, "debug mail not needed", ""),
            (.postponed(refusal), "warning mail postponed", refused),
            (.leftOut(refusal), "warning mail sent to some of its recipients only", refused),
            (.failed(refusal, givenUp: [key]), "error mail given up", refused),
            (.refusedTogether(refusal), "warning mail refused, sent again in halves", refused),
            (.unreadable(outage), "error mail not sent", unstored),
            (
                .unrecorded(outage, UnrecordedOutcome(changes: [:], moment: .sample)),
                "error mail outcome not recorded", unstored
            ),
        ] as [(NotificationOutcome, String, String)]
    )
    func mail(outcome: NotificationOutcome, message: String, error: String) {
        let line = line { $0.report(outcome, about: [Self.key, Submission.sample(2).key], ["mail.attempt": "4"]) }
        let why = error.isEmpty ? "" : error + " "
        #expect(
            line == "\(message) \(why)form.name=contact mail.attempt=4 mail.submissions=2 submission.id=\(Self.id)"
        )
    }

    @Test(
        "of a reminder, without whom it went to",
        arguments: [
            (.nothing, nil),
            (.sent(to: recipients), "info reminder of unmailed messages sent"),
            (
                .forgotten(outage, to: recipients),
                "error reminder of unmailed messages sent and not remembered \(unstored)"
            ),
            (.refused(refusal), "warning reminder of unmailed messages not sent \(refused)"),
            (.unknown(outage), "error unmailed messages not counted \(unstored)"),
        ] as [(UnmailedReminder.Outcome, String?)]
    )
    func reminder(outcome: UnmailedReminder.Outcome, expected: String?) {
        #expect(line { $0.report(outcome) } == expected)
    }

    @Test(
        "of an alert",
        arguments: [
            (.nothing, nil),
            (.sent(alert), "notice alert sent alert.id=a1 alert.kind=mail.failing"),
            (
                .refused(alert, AlertError("it answered 500")),
                "error alert not sent alert.id=a1 alert.kind=mail.failing error.reason=it answered 500"
            ),
            (
                .forgotten(alert, outage),
                "error alert sent and not remembered alert.id=a1 alert.kind=mail.failing \(unstored)"
            ),
            (.unknown(outage), "error mail not watched \(unstored)"),
        ] as [(MailWatch.Outcome, String?)]
    )
    func alerts(outcome: MailWatch.Outcome, expected: String?) {
        #expect(line { $0.report(outcome) } == expected)
    }

    @Test("of what can't be read, once for each consequence and reason, and of a thousand at most")
    func unreadable() {
        let (logger, lines) = LogRecorder.make()
        let log = UnreadableLog(logger)
        func read(_ reason: String, _ consequence: UnreadableLog.Consequence) -> Submission? {
            log.readable(consequence) { () throws(StoreError) in throw StoreError(.corrupt, reason) }
        }
        #expect(log.readable(.shown) { Submission.sample(1) } == Submission.sample(1))
        for _ in 0..<2 {
            #expect(read("no fields", .shown) == nil)
            #expect(read("no fields", .mailed) == nil)
        }
        #expect(
            lines.all == [
                "error submission can't be read and is not shown error.code=corrupt error.reason=no fields",
                "error submission can't be read and is not mailed error.code=corrupt error.reason=no fields",
            ]
        )
        for number in 0..<2_000 { #expect(read("\(number)", .shown) == nil) }
        #expect(lines.all.count == 1_000)
    }
}

private let recipients = ["owner@example.se"].compactMap { try? Mailbox(parsing: $0) }

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
import ContactForm
import Testing

@testable import ContactFormAWS

@Suite("errors of SES")
struct MailerErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var code: String
        var status = 400
        var message = ""
        var kind = AWSError.Kind.permanent
        var expected: String
        var isPermanent = false
        var affectsAllMail = true
        var isForRecipients = false

        var testDescription: String { "\(code) \(message)" }
    }

    // The sentences are SES's: https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-error-messages.html
    static let cases: [Case] = [
        Case(
            code: "TooManyRequestsException",
            status: 429,
            message: "Maximum sending rate exceeded.",
            kind: .throttled,
            expected: "ses-throttled"
        ),
        Case(code: "ThrottlingException", message: "Rate exceeded", kind: .throttled, expected: "ses-throttled"),
        Case(
            code: "LimitExceededException",
            message: "Daily message quota exceeded.",
            kind: .throttled,
            expected: "ses-daily-quota"
        ),
        Case(
            code: "TooManyRequestsException",
            status: 429,
            message: "Daily message quota exceeded",
            kind: .throttled,
            expected: "ses-daily-quota"
        ),
        Case(code: "SendingPausedException", message: "Sending paused for this account.", expected: "ses-paused"),
        Case(
            code: "MessageRejected",
            message:
                "Sending paused for this account. For more information, please check the inbox of the email address associated with your AWS account.",
            expected: "ses-paused"
        ),
        Case(code: "AccountSuspendedException", expected: "ses-suspended"),
        Case(code: "MailFromDomainNotVerifiedException", expected: "ses-mail-from-domain"),
        Case(
            code: "NotFoundException",
            status: 404,
            message: "Configuration set <x> does not exist.",
            expected: "ses-configuration-set"
        ),
        Case(code: "AccessDeniedException", status: 403, expected: "ses-access-denied"),
        Case(code: "AccessDenied", status: 403, expected: "ses-access-denied"),
        Case(code: "UnrecognizedClientException", status: 403, expected: "ses-credentials"),
        Case(code: "InvalidClientTokenId", status: 403, expected: "ses-credentials"),
        Case(code: "ExpiredTokenException", status: 403, expected: "ses-credentials"),
        Case(code: "MissingAuthenticationTokenException", status: 403, expected: "ses-credentials"),
        Case(code: "InvalidSignatureException", status: 403, expected: "ses-credentials"),
        Case(code: "SignatureDoesNotMatch", status: 403, expected: "ses-credentials"),
        Case(
            code: "MessageRejected",
            message:
                "Email address is not verified. The following identities failed the check in region EU-NORTH-1: Shop@Example.com, arn:aws:ses:eu-north-1:123456789012:identity/example.com",
            expected: "ses-unverified"
        ),
        Case(
            code: "MessageRejected",
            message:
                "Email address is not verified. The following identities failed the check in region EU-NORTH-1: owner@elsewhere.example",
            expected: "ses-sandbox",
            affectsAllMail: false,
            isForRecipients: true
        ),
        Case(code: "MessageRejected", message: "Email address is not verified.", expected: "ses-unverified"),
        Case(
            code: "MessageRejected",
            message: "The sending identity has no authority to send from this address",
            expected: "ses-unverified"
        ),
        Case(
            code: "MessageRejected",
            message: "Address is on the suppression list for your account",
            expected: "ses-suppressed",
            isPermanent: true,
            affectsAllMail: false,
            isForRecipients: true
        ),
        Case(
            code: "MessageRejected",
            message: "Address blacklisted.",
            expected: "ses-suppressed",
            isPermanent: true,
            affectsAllMail: false,
            isForRecipients: true
        ),
        Case(
            code: "MessageRejected",
            message: "Message length is more than 10485760 bytes long: '10666960'.",
            expected: "ses-too-large",
            isPermanent: true,
            affectsAllMail: false
        ),
        Case(
            code: "BadRequestException",
            message: "The raw message is too large",
            expected: "ses-too-large",
            isPermanent: true,
            affectsAllMail: false
        ),
        Case(code: "HTTP413", status: 413, expected: "ses-too-large", isPermanent: true, affectsAllMail: false),
        Case(
            code: "MessageRejected",
            message: "Message contains a virus",
            expected: "ses-refused",
            isPermanent: true,
            affectsAllMail: false
        ),
        Case(
            code: "BadRequestException",
            message: "Missing final '@domain'",
            expected: "ses-bad-request",
            isPermanent: true,
            affectsAllMail: false
        ),
        Case(code: "OptInRequired", status: 403, expected: "ses-account"),
        Case(code: "SubscriptionRequiredException", status: 403, expected: "ses-account"),
        Case(code: "InternalFailure", status: 500, kind: .transient, expected: "ses-unavailable"),
        Case(code: "timed-out", kind: .transient, expected: "ses-unavailable"),
        Case(code: "unreachable", kind: .transient, expected: "ses-unavailable"),
        Case(code: "connection-lost", kind: .transient, expected: "ses-unavailable", affectsAllMail: false),
    ]

    @Test("each has a word of its own and a sentence that says what to do", arguments: cases)
    func word(_ example: Case) {
        let error = AWSError(code: example.code, message: example.message, status: example.status, kind: example.kind)
        let mailerError = MailerError(error, sender: "shop@example.com")
        #expect(mailerError.code == example.expected)
        #expect(mailerError.isPermanent == example.isPermanent)
        #expect(mailerError.affectsAllMail == example.affectsAllMail)
        #expect(mailerError.isForRecipients == example.isForRecipients)
        #expect(mailerError.reason.contains("; "))
        #expect(!mailerError.reason.contains("@e"))
    }
}

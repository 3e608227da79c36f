// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
import ContactForm
import OutgoingHTTP

extension MailerError {
    /// Tells SES's errors apart and says what the owner can do.
    ///
    /// What the owner can put right is transient, however SES calls it: the mail waits instead of being given up.
    /// See https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html and
    /// https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-error-messages.html
    init(_ error: AWSError, sender: String) {
        // SES tells some of these apart by its words alone. They may name addresses, so they go no further.
        let message = error.message.lowercased()
        func says(_ words: String...) -> Bool { words.contains { message.contains($0) } }
        switch error.code {
        case "TooManyRequestsException", "LimitExceededException", "Throttling", "ThrottlingException":
            self = says("daily") ? .dailyQuota : .throttled
        case "SendingPausedException": self = .paused
        case "AccountSuspendedException": self = .suspended
        case "MailFromDomainNotVerifiedException": self = .mailFromDomain
        case "NotFoundException": self = .configurationSet
        case "AccessDeniedException", "AccessDenied": self = .accessDenied
        case "UnrecognizedClientException", "InvalidClientTokenId", "ExpiredTokenException",
            "MissingAuthenticationTokenException", "InvalidSignatureException", "SignatureDoesNotMatch":
            self = .credentials(error.code)
        case "MessageRejected" where says("paused"): self = .paused
        case "MessageRejected" where says("not verified", "authority to send"):
            self = Self.namesSender(message, sender: sender.lowercased()) ? .unverifiedSender : .sandbox
        // As SES said it before it had suppression lists; with one it takes such a mail and does not send it:
        // https://docs.aws.amazon.com/ses/latest/dg/sending-email-suppression-list.html
        case "MessageRejected" where says("suppress", "blacklist"): self = .suppressed
        case _ where error.status == 413, "MessageRejected" where says("length", "too large", "size"),
            "BadRequestException" where says("length", "too large", "size"):
            self = .tooLarge
        case "MessageRejected": self = .refused
        // Such as OptInRequired, while the account's payment is not settled.
        case _ where error.status == 403: self = .account(error.code)
        default:
            self = error.kind == .permanent ? .wrong(error.description) : .unavailable(error)
        }
    }

    /// Whether SES's list of what is not verified has the sender's address or domain.
    private static func namesSender(_ message: String, sender: String) -> Bool {
        let list = message.split(separator: "failed the check in region").last.flatMap { list in
            list.firstIndex(of: ":").map { list[list.index(after: $0)...] }
        }
        // Without a list the sentence is about the sender alone.
        guard let list, message.contains("failed the check") else { return true }
        let domain = sender.split(separator: "@").last.map(String.init) ?? sender
        let identities = list.split { ", ".contains($0) }.map { $0.split(separator: "/").last ?? $0 }
        return identities.contains { $0 == sender || $0 == domain }
    }

    private static let throttled = MailerError(
        code: "ses-throttled",
        isPermanent: false,
        reason:
            "SES takes fewer mails a second than are sent; ask for a higher sending rate in SES's account dashboard",
        affectsAllMail: true
    )
    private static let dailyQuota = MailerError(
        code: "ses-daily-quota",
        isPermanent: false,
        reason: "SES's quota of the day is used up; ask for a higher one in SES's account dashboard, or let digests "
            + "begin earlier",
        affectsAllMail: true
    )
    private static let paused = MailerError(
        code: "ses-paused",
        isPermanent: false,
        reason: "sending is paused for this SES account or configuration set; resume it in the SES console",
        affectsAllMail: true
    )
    private static let suspended = MailerError(
        code: "ses-suspended",
        isPermanent: false,
        reason: "AWS has suspended this account's sending; answer the case in AWS Support",
        affectsAllMail: true
    )
    private static let mailFromDomain = MailerError(
        code: "ses-mail-from-domain",
        isPermanent: false,
        reason: "the MAIL FROM domain is not verified; set its MX and SPF records, or remove it from the identity",
        affectsAllMail: true
    )
    private static let configurationSet = MailerError(
        code: "ses-configuration-set",
        isPermanent: false,
        reason: "the configuration set is not there; set SES_CONFIGURATION_SET to one of this Region",
        affectsAllMail: true
    )
    private static let accessDenied = MailerError(
        code: "ses-access-denied",
        isPermanent: false,
        reason:
            "the role may not send; allow ses:SendEmail and ses:SendRawEmail on the identity and the configuration set",
        affectsAllMail: true
    )
    private static let unverifiedSender = MailerError(
        code: "ses-unverified",
        isPermanent: false,
        reason: "the sender is not verified in this Region; verify its address or domain in the SES console",
        affectsAllMail: true
    )
    private static let sandbox = MailerError(
        code: "ses-sandbox",
        isPermanent: false,
        reason: "SES's sandbox sends to verified recipients only; verify the recipient, or ask for production access",
        // Another form's recipients may be verified: https://docs.aws.amazon.com/ses/latest/dg/request-production-access.html
        isForRecipients: true
    )
    private static let suppressed = MailerError(
        code: "ses-suppressed",
        isPermanent: true,
        reason: "a recipient is on SES's suppression list; take it off when the mailbox works, then send again",
        isForRecipients: true
    )
    private static let tooLarge = MailerError(
        code: "ses-too-large",
        isPermanent: true,
        reason: "the mail is larger than SES takes; set a lower limit for the form's fields"
    )
    private static let refused = MailerError(
        code: "ses-refused",
        isPermanent: true,
        reason: "SES refused the mail for what it holds; read it in the inbox"
    )

    private static func credentials(_ code: String) -> MailerError {
        MailerError(
            code: "ses-credentials",
            isPermanent: false,
            reason: "SES refuses the credentials (\(code)); renew them or give a role",
            affectsAllMail: true
        )
    }

    private static func account(_ code: String) -> MailerError {
        MailerError(
            code: "ses-account",
            isPermanent: false,
            reason:
                "SES does not serve this account (\(code)); see in the AWS console what it lacks, such as a payment",
            affectsAllMail: true
        )
    }

    private static func wrong(_ error: String) -> MailerError {
        MailerError(
            code: "ses-bad-request",
            isPermanent: true,
            reason: "SES does not understand the mail (\(error)); check the addresses of sender and recipients"
        )
    }

    private static func unavailable(_ error: AWSError) -> MailerError {
        MailerError(
            code: "ses-unavailable",
            isPermanent: false,
            reason: "SES does not answer for now (\(error)); the mail is tried again",
            // A connection that broke off may be the fault of this one mail; anything else would meet every mail.
            affectsAllMail: error.code != HTTPClientError.Code.connectionLost.rawValue
        )
    }
}

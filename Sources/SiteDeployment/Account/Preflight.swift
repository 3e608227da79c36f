// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import JSON

/// Looks at the account before anything is changed, and explains what stands in the way.
package struct Preflight: Sendable {
    let aws: AWSSession
    let account: String
    let parameters: StackParameters
    let template: [TemplateParameter]
    /// The one that would be changed.
    let stack: Stack?
    /// The one that may have made what is found in the account.
    let maker: Stack?

    /// - Parameter stack: Nil when there is none. What a creation that did not work left behind is not changed but removed, and
    ///   what was only ever planned has nothing of what its parameters say; nor has a creation that was undone, unless only half.
    package init(
        aws: AWSSession,
        account: String,
        parameters: StackParameters,
        template: [TemplateParameter],
        stack: Stack?
    ) {
        self.aws = aws
        self.account = account
        self.parameters = parameters
        self.template = template
        self.stack = stack.flatMap { $0.status.isLeftover || $0.status == .reviewInProgress ? nil : $0 }
        maker = stack?.status.isHalfCreated == true ? stack : self.stack
    }

    /// All that was found, in the order in which a person mends it, and what SES lets the account do; nil when the profile may
    /// not ask for that.
    ///
    /// - Throws: `AWSFailure`.
    package func look() async throws -> (findings: [Finding], mailAccount: MailAccount?) {
        // Calls of the AWS CLI take the better part of a second each, nearly all of it their own start.
        async let publicAccessPart = looked("the account's block of public buckets") { () async throws(AWSFailure) in
            try await publicAccess()
        }
        async let mailPart = mail()
        async let concurrencyPart = looked("Lambda's quota") { () async throws(AWSFailure) in try await concurrency() }
        async let warmthPart = looked("the table") { () async throws(AWSFailure) in try await warmth() }
        async let recordsPart = looked("the domain's zone") { () async throws(AWSFailure) in try await records() }
        let (ofMail, mailAccount) = try await mailPart
        let findings =
            try await shards + replicas + warmthPart + recordsPart + publicAccessPart + ofMail + concurrencyPart
        return (findings, mailAccount)
    }

    /// A profile that may not look may still be allowed to deploy.
    private func looked(
        _ what: String,
        _ look: () async throws(AWSFailure) -> [Finding]
    ) async throws(AWSFailure) -> [Finding] {
        do throws(AWSFailure) {
            return try await look()
        } catch {
            guard error.isDenied else { throw error }
            return [
                .warning(
                    "\(what) can't be looked at: the profile may not call \(error.operation ?? "that")",
                    remedy: "allow it, or look in the console"
                )
            ]
        }
    }

    func value(_ name: String) -> String { parameters.effective(name, in: template) }

    // MARK: - S3

    private func publicAccess() async throws(AWSFailure) -> [Finding] {
        guard value("Hosting") == "S3Website" else { return [] }
        let answer = try await aws.find(
            ["s3control", "get-public-access-block", "--account-id", account],
            absentAs: ["NoSuchPublicAccessBlockConfiguration"]
        )
        let block = answer?["PublicAccessBlockConfiguration"]
        guard block?.flag("BlockPublicPolicy") == true || block?.flag("RestrictPublicBuckets") == true else {
            return [.passed("the account allows the public bucket that S3Website needs")]
        }
        return [
            .failed(
                "the account blocks public buckets, and Hosting S3Website needs one",
                remedy: "set aws.parameters.Hosting to CloudFront, or switch the block off: aws s3control "
                    + "delete-public-access-block --account-id \(account)"
            )
        ]
    }

    // MARK: - Lambda

    private func concurrency() async throws(AWSFailure) -> [Finding] {
        let answer = try await aws.call(["lambda", "get-account-settings"])
        guard let limit = answer.number("AccountLimit", "ConcurrentExecutions").map({ Int($0) }) else { return [] }
        func sum(_ value: (String) -> String?) -> Int {
            SiteFunction.concurrencyParameters.reduce(0) { $0 + (Int(value($1) ?? "") ?? 0) }
        }
        let reserved = sum(value)
        // What is kept for functions of others is no more to be had, and what this stack keeps is its own.
        let before = sum { maker?.parameters[$0] }
        let free = (answer.number("AccountLimit", "UnreservedConcurrentExecutions").map { Int($0) } ?? limit) + before
        // What must stay for all other functions; for an account whose quota is lower, all of it.
        // https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
        let unreserved = min(limit, QuotaReport.unreservedRuns)
        if reserved > 0, free - reserved < unreserved {
            return [
                .failed(
                    "Lambda keeps \(reserved) concurrent runs for the functions, and the account has \(limit), "
                        + (free < limit ? "of which \(limit - free) are kept for other functions and " : "of which ")
                        + "\(unreserved) must stay unreserved",
                    remedy: "set aws.parameters.AddContactInfoConcurrency and SendContactInfoEmailConcurrency to 0, or "
                        + "raise the quota: brevlada quotas --request"
                )
            ]
        }
        if limit <= 10 {
            return [
                .warning(
                    "the account has \(limit) concurrent runs of Lambda for all its functions, as new accounts have",
                    remedy:
                        "that is enough for a form; raise it with \"brevlada quotas --request\" before much else runs here"
                )
            ]
        }
        return [.passed("Lambda has \(limit) concurrent runs for the account")]
    }

    // MARK: - SES

    private func mail() async throws(AWSFailure) -> (findings: [Finding], account: MailAccount?) {
        var account: MailAccount?
        let findings = try await looked("SES") { () async throws(AWSFailure) in
            let found = MailAccount(try await aws.call(["sesv2", "get-account"]))
            account = found
            return try await mail(found)
        }
        return (findings, account)
    }

    private func mail(_ account: MailAccount) async throws(AWSFailure) -> [Finding] {
        var findings: [Finding] = []
        if !account.maySend {
            findings.append(
                .warning(
                    "SES has stopped sending for this account (\(account.enforcement ?? "paused")): messages are kept, mails wait",
                    remedy: "see Account dashboard in the SES console, and answer AWS there"
                )
            )
        }
        findings += try await sender()
        guard !account.isProduction else {
            return findings + [.passed("SES is out of its sandbox, \(account.perDay) mails a day")]
        }
        findings.append(
            .warning(
                "SES is in its sandbox: \(account.perDay) mails a day, and only to addresses that are verified",
                remedy:
                    "ask for production access in the SES console, Account dashboard; AWS answers within a day or two"
            )
        )
        return findings + (try await recipients())
    }

    /// Nil when the sender is no address, which CloudFormation says.
    private var senderDomain: String? {
        let address = value("MailFromAddress")
        return address.lastIndex(of: "@").map { String(address[address.index(after: $0)...]) }
    }

    /// What the stack has SES verify; nil when that was done before.
    private var ownIdentity: String? {
        let address = value("MailFromAddress")
        switch value("MailIdentity") {
        case "Existing": return nil
        case "Domain": return senderDomain
        default: return address
        }
    }

    private func sender() async throws(AWSFailure) -> [Finding] {
        let address = value("MailFromAddress")
        guard let domain = senderDomain else { return [] }
        let ofDomain = try await MailIdentity.find(domain, aws)
        let ofAddress = try await MailIdentity.find(address, aws)
        // A verified domain signs the mail of those below it as well.
        let above = MailIdentity.names(covering: domain).dropFirst()
        var isSigned = ofDomain?.isVerified == true
        if !isSigned { isSigned = try await MailIdentity.isAnyVerified(of: above, aws) }
        let isVerified = isSigned || ofAddress?.isVerified == true
        var findings: [Finding] = []
        let identity = value("MailIdentity")
        if identity == "Existing" {
            findings.append(
                isVerified
                    ? .passed("SES has verified the sender \(address)")
                    : .failed(
                        "SES has not verified the sender \"\(address)\", and MailIdentity is Existing",
                        remedy:
                            "set aws.parameters.MailIdentity to Address, then SES mails a link to it, or to Domain, or "
                            + "verify it yourself"
                    )
            )
        } else {
            let own = identity == "Domain" ? (name: domain, found: ofDomain) : (name: address, found: ofAddress)
            let isOurs =
                stack?.outputs["MailIdentityName"] == own.name && stack?.parameters["MailIdentity"] != "Existing"
            if !isOurs, own.found != nil {
                findings.append(
                    .failed(
                        "SES has the sender \"\(own.name)\" already, so the stack can't make it",
                        // The template refuses a zone with Existing; the records are kept with the sender.
                        remedy: "set aws.parameters.MailIdentity to Existing"
                            + (value("MailHostedZoneId").isEmpty ? "" : ", and take MailHostedZoneId out")
                    )
                )
            } else if identity == "Domain" ? ofDomain?.isVerified == true : isVerified {
                findings.append(.passed("SES has verified the sender \(own.name)"))
            } else if own.found != nil {
                findings.append(
                    .warning(
                        "SES has not verified the sender \"\(own.name)\" yet: messages are kept, mails wait",
                        remedy: identity == "Domain"
                            ? "set the three DNS records that are listed at the end"
                            : "click the link in the mail from AWS to \(own.name)"
                    )
                )
            }
        }
        // RFC 7489 §3.1: neither the signature nor the return path is then of the domain that the mail says it is from.
        if identity != "Domain", !isSigned {
            findings.append(
                .warning(
                    "SES does not sign mail for \(domain): where that has a DMARC policy, mail is refused or taken for spam",
                    remedy: "for anything but a first try send from a domain of your own, and set "
                        + "aws.parameters.MailIdentity to Domain"
                )
            )
        }
        return findings
    }

    /// In the sandbox each recipient must be verified, by itself or by its domain.
    private func recipients() async throws(AWSFailure) -> [Finding] {
        var findings: [Finding] = []
        var addresses: [String] = []
        for name in ["MailTo", "FormRecipients"] {
            for part in value(name).split(separator: ",") {
                let address = part.trimmedSpaces
                if !address.isEmpty, !addresses.contains(address) { addresses.append(address) }
            }
        }
        for address in addresses {
            // Made by hand, the stack's own would stand in its way; and verified it is once the sender is.
            if let own = ownIdentity, MailIdentity.covers(own, address) { continue }
            if try await MailIdentity.isCovered(address, aws) { continue }
            findings.append(
                .warning(
                    "the recipient \"\(address)\" is not verified, so the sandbox sends it nothing",
                    remedy:
                        "aws sesv2 create-email-identity --region \(aws.region) --email-identity \(address), then click "
                        + "the link in the mail"
                )
            )
        }
        return findings
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

/// What no program can do for the owner: clicks in mails and in the console, and records at another's DNS.
struct Remaining: Sendable {
    let aws: AWSSession
    let outputs: [String: String]
    let parameters: [String: String]

    /// - Throws: `AWSFailure`.
    func lines() async throws -> [ReportLine] {
        async let senderPart = sender()
        async let sandboxPart = sandbox()
        async let subscriptionPart = subscription()
        async let ownersPart = owners()
        async let connectionPart = connection()
        return try await senderPart + sandboxPart + records + subscriptionPart + ownersPart + connectionPart
    }

    private func asked(_ call: () async throws(AWSFailure) -> [ReportLine]) async throws(AWSFailure) -> [ReportLine] {
        do throws(AWSFailure) {
            return try await call()
        } catch {
            // Not allowed to ask is not a thing left to do.
            guard error.isDenied else { throw error }
            return []
        }
    }

    private func sender() async throws(AWSFailure) -> [ReportLine] {
        guard let name = outputs["MailIdentityName"] else { return [] }
        return try await asked { () async throws(AWSFailure) in
            guard try await !MailIdentity.isReady(name, aws) else { return [] }
            let tokens = (1...3).compactMap { outputs["DkimRecord\($0)"] }
            guard !tokens.isEmpty, (parameters["MailHostedZoneId"] ?? "").isEmpty else {
                if name.contains("@") {
                    return [
                        ReportLine(.todo, "click the link in AWS's mail to \(name); until then no mail goes out"),
                        // https://docs.aws.amazon.com/ses/latest/APIReference/API_VerifyEmailIdentity.html
                        ReportLine(
                            "     it works for 24 hours; have another mailed: aws ses verify-email-identity --email-address "
                                + "\(name) --region \(aws.region)"
                        ),
                    ]
                }
                return [
                    ReportLine(.todo, "SES has not found the DNS records of \(name) yet; until then no mail goes out")
                ]
            }
            return [ReportLine(.todo, "set these DNS records for \(name); until then no mail goes out")]
                + tokens.map { ReportLine("     \($0)") }
        }
    }

    private func sandbox() async throws(AWSFailure) -> [ReportLine] {
        try await asked { () async throws(AWSFailure) in
            let account = MailAccount(try await aws.call(["sesv2", "get-account"]))
            guard !account.isProduction else { return [] }
            return [
                ReportLine(
                    .todo,
                    "ask for SES production access (SES console, Account dashboard); until then mail goes only to verified "
                        + "addresses, \(account.perDay) a day"
                )
            ]
        }
    }

    private var records: [ReportLine] {
        guard let domain = parameters["DomainName"], !domain.isEmpty, (parameters["HostedZoneId"] ?? "").isEmpty,
            let target = outputs["DistributionDomainName"]
        else { return [] }
        return [ReportLine(.todo, "point \(domain) at CloudFront in your DNS, once")]
            + [domain, parameters["AlternateDomainName"] ?? ""].filter { !$0.isEmpty }
            .map { ReportLine("     \(Addresses.record($0, target))") }
    }

    private func subscription() async throws(AWSFailure) -> [ReportLine] {
        guard let topic = outputs["AlarmTopicArn"] else { return [] }
        return try await asked { () async throws(AWSFailure) in
            try await AlarmSubscriptions.find(topic, aws)
                .remaining(topic: topic, owner: parameters["OwnerEmail"], region: aws.region)
        }
    }

    /// Those who have not chosen a password yet; to begin with that is OwnerEmail.
    private func owners() async throws(AWSFailure) -> [ReportLine] {
        guard let pool = outputs["OwnerPoolId"] else { return [] }
        return try await asked { () async throws(AWSFailure) in
            let answer = try await aws.call(
                ["cognito-idp", "list-users", "--user-pool-id", pool]
                    + ["--filter", #"cognito:user_status = "FORCE_CHANGE_PASSWORD""#]
            )
            return answer.list("Users").flatMap { user in
                let address = user.list("Attributes").first { $0.text("Name") == "email" }?.text("Value")
                var lines = [
                    ReportLine(
                        .todo,
                        "sign in to the inbox with the password in AWS's mail to \(address ?? "the owner"), which holds for three "
                            + "days, and choose another"
                    )
                ]
                if let name = user.text("Username") {
                    // https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminCreateUser.html
                    lines.append(
                        ReportLine(
                            "     after that, have another mailed: aws cognito-idp admin-create-user --user-pool-id \(pool) "
                                + "--username \(name) --message-action RESEND --region \(aws.region)"
                        )
                    )
                }
                return lines
            }
        }
    }

    private func connection() async throws(AWSFailure) -> [ReportLine] {
        guard let connection = outputs["ConnectionArn"] else { return [] }
        return try await asked { () async throws(AWSFailure) in
            let answer = try await aws.call(["codeconnections", "get-connection", "--connection-arn", connection])
            guard answer.text("Connection", "ConnectionStatus") != "AVAILABLE" else { return [] }
            return [
                ReportLine(
                    .todo,
                    "accept the connection to GitHub: Developer Tools, Settings, Connections in the console of \(aws.region), "
                        + "Update pending connection; then release a change of the pipeline"
                )
            ]
        }
    }
}

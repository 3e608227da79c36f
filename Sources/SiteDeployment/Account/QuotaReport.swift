// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

/// Compares the account's quotas with a load, and asks AWS for more.
package struct QuotaReport: Sendable {
    let aws: AWSSession
    let load: Load
    let reserved: Int

    /// Of an account that is not new: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    static let standardRuns = 1_000
    /// What must stay for all functions that nothing is kept for:
    /// https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
    static let unreservedRuns = 100

    /// - Parameter reserved: The concurrent runs that are kept for the functions.
    package init(aws: AWSSession, load: Load, reserved: Int = 0) {
        self.aws = aws
        self.load = load
        self.reserved = reserved
    }

    /// - Throws: `AWSFailure`.
    package func quotas() async throws -> [Quota] {
        async let runs = value("lambda", "L-B99A9384")
        async let requests = value("apigateway", "L-8A5B8E43")
        let account = MailAccount(try await aws.call(["sesv2", "get-account"]))
        return [
            Quota(
                name: "Lambda, concurrent runs",
                service: "lambda",
                code: "L-B99A9384",
                current: try await runs,
                // Nine tenths are left for a burst and for other functions of the account.
                needed: max(
                    1,
                    (load.concurrentRuns * 1.1).rounded(.up),
                    reserved > 0 ? Double(reserved + Self.unreservedRuns) : 0
                ),
                standard: Double(Self.standardRuns),
                mayBeRequested: true
            ),
            Quota(
                name: "API Gateway, requests a second",
                service: "apigateway",
                code: "L-8A5B8E43",
                current: try await requests,
                needed: load.requestsPerSecond,
                mayBeRequested: true
            ),
            Quota(
                name: "SES, mails a day",
                service: "ses",
                code: "L-804C8AE8",
                current: Double(account.perDay),
                needed: load.mailsPerDay,
                mayBeRequested: account.isProduction
            ),
            Quota(
                name: "SES, mails a second",
                service: "ses",
                code: "L-CDEF9B6B",
                current: account.perSecond,
                needed: load.mailsPerSecond,
                mayBeRequested: account.isProduction
            ),
        ]
    }

    /// The account's own value, or AWS's when it never had one of its own.
    private func value(_ service: String, _ code: String) async throws(AWSFailure) -> Double {
        let arguments = ["--service-code", service, "--quota-code", code]
        let own = try await aws.find(
            ["service-quotas", "get-service-quota"] + arguments,
            absentAs: ["NoSuchResourceException"]
        )
        if let value = own?.number("Quota", "Value") { return value }
        let standard = try await aws.call(["service-quotas", "get-aws-default-service-quota"] + arguments)
        return standard.number("Quota", "Value") ?? 0
    }

    /// Asks for what is not enough, or not yet what other accounts have, and tells of each.
    package func request(_ quotas: [Quota]) async throws(AWSFailure) -> [ReportLine] {
        var lines: [ReportLine] = []
        for quota in quotas where quota.isToBeRaised {
            guard quota.mayBeRequested else {
                lines.append(
                    ReportLine(
                        .todo,
                        "\(quota.name): SES is in its sandbox; ask for production access in the SES console, Account dashboard"
                    )
                )
                continue
            }
            do throws(AWSFailure) {
                let answer = try await aws.call([
                    "service-quotas", "request-service-quota-increase", "--service-code", quota.service,
                    "--quota-code", quota.code, "--desired-value", "\(Int(quota.wanted))",
                ])
                let status = answer.text("RequestedQuota", "Status")?.lowercased() ?? "pending"
                lines.append(
                    ReportLine(
                        .passed,
                        "\(quota.name): asked for \(Quota.written(quota.wanted)), \(status); AWS answers by mail"
                    )
                )
            } catch {
                guard error.code == "ResourceAlreadyExistsException" else { throw error }
                lines.append(ReportLine(.passed, "\(quota.name): was asked for before and is not answered yet"))
            }
        }
        return lines
    }
}

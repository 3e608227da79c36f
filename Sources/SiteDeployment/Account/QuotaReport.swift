// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

/// A quota of the account: what there is against what a load needs.
package struct Quota: Sendable, Hashable {
    package var name: String
    package var service: String
    package var code: String
    package var current: Double
    package var needed: Double
    /// What AWS gives of itself, and a new account does not have yet.
    package var standard: Double
    /// Whether Service Quotas takes a request; the sandbox of SES is left in another way.
    package var mayBeRequested: Bool

    package init(
        name: String,
        service: String,
        code: String,
        current: Double,
        needed: Double,
        standard: Double = 0,
        mayBeRequested: Bool
    ) {
        self.name = name
        self.service = service
        self.code = code
        self.current = current
        self.needed = needed
        self.standard = standard
        self.mayBeRequested = mayBeRequested
    }

    package var isEnough: Bool { current >= needed }
    /// Also when it is enough: a new account has what others have for the asking.
    package var isToBeRaised: Bool { !isEnough || current < standard }

    /// What to ask for: half as much again as is needed, in round figures, and never less than there is or than AWS gives of
    /// itself.
    package var wanted: Double {
        let target = max(needed * 1.5, current, standard)
        var step = 1.0
        while step * 10 <= target { step *= 10 }
        step = max(1, step / 10)
        return (target / step).rounded(.up) * step
    }

    package var line: ReportLine {
        ReportLine(
            isEnough ? .passed : .failed,
            "\(name): \(Self.written(current)) there, \(Self.written(needed)) needed  \(code)"
        )
    }

    /// Grouped by thousands; below ten with one figure after the point.
    package static func written(_ number: Double) -> String {
        if number < 10, number != number.rounded() {
            let tenths = Int((number * 10).rounded(.up))
            return "\(tenths / 10).\(tenths % 10)"
        }
        var digits = Array(String(Int(number.rounded(.up))).reversed())
        var position = 3
        while position < digits.count {
            digits.insert(",", at: position)
            position += 4
        }
        return String(digits.reversed())
    }
}

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
        let account = MailAccount(try await aws.call("sesv2", "get-account"))
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

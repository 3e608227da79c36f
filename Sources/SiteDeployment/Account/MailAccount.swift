// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import JSON

/// What SES lets the account do.
package struct MailAccount: Sendable, Hashable {
    package var isProduction: Bool
    package var maySend: Bool
    package var enforcement: String?
    package var perDay: Int
    package var perSecond: Double
    package var sentToday: Int

    package init(_ json: JSONValue) {
        isProduction = json.flag("ProductionAccessEnabled") ?? false
        enforcement = json.text("EnforcementStatus")
        maySend = (json.flag("SendingEnabled") ?? true) && enforcement != "SHUTDOWN"
        perDay = Int(json.number("SendQuota", "Max24HourSend") ?? 200)
        perSecond = json.number("SendQuota", "MaxSendRate") ?? 1
        sentToday = Int(json.number("SendQuota", "SentLast24Hours") ?? 0)
    }
}

/// An address or a domain that SES knows.
package struct MailIdentity: Sendable, Hashable {
    package var isVerified: Bool

    /// Nil when SES does not know it.
    package static func find(_ name: String, _ aws: AWSSession) async throws(AWSFailure) -> MailIdentity? {
        let answer = try await aws.find(
            ["sesv2", "get-email-identity", "--email-identity", name],
            absentAs: ["NotFoundException"]
        )
        return answer.map { MailIdentity(isVerified: $0.flag("VerifiedForSendingStatus") ?? false) }
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

/// What SES lets the account do.
package struct MailAccount: Sendable, Hashable {
    var isProduction: Bool
    var maySend: Bool
    var enforcement: String?
    var perDay: Int
    var perSecond: Double
    var sentToday: Int

    init(_ json: JSONValue) {
        isProduction = json.flag("ProductionAccessEnabled") ?? false
        enforcement = json.text("EnforcementStatus")
        maySend = (json.flag("SendingEnabled") ?? true) && enforcement != "SHUTDOWN"
        perDay = Int(json.number("SendQuota", "Max24HourSend") ?? 200)
        perSecond = json.number("SendQuota", "MaxSendRate") ?? 1
        sentToday = Int(json.number("SendQuota", "SentLast24Hours") ?? 0)
    }
}

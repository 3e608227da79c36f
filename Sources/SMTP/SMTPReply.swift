// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// One reply of a server, of one line or several (RFC 5321 §4.2).
struct SMTPReply: Sendable, Hashable {
    /// From 200 to 599.
    let code: Int
    /// The text of each line after the code, undecodable bytes replaced. Hostile until sanitised.
    let lines: [String]

    var text: String { lines.joined(separator: " ") }
    var isPositive: Bool { code / 100 == 2 }

    /// The enhanced status code at the start of the text, if it is one and agrees with the reply code (RFC 2034 §4).
    var enhancedStatus: SMTPEnhancedStatus? {
        guard let status = lines.first.flatMap(SMTPEnhancedStatus.init(prefixOf:)), status.class == code / 100 else {
            return nil
        }
        return status
    }

    /// Whether it says of a recipient, beside others that were taken, that it is one too many for this transaction
    /// (RFC 5321 §4.5.3.1.10, which counts 552 in). Without a status 452 says so; Gmail says in words that it takes the
    /// recipients of one domain at a time.
    var isAboutSurplus: Bool {
        if let enhancedStatus, (enhancedStatus.subject, enhancedStatus.detail) == (5, 3) { return true }
        let words = SMTPReplyWords(self)
        if words.say(["too many recipients", "multiple destination domains"]) { return true }
        // RFC 5321 §4.2.3 has both for want of room as well.
        let isAboutRoom = words.say(["mailbox", "full", "quota", "storage", "space", "insufficient"])
        return enhancedStatus == nil && [452, 552].contains(code) && !isAboutRoom
    }
}

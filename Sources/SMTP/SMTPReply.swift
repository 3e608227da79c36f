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
}

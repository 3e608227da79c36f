// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// When several submissions share one mail.
///
/// A flood of ten thousand submissions must become a hundred mails: the mail server's quota is the first wall it meets,
/// and nobody reads ten thousand mails.
package struct DigestRule: Sendable, Hashable {
    /// More than this waiting at once share a mail.
    package var batch = 20
    /// More than this within an hour share a mail from then on.
    package var perHour = 60
    /// So many are listed in one digest.
    package var longestList = 100

    package init() {}

    /// Splits what waits for the same recipients into mails, in order; a part of one is an ordinary notification.
    ///
    /// - Parameters:
    ///   - waiting: The submissions, or their keys.
    ///   - sentLastHour: Mails that went to these recipients within the last hour.
    package func mails<Waiting>(for waiting: [Waiting], sentLastHour: Int) -> [[Waiting]] {
        guard waiting.count > 1, waiting.count > batch || sentLastHour + waiting.count > perHour else {
            return waiting.map { [$0] }
        }
        return stride(from: 0, to: waiting.count, by: longestList).map { start in
            Array(waiting[start..<min(start + longestList, waiting.count)])
        }
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What the owner notes on a submission for themselves. It moves no status and sends no mail.
package enum OwnerMark: Sendable, Hashable, CaseIterable {
    case read, unread
    /// Put away: lists leave it out unless they are asked for it.
    case archived, unarchived
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Remembers which texts were sent lately, so that a text sent over and over stands out. Everything it must do is in
/// `ContentHistoryContract`.
package protocol ContentHistory: Sendable {
    /// Counts the text behind `digest` and returns how often it was seen within the last hour, this time included.
    func count(_ digest: UInt64, at now: Timestamp) -> Int
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Remembers which texts were sent lately, so that a text sent over and over stands out. Everything it must do is in
/// `ContentHistoryContract`.
package protocol ContentHistory: Sendable {
    /// Counts the text behind `digest` and returns in how many submissions it was seen within the last hour, this one included.
    ///
    /// A submission counts once, however often it is sent: a client sends it again when it was not stored.
    func count(_ digest: UInt64, in submission: SubmissionID, at now: Timestamp) -> Int
}

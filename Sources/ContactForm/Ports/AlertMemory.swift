// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Where what the owner was told outlives the process, as a text: an `AlertRecord`, or a `ReminderRecord`.
package protocol AlertMemory: Sendable {
    /// What was saved last; nil when nothing was.
    func load() async throws(StoreError) -> String?

    /// Saves, if what was saved last is still `known`.
    ///
    /// - Returns: false when it is not: another process saved meanwhile.
    func save(_ text: String, over known: String?) async throws(StoreError) -> Bool
}

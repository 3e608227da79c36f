// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm

extension SQLiteSubmissionStore {
    /// The forms that have submissions. Costs a few steps in an index for each.
    package func formsWithSubmissions() async throws(StoreError) -> [FormName] {
        try await read { db in try SubmissionRuns.forms(db) }
    }
}

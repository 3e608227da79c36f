// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm

/// Everything that a store of submissions must do, whatever it stands on.
///
/// The SQLite store, the DynamoDB store and the in-memory twin pass the same cases, so that a test on the twin tells
/// something about production. A case sees the store through its port alone.
package enum SubmissionStoreContract {
    package typealias Case = ContractCase<any SubmissionArchive>

    package static let cases: [Case] =
        insertion + statusChanges + marks + lists + filters + search + erasure + erasureOfAddress + counts + statistics
}

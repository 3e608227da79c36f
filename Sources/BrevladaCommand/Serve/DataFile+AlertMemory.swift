// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
package import ContactFormLocal

/// What the owner was told outlives the server in a file of the data folder.
extension DataFile: AlertMemory {
    package func load() -> AlertRecord? {
        ((try? read()) ?? nil).flatMap { AlertRecord(text: $0) }
    }

    package func save(_ record: AlertRecord) {
        try? replace(with: record.text)
    }
}

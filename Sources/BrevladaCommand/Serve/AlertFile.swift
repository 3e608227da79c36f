// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormLocal
import Synchronization

/// What the owner was told outlives the server in a file of the data folder, as well as it can: when the file can't be
/// written, the server remembers for as long as it runs.
final class AlertFile: AlertMemory {
    private let file: DataFile
    private let record = Mutex<AlertRecord?>(nil)

    init(_ file: DataFile) {
        self.file = file
    }

    func load() -> AlertRecord? {
        record.withLock { record in
            if record == nil { record = ((try? file.read()) ?? nil).flatMap { AlertRecord(text: $0) } }
            return record
        }
    }

    func save(_ record: AlertRecord) {
        self.record.withLock { $0 = record }
        try? file.replace(with: record.text)
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormLocal
import Logging
import Synchronization

/// What the owner was told outlives the server in a file of the data folder, as well as it can: when the file can't be
/// written, the log says so and the server remembers for as long as it runs.
final class AlertFile: AlertMemory {
    private let file: DataFile
    private let logger: Logger
    private let text = Mutex<String?>(nil)

    init(_ file: DataFile, logger: Logger) {
        self.file = file
        self.logger = logger
    }

    func load() -> String? {
        text.withLock { text in
            if text == nil { text = (try? file.read()) ?? nil }
            return text
        }
    }

    func save(_ text: String, over known: String?) -> Bool {
        let isKnown = self.text.withLock { last in
            guard last == known else { return false }
            last = text
            return true
        }
        guard isKnown else { return false }
        do {
            try file.replace(with: text)
        } catch {
            // A restart may repeat what was told. That keeps nothing from going out.
            logger.warning(
                "what was told is not kept over a restart",
                metadata: ["file.name": "\(file.name)", "error.reason": "\(error)"]
            )
        }
        return true
    }
}

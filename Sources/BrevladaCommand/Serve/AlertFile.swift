// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormLocal
import Dispatch
import Logging
import Synchronization

/// What the owner was told outlives the server in a file of the data folder, as well as it can: when the file can't be
/// written, the log says so and the server remembers for as long as it runs.
final class AlertFile: AlertMemory {
    private let file: DataFile
    private let logger: Logger
    private let text = Mutex<String?>(nil)
    /// Does the file work, in order, off the callers' threads.
    private let queue = DispatchQueue(label: "brevlada.alert-file")

    init(_ file: DataFile, logger: Logger) {
        self.file = file
        self.logger = logger
    }

    func load() async -> String? {
        await onQueue { memory in
            memory.text.withLock { text in
                if text == nil { text = (try? memory.file.read()) ?? nil }
                return text
            }
        }
    }

    func save(_ text: String, over known: String?) async -> Bool {
        await onQueue { $0.replace(known, with: text) }
    }

    private func onQueue<Value: Sendable>(_ body: @escaping @Sendable (AlertFile) -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: body(self)) }
        }
    }

    private func replace(_ known: String?, with text: String) -> Bool {
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

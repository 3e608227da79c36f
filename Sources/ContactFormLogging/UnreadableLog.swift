// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
package import Logging
import Synchronization

/// Tells of submissions that are stored and can't be read, of each once while a store is open: lists, sweeps and the outbox
/// meet the same ones each time.
package final class UnreadableLog: Sendable {
    /// What becomes of a submission that can't be read.
    package enum Consequence: String, Sendable {
        case mailed, shown, counted
    }

    private let logger: Logger
    private let told = Mutex<Set<String>>([])
    /// Of so many the log has enough.
    private static let mostTold = 1_000

    package init(_ logger: Logger) {
        self.logger = logger
    }

    /// What `read` gives; nil when it can't be read.
    package func readable(
        _ consequence: Consequence,
        _ read: () throws(StoreError) -> Submission
    ) -> Submission? {
        do throws(StoreError) {
            return try read()
        } catch {
            if isNews("\(consequence) \(error)") {
                logger.error("submission can't be read and is not \(consequence)", metadata: .of(error))
            }
            return nil
        }
    }

    private func isNews(_ line: String) -> Bool {
        told.withLock { $0.count < Self.mostTold && $0.insert(line).inserted }
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import ContactFormLogging
package import Logging

/// Deletes submissions that expired, and the captured mail about them, a few at a time so that nobody who posts waits for
/// long.
package struct RetentionSweep: Sendable {
    package var archive: any ExpiringArchive
    /// Where mail was captured, if it was.
    package var captured: CapturedMailbox?
    /// The most that one transaction deletes.
    package var batch = 200
    package var logger: Logger

    package init(
        archive: any ExpiringArchive,
        captured: CapturedMailbox? = nil,
        logger: Logger = Logger(label: "brevlada.retention")
    ) {
        self.archive = archive
        self.captured = captured
        self.logger = logger
    }

    /// Deletes everything that expired at or before `now` and returns how many went; stops early when cancelled.
    ///
    /// - Throws: `StoreError`. What was deleted until then stays deleted, and the next sweep goes on.
    package func sweep(at now: Timestamp) async throws(StoreError) -> Int {
        let outcome = await deletion(at: now)
        // Once for all of it, and for what an earlier sweep or another process left, also when not all could go.
        await archive.overwriteDeleted()
        return try outcome.get()
    }

    private func deletion(at now: Timestamp) async -> Result<Int, StoreError> {
        var total = 0
        var last = 1
        do throws(StoreError) {
            // Until there is none: of a batch fewer may go, as the owner takes one meanwhile.
            while last > 0, !Task.isCancelled {
                // The mail first: when the server ends in between, the next sweep still knows what it is about.
                if let captured { await captured.removeMails(about: try await archive.expired(at: now, limit: batch)) }
                last = try await archive.deleteExpired(at: now, limit: batch)
                total += last
            }
        } catch {
            return .failure(error)
        }
        return .success(total)
    }

    /// Sweeps at once and then again after every `interval`, until the task is cancelled.
    ///
    /// A sweep that fails is logged, and the next one makes up for it.
    ///
    /// - Parameter now: Nil when the clock can't be right: then nothing is deleted, and that is logged.
    package func run<C: Clock>(
        every interval: C.Duration,
        clock: C,
        now: @Sendable () -> Timestamp?
    ) async {
        while !Task.isCancelled {
            if let now = now() {
                await sweepAndTell(at: now)
            } else {
                logger.warning("the clock can't be right: what comes now is kept too short or too long; set it")
            }
            do { try await clock.sleep(for: interval) } catch { return }
        }
    }

    private func sweepAndTell(at now: Timestamp) async {
        do throws(StoreError) {
            let count = try await sweep(at: now)
            if count > 0 { logger.info("expired submissions deleted", metadata: ["submission.count": "\(count)"]) }
        } catch {
            logger.warning("expired submissions not deleted", metadata: .of(error))
        }
    }
}

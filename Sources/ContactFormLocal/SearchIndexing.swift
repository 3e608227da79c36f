// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import ContactFormLogging
package import Logging

/// Takes what came in into the index of the search, a little at a time, so that nobody who posts waits for it.
///
/// While others write it works a fiftieth of the time; what it has not reached is searched without the index, more slowly.
package struct SearchIndexing: Sendable {
    package var store: SQLiteSubmissionStore
    /// The most that one transaction takes in: some 4 ms of work, for whoever posts meanwhile waits for it.
    package var batch = 20
    package var logger: Logger

    package init(store: SQLiteSubmissionStore, logger: Logger = Logger(label: "brevlada.search")) {
        self.store = store
        self.logger = logger
    }

    /// Takes in everything that waits and returns how many those were; stops early when cancelled.
    ///
    /// - Throws: `StoreError`. What was taken in stays so, and the next call goes on.
    @discardableResult
    package func catchUp() async throws(StoreError) -> Int {
        var total = 0
        var last = 0
        repeat {
            let clock = ContinuousClock()
            let start = clock.now
            last = try await store.advanceSearchIndex(limit: batch)
            total += last
            if last == batch, store.hasWritesWaiting { try? await clock.sleep(for: start.duration(to: clock.now) * 49) }
        } while last == batch && !Task.isCancelled
        return total
    }

    /// Removes what deleted submissions left in the index, piece by piece.
    package func purge() async throws(StoreError) {
        var begins = true
        while !Task.isCancelled, try await !store.purgeSearchIndex(begins: begins) {
            begins = false
            // Others' writes go first.
            await Task.yield()
        }
    }

    /// Catches up at once and then after every `interval`, and purges at most once in `purgeInterval`, until the task is
    /// cancelled. Empties the log as well when a deletion could not.
    ///
    /// A run that fails is logged, and the next one makes up for it. While runs fail, as on a full disk, each waits twice as
    /// long as the one before, up to sixty intervals.
    package func run<C: Clock>(every interval: C.Duration, purgingEvery purgeInterval: C.Duration, clock: C) async {
        var purged: C.Instant?
        var wait = interval
        while !Task.isCancelled {
            do throws(StoreError) {
                try await catchUp()
                if purged.map({ $0.duration(to: clock.now) >= purgeInterval }) ?? true {
                    try await purge()
                    purged = clock.now
                }
                await store.emptyWhatIsLeft()
                wait = interval
            } catch {
                wait = min(wait * 2, interval * 60)
                logger.warning("search index not brought up to date", metadata: .of(error))
            }
            do { try await clock.sleep(for: wait) } catch { return }
        }
    }
}

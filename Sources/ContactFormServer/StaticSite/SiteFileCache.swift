// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Synchronization

/// The files that were asked for lately, at most so many octets of them.
///
/// Makes room as a clock does: a hand goes round, takes away what has not been asked for since it last came by, and
/// spares the rest once. A lookup therefore changes one flag and moves nothing.
final class SiteFileCache: Sendable {
    enum Finding {
        case fresh(SiteFile)
        /// The caller, and nobody else until the interval has passed again, is to look whether the file has changed.
        case due(SiteFile)
        case missing
    }

    private let capacity: Int
    private let interval: TimeAmount
    private let state = Mutex(State())

    /// - Parameters:
    ///   - capacity: in octets, as `SiteFile.weight` counts them.
    ///   - interval: how long a file is served without another look at the disk.
    init(capacity: Int, interval: TimeAmount) {
        self.capacity = capacity
        self.interval = interval
    }

    /// The file if it is fresh. Leaves the look at the disk to whoever calls `find` next.
    func fresh(_ key: String, at now: NIODeadline) -> SiteFile? {
        state.withLock { state in
            guard let index = state.indices[key] else { return nil }
            return state.slots[index]?.freshFile(at: now, interval: interval)
        }
    }

    func find(_ key: String, at now: NIODeadline) -> Finding {
        state.withLock { state in
            guard let index = state.indices[key] else { return .missing }
            return state.slots[index]?.look(at: now, interval: interval) ?? .missing
        }
    }

    func insert(_ file: SiteFile, for key: String, at now: NIODeadline) {
        guard file.weight <= capacity else { return remove(key) }
        state.withLock { state in
            state.remove(key)
            state.weight += file.weight
            while state.weight > capacity { state.evictOne() }
            state.add(Slot(key: key, file: file, checkedAt: now))
        }
    }

    func remove(_ key: String) {
        state.withLock { $0.remove(key) }
    }

    /// For tests: what is held, and how much it weighs.
    var contents: (keys: Set<String>, weight: Int) {
        state.withLock { (Set($0.indices.keys), $0.weight) }
    }

    private struct Slot {
        let key: String
        let file: SiteFile
        var checkedAt: NIODeadline
        /// A file has to be asked for again to be spared, so that one visit to everything does not empty the memory.
        var wasUsed = false

        init(key: String, file: SiteFile, checkedAt: NIODeadline) {
            self.key = key
            self.file = file
            self.checkedAt = checkedAt
        }

        mutating func freshFile(at now: NIODeadline, interval: TimeAmount) -> SiteFile? {
            wasUsed = true
            return now - checkedAt < interval ? file : nil
        }

        mutating func look(at now: NIODeadline, interval: TimeAmount) -> Finding {
            if let file = freshFile(at: now, interval: interval) { return .fresh(file) }
            checkedAt = now
            return .due(file)
        }
    }

    private struct State {
        var slots: [Slot?] = []
        var vacant: [Int] = []
        var indices: [String: Int] = [:]
        var hand = 0
        var weight = 0

        /// The weight is the caller's to count.
        mutating func add(_ slot: Slot) {
            if let index = vacant.popLast() {
                slots[index] = slot
                indices[slot.key] = index
            } else {
                indices[slot.key] = slots.count
                slots.append(slot)
            }
        }

        mutating func remove(_ key: String) {
            guard let index = indices.removeValue(forKey: key), let slot = slots[index] else { return }
            weight -= slot.file.weight
            slots[index] = nil
            vacant.append(index)
        }

        /// Ends: a round without a victim has cleared every flag.
        mutating func evictOne() {
            guard !indices.isEmpty else { return }
            while true {
                hand = (hand + 1) % slots.count
                guard let slot = slots[hand] else { continue }
                if !slot.wasUsed { return remove(slot.key) }
                slots[hand]?.wasUsed = false
            }
        }
    }
}

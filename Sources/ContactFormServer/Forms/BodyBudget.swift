// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What the bodies of forms that are being received, and of answers that are not taken yet, may hold of the memory, over all
/// connections. An answer may give a visitor's text back, each quotation mark as six octets.
///
/// Octets count when they have come, not when they are announced. The first of each body are free: a message of usual size
/// takes nothing, so that whoever uses up the budget with large ones keeps no such message out, and the number of
/// connections bounds what they hold.
final class BodyBudget: Sendable {
    /// Octets of each body that are free.
    static let freeOctets = 8 * 1_024

    private let limit: Int
    private let taken = Atomic(0)

    init(octets limit: Int) {
        self.limit = limit
    }

    /// For tests.
    var octetsTaken: Int { taken.load(ordering: .relaxed) }

    fileprivate func take(_ octets: Int) -> Bool {
        guard taken.add(octets, ordering: .relaxed).newValue > limit else { return true }
        giveBack(octets)
        return false
    }

    fileprivate func giveBack(_ octets: Int) {
        taken.subtract(octets, ordering: .relaxed)
    }

    /// What one body holds of a budget. Whoever has one gives it back when that body is over, however it ends.
    struct Share: Sendable {
        private let budget: BodyBudget
        private var octets = 0

        init(of budget: BodyBudget) {
            self.budget = budget
        }

        /// Makes room for a body that has come to so many octets; false when there is none.
        mutating func grow(to length: Int) -> Bool {
            let wanted = length - BodyBudget.freeOctets
            guard wanted > octets else { return true }
            guard budget.take(wanted - octets) else { return false }
            octets = wanted
            return true
        }

        /// What it holds, for another to give back; nil when that is nothing. It holds nothing from here on.
        mutating func handOver() -> Share? {
            defer { octets = 0 }
            return octets > 0 ? self : nil
        }

        mutating func giveBack() {
            guard octets > 0 else { return }
            budget.giveBack(octets)
            octets = 0
        }
    }
}

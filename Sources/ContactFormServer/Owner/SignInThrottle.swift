// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm

/// How often passwords may be tried: by one address, and by all together. Pure: the time comes in as a value.
///
/// Two token buckets. A try takes from both before the password is looked at, so that a flood costs nothing; the right
/// password gives its own back, so that an owner who comes and goes is never made to wait. Nobody is ever locked out:
/// what was taken comes back with time.
package struct SignInThrottle: Sendable {
    package struct Limits: Sendable, Hashable {
        /// So many tries at once from one address, then one in this time.
        package var addressBurst = 5
        package var addressInterval = Interval.minutes(1)
        /// The same for all addresses together: what a network of robots can make the machine compute.
        package var totalBurst = 50
        package var totalInterval = Interval.seconds(5)
        /// How many addresses are remembered; then the one that waits the least is forgotten.
        package var addresses = 10_000

        package init() {}
    }

    package var limits: Limits
    /// When each address's bucket, and everybody's, will be full again (the generic cell rate algorithm).
    private var fullAt: [String: Timestamp] = [:]
    private var totalFullAt = Timestamp(milliseconds: 0)

    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    package var addressCount: Int { fullAt.count }

    /// Counts a try. Nil admits it; otherwise the seconds, at least 1, until the next one is.
    package mutating func admit(_ address: String, at now: Timestamp) -> Int? {
        // The address first: a flood from one must not use up what everybody else has.
        let mine = Self.taking(fullAt[address], at: now, burst: limits.addressBurst, interval: limits.addressInterval)
        guard case .taken(let next) = mine else { return mine.seconds }
        let all = Self.taking(totalFullAt, at: now, burst: limits.totalBurst, interval: limits.totalInterval)
        guard case .taken(let totalNext) = all else { return all.seconds }
        makeRoom(at: now)
        fullAt[address] = next
        totalFullAt = totalNext
        return nil
    }

    /// Gives back what the try took, and what those before it took: it was the owner.
    package mutating func succeeded(_ address: String) {
        fullAt[address] = nil
        totalFullAt = totalFullAt.advanced(by: Interval(milliseconds: -limits.totalInterval.milliseconds))
    }

    private mutating func makeRoom(at now: Timestamp) {
        guard fullAt.count >= limits.addresses else { return }
        fullAt = fullAt.filter { $0.value > now }
        if fullAt.count >= limits.addresses, let least = fullAt.min(by: { $0.value < $1.value }) {
            fullAt[least.key] = nil
        }
    }

    private enum Taking {
        case taken(fullAt: Timestamp)
        case refused(seconds: Int)

        var seconds: Int? {
            if case .refused(let seconds) = self { seconds } else { nil }
        }
    }

    private static func taking(_ fullAt: Timestamp?, at now: Timestamp, burst: Int, interval: Interval) -> Taking {
        let fill = interval.milliseconds * Int64(burst)
        // A clock that was set back must shut nobody out for as long as the step.
        let known = fullAt.flatMap { $0.milliseconds - now.milliseconds > fill ? nil : $0 }
        let start = max(known ?? now, now)
        let excess = start.milliseconds + interval.milliseconds - now.milliseconds - fill
        guard excess > 0 else { return .taken(fullAt: start.advanced(by: interval)) }
        return .refused(seconds: Int((excess + 999) / 1000))
    }
}

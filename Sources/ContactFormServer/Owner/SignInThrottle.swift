// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm

/// How often passwords may be tried: by one address and the networks it is in, and by all together. Pure: the time comes in
/// as a value.
///
/// Token buckets. A try takes from each before the password is looked at, so that a flood costs nothing; the right
/// password gives its own back, so that an owner who comes and goes is never made to wait. Nobody is ever locked out:
/// what was taken comes back with time.
///
/// Where the right password came from is remembered for as long as the server runs, and counted by itself alone from then
/// on: others may use up what all have together, and the owner gets in.
package struct SignInThrottle: Sendable {
    package struct Limits: Sendable, Hashable {
        /// So many tries at once from one address, then one in this time.
        package var addressBurst = 5
        package var addressInterval = Interval.minutes(1)
        /// How many times as often the wider networks of IPv6 may try. Less than all together, so that no one network uses
        /// that up.
        package var networks = LimitKey.Allowance(wide: 2, widest: 4)
        /// The same for all addresses together: what a network of robots can make the machine compute.
        package var totalBurst = 50
        package var totalInterval = Interval.seconds(5)
        /// How many addresses and networks are remembered; then the one that waits the least is forgotten.
        package var addresses = 10_000
        /// From how many places the owner is remembered; each may try as often as one address, whatever the others do.
        package var places = 8

        package init() {}
    }

    package var limits: Limits
    /// When each address's and network's bucket, and everybody's, will be full again (the generic cell rate algorithm).
    private var fullAt: [LimitKey: Timestamp] = [:]
    private var totalFullAt = Timestamp(milliseconds: 0)
    /// Where the owner came from, the latest last.
    private var places: [LimitKey] = []

    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    package var addressCount: Int { fullAt.count }

    /// Whether the right password has come from there.
    package func knows(_ client: IPAddress?) -> Bool {
        LimitKey.all(of: client).first.map(places.contains) ?? false
    }

    /// Counts a try. Nil admits it; otherwise the seconds, at least 1, until the next one is.
    package mutating func admit(_ client: IPAddress?, at now: Timestamp) -> Int? {
        let isKnown = knows(client)
        let keys = LimitKey.all(of: client).prefix(isKnown ? 1 : LimitKey.Width.allCases.count)
        // Looked at before anything is taken: a flood from one must not use up what everybody else has.
        var taken: [(key: LimitKey, fullAt: Timestamp)] = []
        for key in keys {
            let burst = limits.addressBurst * limits.networks.times(key.width)
            let taking = Self.taking(fullAt[key], at: now, burst: burst, interval: interval(of: key))
            guard case .taken(let next) = taking else { return taking.seconds }
            taken.append((key, next))
        }
        if !isKnown {
            let all = Self.taking(totalFullAt, at: now, burst: limits.totalBurst, interval: limits.totalInterval)
            guard case .taken(let totalNext) = all else { return all.seconds }
            totalFullAt = totalNext
        }
        let newcomers = taken.count { fullAt[$0.key] == nil }
        makeRoom(for: newcomers, at: now)
        for (key, next) in taken { fullAt[key] = next }
        return nil
    }

    /// Gives back what the try took, and what those before it from the same address took: it was the owner.
    package mutating func succeeded(_ client: IPAddress?) {
        let isKnown = knows(client)
        for key in LimitKey.all(of: client) {
            switch key.width {
            case .narrow:
                fullAt[key] = nil
                places.removeAll { $0 == key }
                places.append(key)
                if places.count > limits.places { places.removeFirst() }
            // Others are in these, too.
            case .wide, .widest: if !isKnown { fullAt[key] = fullAt[key]?.advanced(by: interval(of: key).negated) }
            }
        }
        if !isKnown { totalFullAt = totalFullAt.advanced(by: limits.totalInterval.negated) }
    }

    private func interval(of key: LimitKey) -> Interval {
        Interval(milliseconds: limits.addressInterval.milliseconds / Int64(limits.networks.times(key.width)))
    }

    private mutating func makeRoom(for count: Int, at now: Timestamp) {
        guard fullAt.count + count > limits.addresses else { return }
        fullAt = fullAt.filter { $0.value > now }
        while fullAt.count + count > limits.addresses, let least = fullAt.min(by: { $0.value < $1.value }) {
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

extension Interval {
    fileprivate var negated: Interval { Interval(milliseconds: -milliseconds) }
}

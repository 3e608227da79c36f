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

    package let limits: Limits
    private let address: TokenBucket
    private let total: TokenBucket
    /// When each address's and network's bucket, and everybody's, will be full again.
    private var fullAt: [LimitKey: Int64] = [:]
    private var totalFullAt: Int64?
    /// Where the owner came from, the latest last.
    private var places: [LimitKey] = []

    package init(limits: Limits = Limits()) {
        self.limits = limits
        address = TokenBucket(burst: limits.addressBurst, interval: limits.addressInterval.milliseconds * 1_000)
        total = TokenBucket(burst: limits.totalBurst, interval: limits.totalInterval.milliseconds * 1_000)
    }

    /// For tests: how many addresses are held.
    package var addressCount: Int { fullAt.count }

    /// Whether the right password has come from there.
    package func knows(_ client: IPAddress?) -> Bool {
        LimitKey.all(of: client).first.map(places.contains) ?? false
    }

    /// Counts a try. Nil admits it; otherwise the seconds, at least 1, until the next one is.
    package mutating func admit(_ client: IPAddress?, at now: Timestamp) -> Int? {
        let now = now.milliseconds * 1_000
        let isKnown = knows(client)
        let keys = LimitKey.all(of: client).prefix(isKnown ? 1 : LimitKey.Width.allCases.count)
        // Looked at before anything is taken: a flood from one must not use up what everybody else has.
        var taken: [(key: LimitKey, fullAt: Int64)] = []
        for key in keys {
            let bucket = bucket(of: key)
            let fullAt = bucket.fullAt(fullAt[key], at: now)
            if let seconds = bucket.secondsToWait(fullAt: fullAt, at: now) { return seconds }
            taken.append((key, fullAt + bucket.interval))
        }
        if !isKnown {
            let fullAt = total.fullAt(totalFullAt, at: now)
            if let seconds = total.secondsToWait(fullAt: fullAt, at: now) { return seconds }
            totalFullAt = fullAt + total.interval
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
            case .wide, .widest:
                let interval = bucket(of: key).interval
                if !isKnown { fullAt[key]? -= interval }
            }
        }
        if !isKnown { totalFullAt? -= total.interval }
    }

    private func bucket(of key: LimitKey) -> TokenBucket {
        address.times(limits.networks.times(key.width))
    }

    private mutating func makeRoom(for count: Int, at now: Int64) {
        guard fullAt.count + count > limits.addresses else { return }
        fullAt = fullAt.filter { $0.value > now }
        while fullAt.count + count > limits.addresses, let least = fullAt.min(by: { $0.value < $1.value }) {
            fullAt[least.key] = nil
        }
    }
}

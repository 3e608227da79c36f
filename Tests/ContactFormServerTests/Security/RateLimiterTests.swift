// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ContactFormServer

@Suite("Rate limits")
struct RateLimiterTests {
    private typealias Limiter = RateLimiter<String>

    @Test("a burst is admitted, and then one each interval")
    func burstAndRate() throws {
        let limiter = Limiter(try RateLimit(burst: 3, perMinute: 6))
        for _ in 0..<3 { #expect(limiter.admit("a", at: 1_000) == nil) }
        #expect(limiter.admit("a", at: 1_000) == 10)
        #expect(limiter.admit("a", at: 10_999) == 1)
        #expect(limiter.admit("a", at: 11_000) == nil)
        #expect(limiter.admit("a", at: 11_000) == 10)
        #expect(limiter.admit("b", at: 11_000) == nil)
    }

    @Test(
        "a key with a multiple of the limit has as many more tokens, which come back as much faster",
        arguments: [1, 4, 16]
    )
    func multiples(_ times: Int) throws {
        let limiter = Limiter(try RateLimit(burst: 3, perMinute: 3))
        func admit(_ milliseconds: Int64) -> Int? { limiter.admit([("net", times)], at: milliseconds) }
        #expect((0..<100).count { _ in admit(0) == nil } == 3 * times)
        let wait = Int64(20_000 / times)
        #expect(admit(wait - 1) != nil)
        #expect(admit(wait) == nil)
        #expect((0..<100).count { _ in admit(3_600_000) == nil } == 3 * times)
    }

    @Test("of several keys each gives a token, or none does")
    func together() throws {
        let limiter = Limiter(try RateLimit(burst: 2, perMinute: 1))
        for name in ["a", "b"] {
            #expect((0..<2).count { _ in limiter.admit([(name, 1), ("net", 2)], at: 0) == nil } == 2)
        }
        for _ in 0..<100 { #expect(limiter.admit([("c", 1), ("net", 2)], at: 0) == 30) }
        // "c" has all of its own.
        #expect((0..<3).map { _ in limiter.admit("c", at: 0) } == [nil, nil, 60])
    }

    @Test("looking takes nothing, and taking afterwards leaves no debt")
    func looking() throws {
        let limiter = Limiter(try RateLimit(burst: 2, perMinute: 60))
        for _ in 0..<100 { #expect(limiter.secondsToWait("a", at: 0) == nil) }
        for _ in 0..<100 { limiter.take("a", at: 0) }
        #expect(limiter.secondsToWait("a", at: 0) == 1)
        #expect(limiter.secondsToWait("a", at: 1_000) == nil)
        #expect(limiter.secondsToWait("b", at: 0) == nil)
    }

    @Test("a quiet time fills the bucket, and no further")
    func filling() throws {
        let limiter = Limiter(try RateLimit(burst: 2, perMinute: 60))
        #expect((0..<3).map { _ in limiter.admit("a", at: 0) } == [nil, nil, 1])
        #expect(
            (0..<3).map { _ in limiter.admit("a", at: 3_600_000) } == [nil, nil, 1]
        )
    }

    @Test("a refusal takes no token", arguments: [1, 10, 1_000])
    func knocking(_ attempts: Int) throws {
        let limiter = Limiter(try RateLimit(burst: 1, perMinute: 1))
        #expect(limiter.admit("a", at: 0) == nil)
        for attempt in 1...attempts { #expect(limiter.admit("a", at: Int64(attempt)) != nil) }
        #expect(limiter.admit("a", at: 60_000) == nil)
    }

    @Test(
        "in the long run no more is admitted than the rate and one burst",
        arguments: [(1, 1.0), (5, 30.0), (20, 0.5), (100, 6_000.0), (3, 7.0)]
    )
    func longRun(_ burst: Int, _ perMinute: Double) async throws {
        let limiter = Limiter(try RateLimit(burst: burst, perMinute: perMinute))
        var random = SplitMix64(seed: UInt64(burst))
        var now: Int64 = 0
        var admitted = 0
        for round in 0..<20_000 {
            if round.isMultiple(of: 250) { await Task.yield() }
            now += Int64.random(in: 0...200, using: &random)
            if limiter.admit("a", at: now) == nil { admitted += 1 }
        }
        let allowed = Double(burst) + Double(now) / 60_000 * perMinute
        #expect(Double(admitted) <= allowed + 1)
        #expect(Double(admitted) >= min(allowed - 1, 19_000))
    }

    @Test("the wait that is told is enough, and not a second too long", arguments: 1...50)
    func retryAfter(_ seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let limiter = Limiter(
            try RateLimit(
                burst: Int.random(in: 1...5, using: &random),
                perMinute: Double.random(in: 0.5...90, using: &random)
            )
        )
        var now: Int64 = 0
        for _ in 0..<20 {
            guard let seconds = limiter.admit("a", at: now) else { continue }
            #expect(seconds >= 1)
            if seconds > 1 { #expect(limiter.admit("a", at: now + Int64(seconds - 1) * 1_000) != nil) }
            now += Int64(seconds) * 1_000
            #expect(limiter.admit("a", at: now) == nil)
        }
        #expect(now > 0)
    }

    @Test("no more keys are held than there is room for, and the latest are among them")
    func capacity() async throws {
        let limiter = Limiter(try RateLimit(burst: 1, perMinute: 0.01), capacity: 1_000)
        for key in 0..<50_000 {
            if key.isMultiple(of: 250) { await Task.yield() }
            #expect(limiter.admit("\(key)", at: Int64(key)) == nil)
            #expect(limiter.count <= 1_001)
        }
        for key in 49_600..<50_000 { #expect(limiter.admit("\(key)", at: 50_000) != nil) }
    }

    @Test("somebody who keeps knocking is not forgotten in a flood of others")
    func flood() async throws {
        let limiter = Limiter(try RateLimit(burst: 1, perMinute: 0.01), capacity: 100)
        #expect(limiter.admit("known", at: 0) == nil)
        for key in 0..<10_000 {
            if key.isMultiple(of: 250) { await Task.yield() }
            _ = limiter.admit("\(key)", at: 1)
            if key.isMultiple(of: 20) { #expect(limiter.admit("known", at: 1) != nil, "after \(key)") }
        }
    }

    @Test("buckets that are full again take no memory")
    func memory() throws {
        let limiter = Limiter(try RateLimit(burst: 2, perMinute: 60))
        for key in 0..<1_000 { _ = limiter.admit("\(key)", at: 0) }
        #expect(limiter.count == 1_000)
        _ = limiter.admit("a", at: 10_000)
        _ = limiter.admit("a", at: 20_000)
        #expect(limiter.count <= 2)
    }

    @Test("requests whose times are out of order are counted all the same")
    func outOfOrder() throws {
        let limiter = Limiter(try RateLimit(burst: 2, perMinute: 60))
        for now in [1_000, 1_000] { #expect(limiter.admit("a", at: Int64(now)) == nil) }
        for now in [999, 1_000, 500, 0] { #expect(limiter.admit("a", at: Int64(now)) != nil) }
    }

    @Test("a clock that is set back shuts nobody out")
    func clockStep() throws {
        let limiter = Limiter(try RateLimit(burst: 1, perMinute: 1))
        #expect(limiter.admit("a", at: 10_000_000) == nil)
        #expect(limiter.admit("a", at: 1_000) == nil)
        #expect(limiter.admit("a", at: 1_000) == 60)
    }

    @Test(
        "a limit that cannot be kept is an error",
        arguments: [(0, 1.0), (-1, 1.0), (1_000_001, 1.0), (1, 0), (1, -1), (1, .infinity), (1, .nan), (1, 1e-9)]
    )
    func invalid(_ burst: Int, _ perMinute: Double) {
        #expect(throws: RateLimitError.self) { try RateLimit(burst: burst, perMinute: perMinute) }
    }
}

extension RateLimiter {
    fileprivate func admit(_ key: Key, at milliseconds: Int64) -> Int? {
        admit(CollectionOfOne((key, 1)), at: milliseconds)
    }
}

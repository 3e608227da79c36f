// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ContactFormServer

@Suite("Token buckets")
struct TokenBucketTests {
    /// Two tokens, one of which comes back in ten seconds.
    private let bucket = TokenBucket(burst: 2, interval: 10_000_000)

    @Test(
        "what is known of a bucket tells when it is full, and what can't be true tells nothing",
        arguments: [
            (nil, 0), (-1, 0), (0, 0), (1, 1), (20_000_000, 20_000_000),
            // Full later than an empty one would be, by as much as times may be out of order, and by more.
            (80_000_000, 80_000_000), (80_000_001, 0), (.max, 0),
        ] as [(Int64?, Int64)]
    )
    func full(_ known: Int64?, _ fullAt: Int64) {
        #expect(bucket.fullAt(known, at: 0) == fullAt)
        #expect(bucket.fullAt(known.map { $0 == .max ? $0 : $0 + 500 }, at: 500) == fullAt + 500)
    }

    @Test(
        "the wait is that for one token, in whole seconds",
        arguments: [
            (0, nil), (10_000_000, nil), (10_000_001, 1), (11_000_000, 1), (11_000_001, 2), (20_000_000, 10),
            (80_000_000, 70),
        ] as [(Int64, Int?)]
    )
    func wait(_ fullAt: Int64, _ seconds: Int?) {
        #expect(bucket.secondsToWait(fullAt: fullAt, at: 0) == seconds)
        #expect(bucket.secondsToWait(fullAt: fullAt + 500, at: 500) == seconds)
    }

    @Test("a multiple has as many more tokens, which come back as much faster", arguments: [1, 2, 5, 10])
    func times(_ factor: Int) {
        let bucket = bucket.times(factor)
        var fullAt: Int64 = 0
        var taken = 0
        while bucket.secondsToWait(fullAt: fullAt, at: 0) == nil {
            fullAt += bucket.interval
            taken += 1
        }
        #expect(taken == 2 * factor && bucket.fillTime == 20_000_000)
        #expect(bucket.secondsToWait(fullAt: fullAt, at: 0) == 10 / factor)
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import Testing

@Suite("What is asked at the same time")
struct ConcurrentResultsTests {
    private struct Odd: Error, Equatable {
        var number: Int
    }

    @Test("has its results in the order of the elements, each failure in its place")
    func order() async throws {
        let results = await (1...100).concurrentResults { number async throws(Odd) in
            // The last begun ends first.
            for _ in number...100 { await Task.yield() }
            guard number.isMultiple(of: 2) else { throw Odd(number: number) }
            return "\(number)"
        }
        for (number, result) in zip(1...100, results) {
            #expect(result == (number.isMultiple(of: 2) ? .success("\(number)") : .failure(Odd(number: number))))
        }
        #expect(results.count == 100)
    }

    @Test("runs together: each may wait for all the others")
    func together() async {
        let arrived = Arrivals()
        let results = await (1...20).concurrentResults { _ async throws(Never) in await arrived.waitFor(20) }
        #expect(results.count == 20)
    }

    private actor Arrivals {
        private var count = 0
        private var waiting: [CheckedContinuation<Void, Never>] = []

        func waitFor(_ all: Int) async {
            count += 1
            guard count < all else {
                for each in waiting { each.resume() }
                waiting = []
                return
            }
            await withCheckedContinuation { waiting.append($0) }
        }
    }
}

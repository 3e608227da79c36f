// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing

@testable import ContactFormServer

@Suite("Work done once for many")
struct SingleFlightTests {
    private struct Failure: Error {}

    private final class Counter: Sendable {
        private let count = Mutex(0)

        func next() -> Int {
            count.withLock {
                $0 += 1
                return $0
            }
        }
    }

    /// Lets those through who wait, once.
    private actor Gate {
        private var isOpen = false
        private var waiters: [CheckedContinuation<Void, Never>] = []

        func open() {
            isOpen = true
            for waiter in waiters { waiter.resume() }
            waiters = []
        }

        func pass() async {
            if isOpen { return }
            await withCheckedContinuation { waiters.append($0) }
        }
    }

    @Test("those who ask while it is done get the same result")
    func shared() async throws {
        let flights = SingleFlight<Int>()
        let count = Counter()
        let gate = Gate()
        let results = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await flights.run("key") {
                        await gate.pass()
                        return count.next()
                    }
                }
            }
            while flights.waiting(for: "key") < 49 { try await Task.sleep(for: .milliseconds(1)) }
            await gate.open()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results == Array(repeating: 1, count: 50))
        #expect(try await flights.run("key") { 2 } == 2, "a result is not kept")
    }

    @Test("an error reaches only whoever did the work")
    func failure() async throws {
        let flights = SingleFlight<String>()
        let attempts = Counter()
        let outcomes = await withTaskGroup(of: String.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do {
                        return try await flights.run("key") {
                            let attempt = attempts.next()
                            await Task.yield()
                            if attempt == 1 { throw Failure() }
                            return "done"
                        }
                    } catch {
                        return "failed"
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == "failed" } == 1)
        #expect(outcomes.count { $0 == "done" } == 19)
    }

    @Test("different keys are done side by side")
    func keys() async throws {
        let flights = SingleFlight<String>()
        let gate = Gate()
        async let first = flights.run("a") {
            await gate.pass()
            return "a"
        }
        let second = try await flights.run("b") { "b" }
        await gate.open()
        #expect(try await [first, second] == ["a", "b"])
    }
}

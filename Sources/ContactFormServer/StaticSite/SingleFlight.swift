// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Does the same work once for everybody who asks for it at the same time.
///
/// Only a result is shared. When the work throws, or the task that does it is cancelled, one of those who waited does it again
/// and the others wait for that one, until it succeeds or each has tried: nobody gets another's error.
final class SingleFlight<Value: Sendable>: Sendable {
    private typealias Waiter = CheckedContinuation<Value?, Never>

    /// Those who wait, under the key of the work that is being done.
    private let flights = Mutex<[String: [Waiter]]>([:])

    func run(_ key: String, _ work: @Sendable () async throws -> Value) async throws -> Value {
        while !takeLead(key) {
            if let value = await result(of: key) { return value }
        }
        do {
            let value = try await work()
            land(key, with: value)
            return value
        } catch {
            land(key, with: nil)
            throw error
        }
    }

    /// For tests: how many wait for another's work.
    func waiting(for key: String) -> Int {
        flights.withLock { $0[key]?.count ?? 0 }
    }

    private func takeLead(_ key: String) -> Bool {
        flights.withLock { flights in
            if flights[key] != nil { return false }
            flights[key] = []
            return true
        }
    }

    private func result(of key: String) async -> Value? {
        await withCheckedContinuation { waiter in
            let isFlying = flights.withLock { $0[key]?.append(waiter) != nil }
            if !isFlying { waiter.resume(returning: nil) }
        }
    }

    private func land(_ key: String, with value: Value?) {
        let waiters = flights.withLock { $0.removeValue(forKey: key) } ?? []
        for waiter in waiters { waiter.resume(returning: value) }
    }
}

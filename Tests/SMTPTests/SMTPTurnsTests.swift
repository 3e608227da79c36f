// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing

@testable import SMTP

@Suite("Turns", .timeLimit(.minutes(10)))
struct SMTPTurnsTests {
    @Test("let one in at a time")
    func exclusive() async {
        let turns = SMTPTurns()
        let inside = Counter()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    guard await turns.take() else { return }
                    #expect(inside.add(1) == 1)
                    await Task.yield()
                    inside.add(-1)
                    turns.give()
                }
            }
        }
        #expect(inside.add(0) == 0)
        #expect(await turns.take(), "the turn is free in the end")
    }

    @Test("are not given to a task that was cancelled, and not lost with it")
    func cancelled() async {
        let turns = SMTPTurns()
        #expect(await turns.take())
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<10 { group.addTask { await turns.take() } }
            group.cancelAll()
            for await hasTurn in group { #expect(!hasTurn) }
        }
        turns.give()
        #expect(await turns.take())
    }

    @Test("are kept whole by 2,000 takers of whom half are cancelled")
    func mixture() async {
        let turns = SMTPTurns()
        let taken = Counter()
        await withTaskGroup(of: Void.self) { outer in
            for number in 0..<200 {
                outer.addTask {
                    await withTaskGroup(of: Void.self) { group in
                        for _ in 0..<10 {
                            group.addTask {
                                guard await turns.take() else { return }
                                taken.add(1)
                                await Task.yield()
                                turns.give()
                            }
                        }
                        if number.isMultiple(of: 2) { group.cancelAll() }
                    }
                }
            }
        }
        #expect(taken.add(0) >= 1_000)
        #expect(await turns.take())
    }
}

private final class Counter: Sendable {
    private let value = Mutex(0)

    @discardableResult
    func add(_ number: Int) -> Int {
        value.withLock { value in
            value += number
            return value
        }
    }
}

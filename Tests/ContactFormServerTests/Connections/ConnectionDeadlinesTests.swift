// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import TestSupport
import Testing

@testable import ContactFormServer

@Suite("The deadlines of a connection")
struct ConnectionDeadlinesTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private func deadlines() -> ConnectionDeadlines {
        ConnectionDeadlines(limits: ConnectionLimits(), now: start)
    }

    /// When the connection is given up if nothing more happens, as a timer that follows the verdicts finds out.
    private func end(
        of deadlines: ConnectionDeadlines,
        from now: NIODeadline,
        isReading: Bool = true,
        unsent: Int = 0
    ) -> (after: TimeAmount, why: ConnectionDeadlines.Overrun)? {
        var deadlines = deadlines
        var now = now
        for _ in 0..<1_000 {
            switch deadlines.verdict(now: now, isReading: isReading, unsent: unsent) {
            case .keep(let until):
                #expect(until > now, "a timer would spin")
                now = until
            case .giveUp(let overrun): return (now - start, overrun)
            }
        }
        return nil
    }

    @Test("a connection without a request is idle")
    func idle() {
        let end = end(of: deadlines(), from: start)
        #expect(end?.after == .seconds(30))
        #expect(end?.why == .idle)
    }

    @Test("the clock of a head starts with its first octet, and others do not set it back")
    func head() {
        var deadlines = deadlines()
        for second in 5..<14 { deadlines.received(1, now: start + .seconds(Int64(second))) }
        let end = end(of: deadlines, from: start + .seconds(14))
        #expect(end?.after == .seconds(15))
        #expect(end?.why == .head)
    }

    @Test(
        "a body has its time, and must keep up with the rate after the grace",
        arguments: [(0, 10), (256, 11), (2_560, 20), (5_120, 30), (1_000_000, 30)]
    )
    func body(_ octets: Int, _ seconds: Int64) {
        var deadlines = deadlines()
        deadlines.received(100, now: start)
        deadlines.headEnded(now: start)
        deadlines.bodyReceived(octets)
        let end = end(of: deadlines, from: start)
        #expect(end?.after == .seconds(seconds))
        #expect(end?.why == .body)
    }

    @Test("a server that takes its time to answer is nobody's fault")
    func thinking() {
        var deadlines = deadlines()
        deadlines.received(100, now: start)
        deadlines.headEnded(now: start)
        deadlines.requestEnded(now: start)
        #expect(end(of: deadlines, from: start) == nil)
        deadlines.answerBegan()
        deadlines.answerEnded(now: start + .hours(1))
        #expect(end(of: deadlines, from: start + .hours(1))?.after == .hours(1) + .seconds(30))
    }

    @Test("a head that comes while an answer is owed has its time from when that is sent")
    func pipelined() {
        var deadlines = deadlines()
        deadlines.received(100, now: start)
        deadlines.headEnded(now: start)
        deadlines.requestEnded(now: start)
        deadlines.received(10, now: start)
        #expect(end(of: deadlines, from: start) == nil)
        #expect(deadlines.verdict(now: start + .minutes(5), isReading: true, unsent: 0) != .giveUp(.head))
        deadlines.answerEnded(now: start + .minutes(5))
        #expect(end(of: deadlines, from: start + .minutes(5))?.after == .minutes(5) + .seconds(10))
    }

    @Test("a client is not charged while the server does not read")
    func backPressure() {
        var deadlines = deadlines()
        deadlines.received(100, now: start)
        deadlines.headEnded(now: start)
        #expect(end(of: deadlines, from: start, isReading: false) == nil)
        #expect(deadlines.verdict(now: start + .hours(1), isReading: false, unsent: 0) != .giveUp(.body))
        #expect(end(of: deadlines, from: start + .hours(1))?.after == .hours(1) + .seconds(10))
    }

    @Test("an answer that nobody takes is given up, soon after the time is over")
    func writeStall() throws {
        var deadlines = deadlines()
        deadlines.received(100, now: start)
        deadlines.headEnded(now: start)
        deadlines.requestEnded(now: start)
        deadlines.answerBegan()
        let end = try #require(self.end(of: deadlines, from: start, unsent: 70_000))
        #expect(end.why == .writeStall)
        #expect((TimeAmount.seconds(30)...TimeAmount.seconds(38)).contains(end.after))
    }

    @Test("an answer that is taken slowly goes on, and a connection is not idle until it is taken")
    func slowReader() {
        var deadlines = deadlines()
        deadlines.received(100, now: start)
        deadlines.headEnded(now: start)
        deadlines.requestEnded(now: start)
        deadlines.answerBegan()
        deadlines.answerEnded(now: start)
        for step in 1...100 {
            let now = start + .seconds(Int64(step) * 20)
            let verdict = deadlines.verdict(now: now, isReading: true, unsent: 1_000_000 - step)
            if case .giveUp(let overrun) = verdict { Issue.record("\(overrun) after step \(step)") }
        }
    }

    @Test("what comes after our side is closed is waited for a moment only")
    func lingering() {
        var deadlines = deadlines()
        deadlines.outputClosed(now: start)
        deadlines.received(1_000, now: start + .seconds(1))
        deadlines.headEnded(now: start + .seconds(1))
        let end = end(of: deadlines, from: start + .seconds(1))
        #expect(end?.after == .seconds(2))
        #expect(end?.why == .linger)
    }

    @Test("whatever has happened, a client that goes quiet is given up within two minutes", arguments: 0..<200)
    func fuzz(_ seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var deadlines = deadlines()
        var now = start
        for _ in 0..<40 {
            now = now + .milliseconds(Int64.random(in: 0...3_000, using: &random))
            switch Int.random(in: 0..<9, using: &random) {
            case 0, 1: deadlines.received(Int.random(in: 1...5_000, using: &random), now: now)
            case 2: deadlines.headEnded(now: now)
            case 3: deadlines.bodyReceived(Int.random(in: 0...5_000, using: &random))
            case 4: deadlines.requestEnded(now: now)
            case 5: deadlines.answerBegan()
            case 6: deadlines.answerEnded(now: now)
            case 7: deadlines.becameWritable(unsent: Int.random(in: 0...9, using: &random), now: now)
            default: _ = deadlines.verdict(now: now, isReading: Bool.random(using: &random), unsent: 3)
            }
        }
        while deadlines.answersOwed > 0 { deadlines.answerEnded(now: now) }
        let unsent = Bool.random(using: &random) ? 10 : 0
        let end = end(of: deadlines, from: now, unsent: unsent)
        #expect(end.map { $0.after <= (now - start) + .minutes(2) } == true)
    }
}

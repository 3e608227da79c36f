// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// When a connection has to be given up, decided from what has happened on it. Reads no clock and touches no socket.
struct ConnectionDeadlines {
    enum Phase: Equatable {
        /// No request is being received: none has come, or the last one is complete.
        case idle(since: NIODeadline)
        /// Octets have come that are not yet a complete head.
        case head(since: NIODeadline, octets: Int)
        case body(since: NIODeadline, octets: Int)
        /// Our side is closed; what still comes is thrown away.
        case lingering(since: NIODeadline)
    }

    enum Overrun: Equatable {
        case idle
        case head
        case body
        case writeStall
        case linger
    }

    enum Verdict: Equatable {
        /// Nothing is due before this moment, if nothing happens until then.
        case keep(until: NIODeadline)
        case giveUp(Overrun)
    }

    private var limits: ConnectionLimits
    private(set) var phase: Phase
    /// Requests whose head has come and whose answer is not complete. Several when a client pipelines.
    private(set) var answersOwed = 0
    /// Whether the head of an answer has been sent, so that no other may be.
    private(set) var isAnswering = false
    private var lastProgressOfWrites: (at: NIODeadline, unsent: Int)?

    init(limits: ConnectionLimits, now: NIODeadline) {
        self.limits = limits
        phase = .idle(since: now)
    }

    var isLingering: Bool {
        if case .lingering = phase { true } else { false }
    }

    /// Whether more octets have come than a head may have, without being one.
    var isHeadTooLong: Bool {
        if case .head(_, let octets) = phase { octets > limits.maximumHeadLength } else { false }
    }

    // MARK: - What the client does

    /// Octets have come. Called before they are parsed.
    mutating func received(_ count: Int, now: NIODeadline) {
        switch phase {
        case .idle: phase = .head(since: now, octets: count)
        case .head(let since, let octets): phase = .head(since: since, octets: octets + count)
        case .body, .lingering: break
        }
    }

    mutating func headEnded(now: NIODeadline) {
        guard !isLingering else { return }
        answersOwed += 1
        phase = .body(since: now, octets: 0)
    }

    mutating func bodyReceived(_ count: Int) {
        guard case .body(let since, let octets) = phase else { return }
        phase = .body(since: since, octets: octets + count)
    }

    mutating func requestEnded(now: NIODeadline) {
        guard !isLingering else { return }
        phase = .idle(since: now)
    }

    // MARK: - What the server does

    mutating func answerBegan() {
        isAnswering = true
    }

    mutating func answerEnded(now: NIODeadline) {
        isAnswering = false
        answersOwed = max(0, answersOwed - 1)
        if case .idle = phase { phase = .idle(since: now) }
    }

    /// Everything has been sent and our side is closed.
    mutating func outputClosed(now: NIODeadline) {
        if !isLingering { phase = .lingering(since: now) }
    }

    /// The server shuts down, and would wait for whoever takes nothing.
    mutating func serverEnds() {
        limits.writeStallTimeout = min(limits.writeStallTimeout, limits.farewellStallTimeout)
    }

    /// The client has taken enough for more to be written.
    mutating func becameWritable(unsent: Int, now: NIODeadline) {
        lastProgressOfWrites = (now, unsent)
    }

    // MARK: - The verdict

    /// - Parameters:
    ///   - isReading: whether the server wants octets from the client. When it does not, the clock of the request
    ///     starts anew.
    ///   - unsent: octets of answers that the kernel has not taken yet.
    mutating func verdict(now: NIODeadline, isReading: Bool, unsent: Int) -> Verdict {
        var next = now + limits.idleTimeout
        if unsent > 0 {
            let stalledSince = stalledSince(now: now, unsent: unsent)
            if now - stalledSince >= limits.writeStallTimeout { return .giveUp(.writeStall) }
            // Looked at four times in the span, so that progress is never dated much too late.
            next = min(next, now + .nanoseconds(max(1, limits.writeStallTimeout.nanoseconds / 4)))
        } else {
            lastProgressOfWrites = nil
        }
        guard let (deadline, overrun) = deadline(now: now, isReading: isReading, unsent: unsent) else {
            return .keep(until: next)
        }
        return now >= deadline ? .giveUp(overrun) : .keep(until: min(next, deadline))
    }

    private mutating func stalledSince(now: NIODeadline, unsent: Int) -> NIODeadline {
        // Not equal is progress: what a client does not take stays exactly as it is, or grows to where writing stops.
        if let last = lastProgressOfWrites, last.unsent == unsent { return last.at }
        lastProgressOfWrites = (now, unsent)
        return now
    }

    private mutating func deadline(now: NIODeadline, isReading: Bool, unsent: Int) -> (NIODeadline, Overrun)? {
        switch phase {
        case .lingering(let since):
            return (since + limits.lingerTimeout, .linger)
        case .idle(let since):
            // The server has yet to answer, or the client to take the answer: neither is idle.
            return answersOwed > 0 || unsent > 0 ? nil : (since + limits.idleTimeout, .idle)
        case .head(let since, let octets):
            guard isReading, answersOwed == 0 else {
                phase = .head(since: now, octets: octets)
                return nil
            }
            return (since + limits.headTimeout, .head)
        case .body(let since, let octets):
            guard isReading else {
                phase = .body(since: now, octets: 0)
                return nil
            }
            let affordable = TimeAmount.milliseconds(Int64(octets) * 1_000 / Int64(max(1, limits.minimumBodyRate)))
            return (min(since + limits.bodyTimeout, since + limits.bodyGrace + affordable), .body)
        }
    }
}

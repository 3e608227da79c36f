// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

/// What the owner was told last, and when: decides whether there is something to tell. Pure.
///
/// Trouble is told when it begins and when more was given up than was told; its end is told once. Of each kind there is at
/// most one alert an hour, so that mail that comes and goes makes no flood of them; what is still so after the hour is told
/// then.
package struct AlertRecord: Sendable, Hashable {
    package static let interval = Interval.hours(1)

    private var told: MailAlert.Kind = .recovered
    private var failedTold = 0
    private var lastAt: [MailAlert.Kind: Timestamp] = [:]
    /// Decided upon and not delivered yet.
    package private(set) var pending: MailAlert?
    private var attempts = 0
    private var nextAttempt = Timestamp(milliseconds: 0)

    package init() {}

    /// The alert that is to be sent now; nil when there is none, or its next try is not due.
    ///
    /// - Parameter id: For a new alert.
    package mutating func due(for trouble: MailTrouble, id: String, at now: Timestamp) -> MailAlert? {
        // What was sent again or is long ago makes room: what is given up after that is news.
        failedTold = min(failedTold, trouble.failedCount)
        holdToClock(now)
        let kind: MailAlert.Kind = trouble.isTrouble ? .failing : .recovered
        if let pending, pending.kind == kind {
            return nextAttempt <= now ? pending : nil
        }
        // What changed back before it was told is not told at all.
        pending = nil
        let isNews = kind != told || (kind == .failing && trouble.failedCount > failedTold)
        guard isNews, lastAt[kind].map({ now.since($0) >= Self.interval }) ?? true else { return nil }
        let alert = MailAlert(id: id, kind: kind, at: now, trouble: trouble)
        pending = alert
        attempts = 0
        nextAttempt = now
        return alert
    }

    package mutating func delivered(_ alert: MailAlert, at now: Timestamp) {
        told = alert.kind
        failedTold = alert.trouble.failedCount
        lastAt[alert.kind] = now
        pending = nil
        attempts = 0
        nextAttempt = Timestamp(milliseconds: 0)
    }

    /// Tried again after a minute, then ever later, at most every hour, for as long as it holds true.
    package mutating func failed(at now: Timestamp) {
        attempts += 1
        nextAttempt = now.advanced(by: wait)
    }

    private var wait: Interval { min(.minutes(1 << Int64(min(max(attempts - 1, 0), 6))), Self.interval) }

    /// A clock that was set back must not silence what is told: no time is remembered that would be still to come.
    private mutating func holdToClock(_ now: Timestamp) {
        lastAt = lastAt.mapValues { min($0, now) }
        nextAttempt = min(nextAttempt, now.advanced(by: wait))
    }
}

// MARK: - Kept over restarts

extension AlertRecord {
    /// What is kept: a server that is started over and over must not tell the same each time, and what was not taken is
    /// repeated under its id.
    package var text: String {
        JSONWriter.text { writer in
            writer.object { object in
                object.member("told", told.rawValue)
                object.member("failed", failedTold)
                for (kind, moment) in lastAt.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                    object.member(kind.rawValue, moment.milliseconds)
                }
                guard let pending else { return }
                object.name("pending")
                object.object { object in
                    object.member("id", pending.id)
                    object.member("kind", pending.kind.rawValue)
                    object.member("at", pending.at.milliseconds)
                    object.member("attempts", attempts)
                    object.member("next", nextAttempt.milliseconds)
                    object.name("waiting")
                    Self.write(pending.trouble.waiting, to: &object)
                    object.name("failed")
                    Self.write(pending.trouble.failed, to: &object)
                }
            }
        }
    }

    /// Reads what `text` wrote; nil for anything else.
    package init?(text: String) {
        guard let json = try? JSONParser.parse(Array(text.utf8), maximumDepth: 3),
            let told = json["told"]?.string.flatMap({ MailAlert.Kind(rawValue: $0) }),
            let failed = Self.count(json["failed"])
        else { return nil }
        self.init()
        self.told = told
        failedTold = failed
        for kind in MailAlert.Kind.allCases {
            guard let value = json[kind.rawValue] else { continue }
            guard let moment = Self.moment(value) else { return nil }
            lastAt[kind] = moment
        }
        guard let pending = json["pending"] else { return }
        guard let id = pending["id"]?.string,
            let kind = pending["kind"]?.string.flatMap(MailAlert.Kind.init(rawValue:)),
            let at = Self.moment(pending["at"]), let attempts = Self.count(pending["attempts"]),
            let next = Self.moment(pending["next"])
        else { return nil }
        var trouble = MailTrouble()
        trouble.waiting = Self.counts(pending["waiting"])
        trouble.failed = Self.counts(pending["failed"])
        self.pending = MailAlert(id: id, kind: kind, at: at, trouble: trouble)
        self.attempts = attempts
        nextAttempt = next
    }

    private static func moment(_ json: JSONValue?) -> Timestamp? {
        json?.integer.flatMap { Timestamp(untrusted: $0) }
    }

    /// What can be counted on from; nil for what no record ever had.
    private static func count(_ json: JSONValue?) -> Int? {
        json?.integer.flatMap { (0...Int64(Int32.max)).contains($0) ? Int($0) : nil }
    }

    private static func write(_ counts: [FormName: Int], to writer: inout JSONWriter) {
        writer.object { object in
            for (form, count) in counts.sorted(by: { $0.key < $1.key }) {
                object.member(form.rawValue, count)
            }
        }
    }

    private static func counts(_ json: JSONValue?) -> [FormName: Int] {
        guard case .object(let members) = json else { return [:] }
        let counts = members.compactMap { member in
            FormName(rawValue: member.name).flatMap { form in count(member.value).map { (form, $0) } }
        }
        return Dictionary(counts, uniquingKeysWith: +)
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm

/// Who is signed in. Pure: the time comes in as a value, by a clock that nobody sets (`Timestamp.steady`). By one that went back
/// sessions end: none lives longer for it.
///
/// A session ends when it is signed out, when it was not used for long, when it is old however much it was used, and
/// when the password it was opened with is another one by now.
package struct SessionTable: Sendable {
    package struct Limits: Sendable, Hashable {
        package var idle = Interval.hours(12)
        package var absolute = Interval.days(7)
        /// The one that was not used for longest makes room for another.
        package var count = 100

        package init() {}
    }

    private struct Session {
        var openedAt: Timestamp
        var usedAt: Timestamp
        /// The salt of the password, which is new with every password.
        var password: [UInt8]
    }

    package var limits: Limits
    private var sessions: [SecretToken.Digest: Session] = [:]

    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// For tests: how many sessions are held.
    package var count: Int { sessions.count }

    package mutating func open(_ token: SecretToken, with password: PasswordHash, at now: Timestamp) {
        sessions = sessions.filter { isAlive($0.value, at: now) }
        if sessions.count >= limits.count, let oldest = sessions.min(by: { $0.value.usedAt < $1.value.usedAt }) {
            sessions[oldest.key] = nil
        }
        sessions[token.digest] = Session(openedAt: now, usedAt: now, password: password.salt)
    }

    /// Whether the token is that of an open session, which counts as used then.
    package mutating func use(_ token: SecretToken, with password: PasswordHash, at now: Timestamp) -> Bool {
        let digest = token.digest
        guard let session = sessions[digest] else { return false }
        guard isAlive(session, at: now), session.password == password.salt else {
            sessions[digest] = nil
            return false
        }
        sessions[digest]?.usedAt = now
        return true
    }

    package mutating func close(_ token: SecretToken) {
        sessions[token.digest] = nil
    }

    private func isAlive(_ session: Session, at now: Timestamp) -> Bool {
        (.seconds(0)..<limits.idle).contains(now.since(session.usedAt))
            && now.since(session.openedAt) < limits.absolute
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import Dispatch
package import Logging
import Synchronization

/// Lets the owner in by password, and knows who is in.
///
/// Sessions are kept in memory alone: a restart signs everybody out, and no file or backup lets anybody in. See
/// docs/decisions/0018-the-owners-session.md.
package final class OwnerSignIn: Sendable {
    package struct Settings: Sendable {
        package var sessions = SessionTable.Limits()
        package var throttle = SignInThrottle.Limits()
        package var cost = PasswordHash.Cost.standard
        /// How long the link to set the first password may be used.
        package var firstRun = Interval.hours(1)
        /// Passwords that wait to be looked at, one after the other; more are sent away.
        package var queue = 4

        package init() {}
    }

    /// What came of a try to get in.
    package enum Outcome: Sendable {
        /// The token of a new session; the only time that it is told.
        case signedIn(SecretToken)
        /// The password is wrong, or there is none, or the link is not good: not said which.
        case refused
        /// Not looked at: too many tried, or are being looked at. To be tried again after so many seconds, at least 1.
        case throttled(seconds: Int)
        /// The password's file can't be read or written, or memory is short; logged.
        case unavailable
    }

    /// Characters; NIST SP 800-63B asks for 8 and takes 64, and the only password of an inbox may well be longer.
    package static let passwordLength = 12...1_000

    private struct State {
        var sessions: SessionTable
        var throttle: SignInThrottle
        var firstRun: (digest: SecretToken.Digest, madeAt: Timestamp)?
        var waiting = 0
    }

    private let source: any OwnerPasswordSource
    private let settings: Settings
    private let logger: Logger
    private let now: @Sendable () -> Timestamp
    private let state: Mutex<State>
    /// One derivation at a time: each takes 128 MiB, and the visitors' requests have the other cores.
    private let queue = DispatchQueue(label: "brevlada.password")
    /// What a password is held against while there is none, so that the answer takes as long.
    private let stranger: PasswordHash

    /// - Parameter now: A clock that nobody sets: set back, it would have sessions and the link of the first run live longer, and
    ///   set ahead it would end them.
    package init(
        source: any OwnerPasswordSource,
        settings: Settings = Settings(),
        logger: Logger,
        now: @escaping @Sendable () -> Timestamp = { .steady() }
    ) {
        self.source = source
        self.settings = settings
        self.logger = logger
        self.now = now
        stranger = .unmatchable(cost: settings.cost)
        state = Mutex(
            State(
                sessions: SessionTable(limits: settings.sessions),
                throttle: SignInThrottle(limits: settings.throttle)
            )
        )
    }

    /// Whether no password was ever set. False when that can't be told.
    package var needsPassword: Bool {
        guard let password = load() else { return false }
        return password == nil
    }

    /// A token to set the first password with, good once and for `Settings.firstRun`; nil when there is a password.
    package func makeFirstRunToken() -> SecretToken? {
        guard needsPassword else { return nil }
        let token = SecretToken()
        state.withLock { $0.firstRun = (token.digest, now()) }
        return token
    }

    /// Whether the token is that of a session which is still good; then it has been used now, and ends the later for it.
    ///
    /// Reads the password's file, so that a password that was changed or removed ends every session at once. Blocks for as
    /// long. False, and a line in the log, when the file can't be read.
    package func isSignedIn(_ token: SecretToken?) -> Bool {
        guard let token, case let password?? = load() else { return false }
        return state.withLock { $0.sessions.use(token, with: password, at: now()) }
    }

    /// Looks whether the password is the owner's, and opens a session if it is.
    ///
    /// Suspends for as long as scrypt takes, and before that for its turn: passwords are looked at one after the other. At
    /// most `Settings.queue` wait, twice as many where the owner came from before; who comes then is throttled at once.
    ///
    /// - Parameter client: Who asks, for the throttle alone; nil when it is unknown.
    package func signIn(_ password: String, from client: IPAddress?) async -> Outcome {
        if let seconds = admit(client) { return .throttled(seconds: seconds) }
        defer { leave() }
        guard let kept = load() else { return .unavailable }
        let reference = kept ?? stranger
        guard let matches = await derive({ try reference.matches(password) }) else { return .unavailable }
        guard matches, let kept else {
            logger.notice("owner's sign-in refused")
            return .refused
        }
        return open(with: kept, from: client)
    }

    /// Sets the first password by the link that `brevlada serve` printed, and signs in. Waits for its turn as `signIn` does.
    ///
    /// - Parameter token: That of the link; used up by the first try, whatever comes of it.
    package func setFirstPassword(_ password: String, by token: SecretToken?, from client: IPAddress?) async -> Outcome
    {
        if let seconds = admit(client) { return .throttled(seconds: seconds) }
        defer { leave() }
        let now = now()
        let isGood = state.withLock { state in
            guard let firstRun = state.firstRun, let token, firstRun.digest == token.digest else { return false }
            // Used up also when what follows fails: the next start prints another.
            state.firstRun = nil
            return (.seconds(0)..<settings.firstRun).contains(now.since(firstRun.madeAt))
        }
        guard isGood, needsPassword else {
            logger.notice("owner's first password refused")
            return .refused
        }
        let cost = settings.cost
        guard let hash = await derive({ try PasswordHash(of: password, cost: cost) }) else { return .unavailable }
        do {
            guard try source.setFirst(hash) else { return .refused }
        } catch {
            logger.error("owner's password not kept", metadata: ["error.reason": "\(error)"])
            return .unavailable
        }
        logger.notice("owner's first password set")
        return open(with: hash, from: client)
    }

    /// Ends the token's session; does nothing when there is none. The others go on.
    package func signOut(_ token: SecretToken) {
        state.withLock { $0.sessions.close(token) }
    }

    // MARK: -

    private func open(with password: PasswordHash, from client: IPAddress?) -> Outcome {
        let token = SecretToken()
        state.withLock { state in
            state.throttle.succeeded(client)
            state.sessions.open(token, with: password, at: now())
        }
        logger.notice("owner signed in")
        return .signedIn(token)
    }

    /// Nil admits; otherwise the seconds to wait.
    private func admit(_ client: IPAddress?) -> Int? {
        let now = now()
        return state.withLock { state in
            // Twice as many may wait when it may well be the owner, whom a flood of others must not keep out.
            let places = state.throttle.knows(client) ? 2 * settings.queue : settings.queue
            guard state.waiting < places else { return 2 }
            if let seconds = state.throttle.admit(client, at: now) { return seconds }
            state.waiting += 1
            return nil
        }
    }

    private func leave() { state.withLock { $0.waiting -= 1 } }

    /// The password, nil within when none was set; nil when it can't be read, which is logged.
    private func load() -> PasswordHash?? {
        do {
            return .some(try source.load())
        } catch {
            logger.error("owner's password not readable", metadata: ["error.reason": "\(error)"])
            return .none
        }
    }

    /// Away from the event loops and from the tasks of the others.
    private func derive<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async -> Result? {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Swift.Result<Result, any Error>, Never>) in
            queue.async { continuation.resume(returning: Swift.Result(catching: body)) }
        }
        switch result {
        case .success(let value): return value
        case .failure(let error):
            logger.error("owner's password not checked", metadata: ["error.reason": "\(error)"])
            return nil
        }
    }
}

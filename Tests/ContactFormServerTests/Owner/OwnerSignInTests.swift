// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import Logging
import Synchronization
import Testing

@testable import ContactFormServer

/// A password in memory, whose file breaks on demand.
final class InMemoryPassword: OwnerPasswordSource {
    struct Broken: Error {}

    private let state: Mutex<Result<PasswordHash?, Broken>>
    private let loads = Mutex(0)

    init(_ password: String? = nil) throws {
        state = Mutex(.success(try password.map { try PasswordHash(of: $0, cost: .cheap) }))
    }

    func change(to password: String?, cost: PasswordHash.Cost = .cheap) throws {
        let hash = try password.map { try PasswordHash(of: $0, cost: cost) }
        state.withLock { $0 = .success(hash) }
    }

    /// How often it was read.
    var loadCount: Int { loads.withLock { $0 } }

    func breakDown() { state.withLock { $0 = .failure(Broken()) } }

    func load() throws -> PasswordHash? {
        loads.withLock { $0 += 1 }
        return try state.withLock { $0 }.get()
    }

    func setFirst(_ password: PasswordHash) throws -> Bool {
        try state.withLock { state in
            guard try state.get() == nil else { return false }
            state = .success(password)
            return true
        }
    }
}

extension OwnerSignIn.Outcome {
    var word: String {
        switch self {
        case .signedIn: "signed in"
        case .refused: "refused"
        case .throttled(let seconds): "throttled \(seconds)"
        case .unavailable: "unavailable"
        }
    }

    var token: SecretToken? { if case .signedIn(let token) = self { token } else { nil } }
}

extension IPAddress? {
    static let first = IPAddress("198.51.100.1")
    static let second = IPAddress("198.51.100.2")
}

@Suite("Signing in")
struct OwnerSignInTests {
    private static let password = "correct horse battery"

    private func signIn(_ source: InMemoryPassword, clock: ManualTime = ManualTime()) -> OwnerSignIn {
        var settings = OwnerSignIn.Settings()
        settings.cost = .cheap
        return OwnerSignIn(
            source: source,
            settings: settings,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            now: { clock.now }
        )
    }

    @Test("the right password opens a session, and signing out ends it")
    func session() async throws {
        let signIn = signIn(try InMemoryPassword(Self.password))
        let token = try #require(await signIn.signIn(Self.password, from: .first).token)
        #expect(signIn.isSignedIn(token))
        #expect(!signIn.isSignedIn(SecretToken()))
        #expect(!signIn.isSignedIn(nil))
        signIn.signOut(token)
        #expect(!signIn.isSignedIn(token))
    }

    @Test("a wrong password and no password at all get the same answer", arguments: [password, nil])
    func wrong(kept: String?) async throws {
        let signIn = signIn(try InMemoryPassword(kept))
        #expect(await signIn.signIn("wrong horse battery", from: .first).word == "refused")
    }

    @Test("the sixth wrong password from one address has to wait, and the right one too")
    func throttled() async throws {
        let time = ManualTime()
        let signIn = signIn(try InMemoryPassword(Self.password), clock: time)
        for _ in 0..<5 { #expect(await signIn.signIn("wrong", from: .first).word == "refused") }
        #expect(await signIn.signIn(Self.password, from: .first).word == "throttled 60")
        #expect(await signIn.signIn(Self.password, from: .second).word == "signed in")
        time.advance(by: .seconds(60))
        #expect(await signIn.signIn(Self.password, from: .first).word == "signed in")
    }

    @Test("a flood from everywhere keeps out whoever is new for a while, and not where the owner signed in before")
    func flooded() async throws {
        let time = ManualTime()
        let signIn = signIn(try InMemoryPassword(Self.password), clock: time)
        #expect(await signIn.signIn(Self.password, from: .first).word == "signed in")
        for round in 0..<120 {
            for number in 0..<3 { _ = await signIn.signIn("wrong", from: IPAddress("10.0.\(number).\(round)")) }
            time.advance(by: .seconds(5))
        }
        _ = await signIn.signIn("wrong", from: IPAddress("10.1.1.1"))
        #expect(await signIn.signIn(Self.password, from: .second).word == "throttled 5")
        for _ in 0..<10 { #expect(await signIn.signIn(Self.password, from: .first).word == "signed in") }
    }

    @Test("another password ends every session")
    func changed() async throws {
        let source = try InMemoryPassword(Self.password)
        let signIn = signIn(source)
        let token = try #require(await signIn.signIn(Self.password, from: .first).token)
        try source.change(to: Self.password)
        #expect(!signIn.isSignedIn(token))
        try source.change(to: nil)
        #expect(!signIn.isSignedIn(token))
    }

    @Test("a file that can't be read lets nobody in, and nobody set a password")
    func broken() async throws {
        let source = try InMemoryPassword(Self.password)
        let signIn = signIn(source)
        let token = try #require(await signIn.signIn(Self.password, from: .first).token)
        source.breakDown()
        #expect(!signIn.isSignedIn(token))
        #expect(!signIn.needsPassword)
        #expect(signIn.makeFirstRunToken() == nil)
        #expect(await signIn.signIn(Self.password, from: .first).word == "unavailable")
    }

    @Test("the first link sets a password once, and signs in")
    func firstRun() async throws {
        let signIn = signIn(try InMemoryPassword())
        #expect(signIn.needsPassword)
        let link = try #require(signIn.makeFirstRunToken())
        #expect(await signIn.setFirstPassword(Self.password, by: SecretToken(), from: .first).word == "refused")
        #expect(await signIn.setFirstPassword(Self.password, by: nil, from: .first).word == "refused")
        let token = try #require(await signIn.setFirstPassword(Self.password, by: link, from: .first).token)
        #expect(signIn.isSignedIn(token))
        #expect(!signIn.needsPassword)
        #expect(signIn.makeFirstRunToken() == nil)
        #expect(await signIn.setFirstPassword("another password", by: link, from: .first).word == "refused")
        #expect(await signIn.signIn(Self.password, from: .first).word == "signed in")
    }

    @Test("the first link is good for an hour, and not beside a password that was set meanwhile")
    func firstRunEnds() async throws {
        let time = ManualTime()
        let old = signIn(try InMemoryPassword(), clock: time)
        let link = try #require(old.makeFirstRunToken())
        time.advance(by: .hours(1))
        #expect(await old.setFirstPassword(Self.password, by: link, from: .first).word == "refused")

        let source = try InMemoryPassword()
        let overtaken = signIn(source)
        let other = try #require(overtaken.makeFirstRunToken())
        try source.change(to: Self.password)
        #expect(await overtaken.setFirstPassword("another password", by: other, from: .first).word == "refused")
    }

    @Test("by a clock that goes back the link is good no longer, and sessions end")
    func clockSetBack() async throws {
        let time = ManualTime()
        let signIn = signIn(try InMemoryPassword(), clock: time)
        let link = try #require(signIn.makeFirstRunToken())
        time.advance(by: .days(-30))
        #expect(await signIn.setFirstPassword(Self.password, by: link, from: .first).word == "refused")

        let other = self.signIn(try InMemoryPassword(Self.password), clock: time)
        let token = try #require(await other.signIn(Self.password, from: .first).token)
        time.advance(by: .days(-30))
        #expect(!other.isSignedIn(token))
    }

    @Test("guesses at the link are throttled like passwords")
    func guesses() async throws {
        let signIn = signIn(try InMemoryPassword())
        _ = signIn.makeFirstRunToken()
        for _ in 0..<5 { _ = await signIn.setFirstPassword(Self.password, by: SecretToken(), from: .first) }
        #expect(await signIn.setFirstPassword(Self.password, by: SecretToken(), from: .first).word == "throttled 60")
    }

    @Test("four passwords wait for their turn, eight where the owner signed in before, and who comes then is sent away")
    func queue() async throws {
        let source = try InMemoryPassword(Self.password)
        let signIn = signIn(source)
        #expect(await signIn.signIn(Self.password, from: .first).word == "signed in")
        // The first in the line takes so long that all the others come meanwhile.
        try source.change(to: Self.password, cost: .standard)
        var line: [Task<String, Never>] = []
        for number in 0..<8 {
            let (password, client) =
                number < 4 ? ("wrong", IPAddress("192.0.2.\(number)")) : (Self.password, IPAddress?.first)
            let loads = source.loadCount
            line.append(Task { await signIn.signIn(password, from: client).word })
            // Who stands in the line has had the file read; who was sent away never has.
            for _ in 0..<10_000 where source.loadCount == loads { try await Task.sleep(for: .milliseconds(1)) }
            if number == 0 { try source.change(to: Self.password) }
            if number == 3 {
                // Side by side with the first, the others would be done and gone by now.
                try await Task.sleep(for: .milliseconds(50))
                #expect(await signIn.signIn(Self.password, from: .second).word == "throttled 2")
            }
        }
        #expect(await signIn.signIn(Self.password, from: .first).word == "throttled 2")
        var outcomes: [String] = []
        for task in line { outcomes.append(await task.value) }
        #expect(outcomes == Array(repeating: "refused", count: 4) + Array(repeating: "signed in", count: 4))
        #expect(await signIn.signIn(Self.password, from: .second).word == "signed in")
    }
}

/// A clock that stands still until it is moved.
final class ManualTime: Sendable {
    private let time = Mutex(Timestamp.sample)

    var now: Timestamp { time.withLock { $0 } }

    func advance(by interval: Interval) {
        time.withLock { $0 = $0.advanced(by: interval) }
    }
}

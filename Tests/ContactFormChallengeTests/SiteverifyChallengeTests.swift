// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormChallenge
import HTTPAddress
import Logging
import Synchronization
import Testing

/// A checker that answers as scripted and remembers what it was asked.
private final class Checker: SiteverifyTransport {
    private struct Unreachable: Error {}

    let asked = Mutex<[String]>([])
    private let status: Int
    /// Nil gives no answer.
    private let answer: String?

    init(status: Int = 200, answer: String?) {
        self.status = status
        self.answer = answer
    }

    func post(
        _ form: String,
        timeoutSeconds: Int64,
        longestAnswer: Int
    ) async throws -> (status: Int, body: [UInt8]) {
        asked.withLock { $0.append(form) }
        guard let answer, answer.utf8.count <= longestAnswer else { throw Unreachable() }
        return (status, Array(answer.utf8))
    }

    func verdict(_ provider: ChallengeProvider = .turnstile, token: String = "t") async -> ChallengeVerdict {
        let challenge = SiteverifyChallenge(
            provider: provider,
            secret: "s&cret=1",
            transport: self,
            logger: Logger(label: "test")
        )
        return await challenge.verify(token: token)
    }
}

@Suite("SiteverifyChallenge")
struct SiteverifyChallengeTests {
    @Test(
        "the checker's answer becomes a verdict, and what is not an answer holds the message",
        arguments: [
            (#"{"success":true,"challenge_ts":"2026-11-23T23:11:20Z","hostname":"example.se"}"#, .passed),
            (#"{"success":false,"error-codes":["invalid-input-response"]}"#, .refused),
            (#"{"success":false,"error-codes":["timeout-or-duplicate"]}"#, .expired),
            (#"{"success":false,"error-codes":["already-seen-response"]}"#, .expired),
            (#"{"success":false,"error-codes":["expired-input-response"]}"#, .expired),
            (#"{"success":false,"error-codes":["invalid-input-secret"]}"#, .unavailable),
            (#"{"success":false,"error-codes":["internal-error"]}"#, .unavailable),
            (#"{"success":false}"#, .unavailable),
            (#"{"success":"yes"}"#, .unavailable),
            ("<html>502</html>", .unavailable), ("", .unavailable), (nil, .unavailable),
            (String(repeating: " ", count: 20_000) + #"{"success":true}"#, .unavailable),
        ] as [(String?, ChallengeVerdict)]
    )
    func verdicts(answer: String?, verdict: ChallengeVerdict) async {
        for status in [200, 400, 502] { #expect(await Checker(status: status, answer: answer).verdict() == verdict) }
    }

    @Test("secret and token are sent escaped, and nothing about the visitor")
    func request() async {
        let checker = Checker(answer: #"{"success":true}"#)
        _ = await checker.verdict(.hcaptcha, token: "a+b å&c")
        #expect(checker.asked.withLock { $0 } == ["secret=s%26cret%3D1&response=a%2Bb%20%C3%A5%26c"])
    }

    @Test("a token of absurd length is refused without asking")
    func longToken() async {
        let checker = Checker(answer: #"{"success":true}"#)
        #expect(await checker.verdict(token: String(repeating: "a", count: 5000)) == .refused)
        #expect(checker.asked.withLock { $0 }.isEmpty)
    }

    @Test("each provider has its own field, checker and sources")
    func providers() {
        let turnstile = ChallengeProvider.turnstile
        #expect(turnstile.tokenField == "cf-turnstile-response")
        #expect(turnstile.endpoint == HTTPLocation(url: "https://challenges.cloudflare.com/turnstile/v0/siteverify"))
        #expect(turnstile.contentSources == "https://challenges.cloudflare.com")
        let hcaptcha = ChallengeProvider.hcaptcha
        #expect(hcaptcha.tokenField == "h-captcha-response")
        #expect(hcaptcha.endpoint == HTTPLocation(url: "https://api.hcaptcha.com/siteverify"))
        #expect(hcaptcha.contentSources == "https://hcaptcha.com https://*.hcaptcha.com")
        #expect(ChallengeProvider.allCases == [turnstile, hcaptcha])
    }
}

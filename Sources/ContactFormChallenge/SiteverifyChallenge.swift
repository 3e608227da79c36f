// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes
package import ContactForm
import JSON
package import Logging

/// Asks Cloudflare Turnstile or hCaptcha whether a token is good. Both speak the same small protocol, called siteverify.
///
/// - Turnstile: developers.cloudflare.com/turnstile/get-started/server-side-validation
/// - hCaptcha: docs.hcaptcha.com, "Verify the user response server side"
package struct SiteverifyChallenge: Challenge {
    private let provider: ChallengeProvider
    private let secret: String
    private let transport: any SiteverifyTransport
    private let logger: Logger

    /// The visitor waits for the answer.
    private static let timeoutSeconds: Int64 = 5
    private static let longestAnswer = 16 * 1024
    private static let longestToken = 4096

    /// - Parameter transport: To the provider's `endpoint`, or for tests to another place.
    package init(
        provider: ChallengeProvider,
        secret: String,
        transport: any SiteverifyTransport,
        logger: Logger
    ) {
        self.provider = provider
        self.secret = secret
        self.transport = transport
        self.logger = logger
    }

    package var tokenField: String { provider.tokenField }

    package func verify(token: String) async -> ChallengeVerdict {
        // Neither provider makes tokens anywhere near this long.
        guard token.utf8.count <= Self.longestToken else { return .refused }
        do {
            let answer = try await transport.post(
                "secret=\(PercentEncoding.encode(secret))&response=\(PercentEncoding.encode(token))",
                timeoutSeconds: Self.timeoutSeconds,
                longestAnswer: Self.longestAnswer
            )
            return verdict(status: answer.status, body: answer.body)
        } catch {
            logger.error("challenge not checked", metadata: ["error.type": "\(type(of: error))"])
            return .unavailable
        }
    }

    /// A wrong secret is the owner's mistake, not the visitor's: the message is kept and held, and the log says why.
    private func verdict(status: Int, body: [UInt8]) -> ChallengeVerdict {
        guard let answer = try? JSONParser.parse(body, maximumDepth: 8), case .bool(let isGood)? = answer["success"]
        else {
            logger.error("challenge answer not understood", metadata: ["http.status": "\(status)"])
            return .unavailable
        }
        if isGood { return .passed }
        let codes = Set((answer["error-codes"]?.array ?? []).compactMap(\.string))
        if !codes.isDisjoint(with: Self.expired) { return .expired }
        if codes.isSubset(of: Self.refused) && !codes.isEmpty { return .refused }
        logger.error(
            "challenge checker refused our request; check challenge.secret",
            metadata: ["challenge.codes": .array(codes.sorted().prefix(5).map { "\($0.prefix(60))" })]
        )
        return .unavailable
    }

    private static let expired: Set<String> = [
        "timeout-or-duplicate", "expired-input-response", "already-seen-response", "invalid-or-already-seen-response",
    ]
    private static let refused: Set<String> = ["invalid-input-response", "missing-input-response", "bad-request"]
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What a number of messages a month asks of AWS at its busiest moment; the arithmetic of `Infrastructure/cost_model.py`.
package struct Load: Sendable, Hashable {
    package var messagesPerMonth: Double
    /// Whether the form is on the site's own origin; if not, a browser asks before it sends.
    package var isSameOrigin: Bool
    /// Whether mails go out one by one; else as digests of 50.
    package var isOneByOne: Bool

    package init(messagesPerMonth: Double, isSameOrigin: Bool, isOneByOne: Bool) {
        self.messagesPerMonth = messagesPerMonth
        self.isSameOrigin = isSameOrigin
        self.isOneByOne = isOneByOne
    }

    /// The busiest moment, in averages.
    private static let peak = 10.0
    private static let secondsPerMonth = 30.0 * 24 * 3_600
    private static let intakeSeconds = 0.030
    private static let preflightSeconds = 0.003
    private static let sendSeconds = 0.060
    private static let messagesPerDigest = 50.0

    package var messagesPerSecond: Double { messagesPerMonth / Self.secondsPerMonth * Self.peak }
    package var requestsPerSecond: Double { messagesPerSecond * (isSameOrigin ? 1 : 2) }
    private var share: Double { isOneByOne ? 1 : Self.messagesPerDigest }
    package var mailsPerSecond: Double { messagesPerSecond / share }
    package var mailsPerDay: Double { messagesPerMonth / 30 / share }

    /// Of all functions together.
    package var concurrentRuns: Double {
        messagesPerSecond * (Self.intakeSeconds + (isSameOrigin ? 0 : Self.preflightSeconds))
            + messagesPerSecond * Self.sendSeconds / (isOneByOne ? 1 : 6)
    }
}

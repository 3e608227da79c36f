// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// One step of `SMTPClient.probe`, done or failed.
package struct SMTPProbeStep: Sendable, Hashable {
    package enum Outcome: Sendable, Hashable {
        case passed
        /// Not now, or odd, and no failure. With what to do about it, as below.
        case warned(remedy: String)
        /// With what to do about it, as the end of a sentence.
        case failed(remedy: String)
    }

    package let stage: SMTPStage
    package let outcome: Outcome
    /// What was found: an address, the server's greeting, its capabilities, the TLS version and certificate, or
    /// what went wrong. At most a few hundred printable characters.
    package let detail: String
    package let duration: Duration

    /// The step's name for a person.
    package var name: String {
        switch stage {
        case .connect: "connection"
        case .greeting: "greeting"
        case .ehlo: "capabilities"
        case .starttls: "encryption"
        case .auth: "account"
        case .mail: "sender"
        case .rcpt: "recipient"
        case .data, .body: "message"
        case .quit: "goodbye"
        }
    }
}

/// Measures the time between the steps.
struct SMTPProbeWatch {
    private var lap = ContinuousClock.now

    mutating func passed(_ stage: SMTPStage, _ detail: String) -> SMTPProbeStep {
        SMTPProbeStep(stage: stage, outcome: .passed, detail: detail, duration: nextLap())
    }

    mutating func postponed(_ error: SMTPError, about recipient: String) -> SMTPProbeStep {
        SMTPProbeStep(
            stage: error.stage,
            outcome: .warned(remedy: error.remedy),
            detail: "\(recipient) not now, \(error.problem)",
            duration: nextLap()
        )
    }

    /// The server would not take a mail that comes back.
    mutating func unknown(_ error: SMTPError, sender: String) -> SMTPProbeStep {
        SMTPProbeStep(
            stage: error.stage,
            outcome: .warned(remedy: "make that mailbox, or set mail.from to one that somebody reads"),
            detail: "mail that can't be delivered comes back to mail.from, \(sender), and the server doesn't know it, "
                + error.problem,
            duration: nextLap()
        )
    }

    mutating func failed(_ error: SMTPError, about recipient: String? = nil) -> SMTPProbeStep {
        // Without a connection the reason is a sentence of our own, and the step's name says the rest.
        let problem = error.code == .connectionFailed ? error.detail ?? error.problem : error.problem
        return SMTPProbeStep(
            stage: error.stage,
            outcome: .failed(remedy: error.remedy),
            detail: (recipient.map { "\($0), " } ?? "") + problem,
            duration: nextLap()
        )
    }

    private mutating func nextLap() -> Duration {
        defer { lap = .now }
        return lap.duration(to: .now)
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What a log says of a mail that was tried. Quotes neither the mail nor the mail server.
package struct OutcomeReport: Sendable, Hashable {
    /// By the names that loggers have for them.
    package enum Level: String, Sendable {
        case debug, info, warning, error
    }

    package var level: Level
    package var message: String
    /// A bounded word, and a sentence; nil when all went well.
    package var code: String?
    package var reason: String?

    package init(_ outcome: NotificationOutcome) {
        switch outcome {
        case .sent: self.init(.info, "mail sent")
        case .skipped: self.init(.debug, "mail not needed")
        case .postponed(let error): self.init(.warning, "mail postponed", error)
        case .leftOut(let error): self.init(.warning, "mail sent to some of its recipients only", error)
        case .failed(let error, _): self.init(.error, "mail given up", error)
        case .refusedTogether(let error): self.init(.warning, "mail refused, sent again in halves", error)
        case .unreadable(let error): self.init(.error, "mail not sent", error)
        case .unrecorded(let error, _): self.init(.error, "mail outcome not recorded", error)
        }
    }

    /// Nil when there is nothing to say.
    package init?(_ outcome: UnmailedReminder.Outcome) {
        switch outcome {
        case .nothing: return nil
        case .sent: self.init(.info, "reminder of unmailed messages sent")
        case .forgotten(let error, _): self.init(.error, "reminder of unmailed messages sent and not remembered", error)
        case .refused(let error): self.init(.warning, "reminder of unmailed messages not sent", error)
        case .unknown(let error): self.init(.error, "unmailed messages not counted", error)
        }
    }

    private init(_ level: Level, _ message: String) {
        self.level = level
        self.message = message
    }

    private init(_ level: Level, _ message: String, _ error: MailerError) {
        self.init(level, message)
        code = error.code
        reason = error.loggableReason
    }

    private init(_ level: Level, _ message: String, _ error: StoreError) {
        self.init(level, message)
        code = error.code.description
        reason = error.reason
    }
}

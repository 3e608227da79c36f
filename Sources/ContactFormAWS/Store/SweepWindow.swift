// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm

/// How far back a search for overdue notifications looks.
///
/// Without an index every look reads what came in since: most of them look at the last hour, and the first of each hour at
/// all that may still be waiting.
package struct SweepWindow: Sendable, Hashable {
    package var recent = Interval.hours(1)
    /// At least as long as a mail is tried.
    package var whole: Interval
    /// How far apart the searches are.
    package var period = Interval.minutes(5)

    package init(whole: Interval) {
        self.whole = whole
    }

    /// The earliest moment that an id may have to be looked at.
    func start(at now: Timestamp) -> Timestamp {
        let isFirstOfHour = now.milliseconds % Interval.hours(1).milliseconds < period.milliseconds
        return now.advanced(by: .milliseconds(-(isFirstOfHour ? whole : recent).milliseconds - Self.slack.milliseconds))
    }

    /// An id's time lies before the moment of receipt: up to a day when the visitor's page gave it, else ten minutes.
    /// The recent searches leave out pages that stood open for long; the hourly one finds their submissions.
    private static let slack = Interval.minutes(10)
    /// The same for a search that must find everything.
    static let longestSlack = Interval.milliseconds(Interval.days(1).milliseconds + slack.milliseconds)
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ContactForm

/// From when on, or before when, a command looks: `30d`, `12h`, `90m`, `2w`, a date such as `2026-11-01` (UTC), or `all`.
enum PeriodStart: Sendable, Hashable {
    case last(Interval)
    case since(Timestamp)

    /// Nil for any other text, for a date that is no day, and for a length of nothing.
    init?(_ text: String) {
        if text == "all" {
            self = .since(Timestamp(milliseconds: 0))
            return
        }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let suffix = text.dropFirst(digits.count)
        if let unit = Self.units.first(where: { $0.name == suffix }), let count = Int64(digits), count > 0,
            count <= 100_000
        {
            self = .last(Interval(milliseconds: count * unit.length.milliseconds))
            return
        }
        guard text.utf8.count == 10, let day = Timestamp(iso8601: text) else { return nil }
        self = .since(day)
    }

    /// As it is written.
    var text: String {
        switch self {
        case .since(let moment): moment.milliseconds == 0 ? "all" : moment.isoDate
        case .last(let interval):
            Self.units.first { interval.milliseconds % $0.length.milliseconds == 0 }
                .map { unit in "\(interval.milliseconds / unit.length.milliseconds)\(unit.name)" }
                ?? "\(interval.milliseconds) ms"
        }
    }

    func start(at now: Timestamp) -> Timestamp {
        switch self {
        case .since(let moment): moment
        case .last(let interval): now.advanced(by: -interval)
        }
    }

    private static let units: [(name: String, length: Interval)] = [
        ("w", .days(7)), ("d", .days(1)), ("h", .hours(1)), ("m", .minutes(1)),
    ]
}

extension PeriodStart: ExpressibleByArgument {
    init?(argument: String) {
        self.init(argument)
    }

    var defaultValueDescription: String { text }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

/// Up to which moment the owner was told what is not mailed, be it held or given up, by form.
struct ReminderRecord: Sendable, Hashable {
    private(set) var told: [FormName: Timestamp] = [:]

    init() {}

    mutating func note(_ forms: some Sequence<FormName>, at moment: Timestamp) {
        for form in forms { told[form] = max(told[form] ?? moment, moment) }
    }

    mutating func merge(_ other: ReminderRecord) {
        told.merge(other.told) { max($0, $1) }
    }

    /// A clock that was set back must not silence what is not mailed: no moment is kept that would be still to come.
    mutating func hold(to now: Timestamp) {
        told = told.mapValues { min($0, now) }
    }

    /// Whether it is worth being kept in the place of another: mails may mention what is not mailed every few seconds.
    func isNews(beside other: ReminderRecord) -> Bool {
        told.contains { form, moment in
            other.told[form].map { abs(moment.since($0).milliseconds) >= Self.exactness } ?? true
        }
    }

    private static let exactness = Interval.hours(1).milliseconds

    /// What is kept.
    var text: String {
        JSONWriter.text { writer in
            writer.object { object in
                for (form, moment) in told.sorted(by: { $0.key < $1.key }) {
                    object.member(form.rawValue, moment.milliseconds)
                }
            }
        }
    }

    /// Reads what `text` wrote; nil for anything else.
    init?(text: String) {
        guard case .object(let members)? = try? JSONParser.parse(Array(text.utf8), maximumDepth: 1) else { return nil }
        for member in members {
            guard let form = FormName(rawValue: member.name),
                let moment = member.value.integer.flatMap({ Timestamp(untrusted: $0) })
            else { return nil }
            told[form] = moment
        }
    }
}

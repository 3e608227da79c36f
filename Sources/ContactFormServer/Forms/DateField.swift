// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import Mail
import Synchronization

/// The value of `Date` (RFC 9110 §6.6.1), written once a second.
final class DateField: Sendable {
    private let last = Mutex<(second: Int64, value: String)>((.min, ""))

    func value(at moment: Timestamp) -> String {
        let date = moment.utc
        return last.withLock { last in
            if last.second != date.unixSeconds { last = (date.unixSeconds, date.httpDate) }
            return last.value
        }
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm

extension Timestamp {
    /// Reads what the AWS CLI writes: `2026-11-25T17:53:00.123000+00:00`, with `Z` or without a fraction, always in UTC;
    /// or seconds since 1970 with a fraction. Nil for anything else.
    package init?(aws text: String) {
        if let seconds = Double(text), seconds.isFinite, abs(seconds) < 1e11 {
            self.init(milliseconds: Int64((seconds * 1_000).rounded()))
            return
        }
        let digits = text.split(whereSeparator: { !$0.isNumber }).prefix(7).map { Int($0) ?? -1 }
        guard digits.count >= 6, digits.prefix(6).allSatisfy({ $0 >= 0 }), (1...12).contains(digits[1]),
            (1...31).contains(digits[2])
        else { return nil }
        // Days since 1970 in the Gregorian calendar, the year begun in March so that a leap day ends it.
        let year = digits[1] <= 2 ? digits[0] - 1 : digits[0]
        let era = year / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * ((digits[1] + 9) % 12) + 2) / 5 + digits[2] - 1
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        let seconds = Int64(days) * 86_400 + Int64(digits[3] * 3_600 + digits[4] * 60 + digits[5])
        var milliseconds: Int64 = 0
        if let point = text.firstIndex(of: ".") {
            let fraction = text[text.index(after: point)...].prefix(while: \.isNumber).prefix(3)
            milliseconds = Int64(fraction.padded(to: 3)) ?? 0
        }
        self.init(milliseconds: seconds * 1_000 + milliseconds)
    }
}

extension Substring {
    fileprivate func padded(to count: Int) -> String {
        self + String(repeating: "0", count: Swift.max(0, count - self.count))
    }
}

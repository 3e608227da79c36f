// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import Mail

extension Timestamp {
    /// Reads what the AWS CLI writes: `2026-11-25T17:53:00.123000+00:00`, with `Z` or without a fraction, always in UTC;
    /// or seconds since 1970 with a fraction. Nil for anything else.
    package init?(aws text: String) {
        if let seconds = Double(text), seconds.isFinite, abs(seconds) < 1e11 {
            self.init(milliseconds: Int64((seconds * 1_000).rounded()))
            return
        }
        let digits = text.split(whereSeparator: { !$0.isNumber }).prefix(7).map { Int($0) ?? -1 }
        guard digits.count >= 6,
            let moment = UTCDateTime(
                year: digits[0],
                month: digits[1],
                day: digits[2],
                hour: digits[3],
                minute: digits[4],
                second: digits[5]
            )
        else { return nil }
        var milliseconds: Int64 = 0
        if let point = text.firstIndex(of: ".") {
            let fraction = text[text.index(after: point)...].prefix(while: \.isNumber).prefix(3)
            milliseconds = Int64(fraction.padded(to: 3)) ?? 0
        }
        self.init(milliseconds: moment.unixSeconds * 1_000 + milliseconds)
    }
}

extension Substring {
    fileprivate func padded(to count: Int) -> String {
        self + String(repeating: "0", count: Swift.max(0, count - self.count))
    }
}

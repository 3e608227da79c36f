// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import JSON
import Mail

extension Timestamp {
    /// Reads what the AWS CLI writes: `2026-11-25T17:53:00.123000+00:00`, with `Z` or without a fraction, or seconds since 1970
    /// with a fraction. Nil for anything else.
    ///
    /// What a service gives as a number, as DynamoDB does, the second version of the CLI writes in the zone of the machine.
    init?(aws text: String) {
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
            ),
            let offset = Self.offset(text)
        else { return nil }
        var milliseconds: Int64 = 0
        if let point = text.firstIndex(of: ".") {
            let fraction = text[text.index(after: point)...].prefix(while: \.isNumber).prefix(3)
            milliseconds = Int64(fraction.padded(to: 3)) ?? 0
        }
        self.init(milliseconds: (moment.unixSeconds - offset) * 1_000 + milliseconds)
    }

    /// How many seconds the zone of a time is ahead of UTC; none without a zone, and nil when it is none.
    private static func offset(_ text: String) -> Int64? {
        guard let time = text.firstIndex(of: "T"), let sign = text[time...].lastIndex(where: { "+-".contains($0) })
        else { return 0 }
        let parts = text[text.index(after: sign)...].split(separator: ":", omittingEmptySubsequences: false)
            .map { Int64($0) ?? -1 }
        guard parts.count == 2, (0..<24).contains(parts[0]), (0..<60).contains(parts[1]) else { return nil }
        return (parts[0] * 60 + parts[1]) * (text[sign] == "-" ? -60 : 60)
    }
}

extension JSONValue {
    /// A moment: the second version of the CLI writes a text, the first one a number.
    func time(_ name: String) -> Timestamp? {
        (text(name) ?? number(name).map { "\($0)" }).flatMap { Timestamp(aws: $0) }
    }
}

extension Substring {
    fileprivate func padded(to count: Int) -> String {
        self + String(repeating: "0", count: Swift.max(0, count - self.count))
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes

/// The name of a submission: a ULID, so that ids sort by time, made from the submission itself.
///
/// 48 bits of time in milliseconds, then 80 bits of SHA-256 over form, client token and content. The same form sent
/// twice gives the same id, and the store's conditional insert keeps it once. An edited resend gives another id.
package struct SubmissionID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Derives the id.
    ///
    /// - Parameters:
    ///   - special: What else the visitor said, in special fields: another subject or address to answer to makes
    ///     another message.
    ///   - token: `_id` or `Idempotency-Key`, empty when the client sent neither.
    ///   - started: `_started`, when the client says that it made the token. Used as the id's time only together
    ///     with a token, and only when it is not in the future and at most a day old; otherwise the server's
    ///     time, cut to ten minutes, so that a repeat within that window meets the first.
    package init(
        form: FormName,
        token: String,
        started: Timestamp?,
        fields: FieldList,
        special: [Field] = [],
        receivedAt: Timestamp
    ) {
        var hash = SHA256()
        hash.update(text: form.rawValue)
        hash.update(text: token)
        hash.update(fields.fields)
        hash.update(special)
        let time: Int64
        if !token.isEmpty, let started, started <= receivedAt, receivedAt.since(started) <= .days(1) {
            time = started.milliseconds
        } else {
            let window = Interval.minutes(10).milliseconds
            time = receivedAt.milliseconds - receivedAt.milliseconds % window
        }
        self.init(milliseconds: time, entropy: hash.finish())
    }

    /// An id from a time and ten bytes.
    package init(milliseconds: Int64, entropy: some Sequence<UInt8>) {
        var high = UInt64(bitPattern: max(milliseconds, 0)) << 16
        var low: UInt64 = 0
        for (index, byte) in entropy.prefix(10).enumerated() {
            if index < 2 { high |= UInt64(byte) << UInt64(8 * (1 - index)) } else { low = low << 8 | UInt64(byte) }
        }
        self.init(high: high, low: low)
    }

    /// The lowest id of a moment: ids from then on are at or above it.
    package init(lowestAt moment: Timestamp) {
        self.init(high: UInt64(bitPattern: max(moment.milliseconds, 0)) << 16, low: 0)
    }

    package static let lowest = SubmissionID(high: 0, low: 0)
    package static let highest = SubmissionID(high: .max, low: .max)

    /// The id before this one; nil for the lowest.
    package var predecessor: SubmissionID? {
        if low > 0 { return SubmissionID(high: high, low: low - 1) }
        return high > 0 ? SubmissionID(high: high - 1, low: .max) : nil
    }

    /// An id's time lies before the moment of receipt: up to a day when the visitor's page gave it, else ten minutes.
    package static let longestSlack = Interval.milliseconds(
        Interval.days(1).milliseconds + Interval.minutes(10).milliseconds
    )

    /// The lowest id of what was received from a moment on.
    package init(earliestReceivedAt moment: Timestamp) {
        self.init(lowestAt: moment.advanced(by: -Self.longestSlack))
    }

    /// Reads 26 characters of Crockford's base 32 in either case; nil for anything else.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count == 26 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for (index, byte) in text.utf8.enumerated() {
            let value = Self.values[Int(byte)]
            // 26 characters hold 130 bits: the first may only be 0 to 7.
            guard value < 32, index > 0 || value < 8 else { return nil }
            high = high << 5 | low >> 59
            low = low << 5 | UInt64(value)
        }
        self.init(high: high, low: low)
    }

    /// The moment in the id. Not when the submission came in: that is `Submission.receivedAt`.
    package var moment: Timestamp { Timestamp(milliseconds: Int64(high >> 16)) }

    package static func < (lhs: SubmissionID, rhs: SubmissionID) -> Bool {
        (lhs.high, lhs.low) < (rhs.high, rhs.low)
    }

    package var description: String {
        String(unsafeUninitializedCapacity: 26) { buffer in
            var (high, low) = (high, low)
            for index in stride(from: 25, through: 0, by: -1) {
                buffer[index] = Self.alphabet[Int(low & 31)]
                low = low >> 5 | high << 59
                high >>= 5
            }
            return 26
        }
    }

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, letter) in alphabet.enumerated() {
            values[Int(letter)] = UInt8(value)
            if letter > UInt8(ascii: "9") { values[Int(letter | 0x20)] = UInt8(value) }
        }
        return values
    }()
}

/// Each text comes after its length and each list after its count, 32 bits with the highest first, so that no two submissions hash
/// alike, whatever stands in them: a value may be empty, and a list of values may look like fields.
extension SHA256 {
    fileprivate mutating func update(_ fields: [Field]) {
        update(number: fields.count)
        for field in fields {
            update(text: field.name)
            update(number: field.values.count)
            for value in field.values { update(text: value) }
        }
    }

    fileprivate mutating func update(text: String) {
        update(number: text.utf8.count)
        update(text.utf8)
    }

    private mutating func update(number: Int) {
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: number).bigEndian) { update($0) }
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
import Foundation
import Testing

@Suite("times in requests and answers")
struct AWSTimeTests {
    @Test(
        "a moment is written as AWS reads it",
        arguments: [
            (0, "19700101T000000Z"), (951_782_400, "20000229T000000Z"), (1_440_938_160, "20150830T123600Z"),
            (4_107_542_399, "21000228T235959Z"), (4_107_542_400, "21000301T000000Z"), (-1, "19691231T235959Z"),
        ]
    )
    func basic(seconds: Int64, text: String) {
        #expect(AWSTime(seconds: seconds).basic == text)
    }

    @Test("every day of four centuries is what Foundation makes of it")
    func calendar() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        for day in stride(from: 0, to: 146_097, by: 7) {
            let seconds = Int64(day) * 86_400 + 43_200
            let date = Date(timeIntervalSince1970: Double(seconds))
            let parts = calendar.dateComponents([.year, .month, .day], from: date)
            let expected = [parts.year, parts.month, parts.day].map { $0 ?? 0 }
            let basic = AWSTime(seconds: seconds).basic
            let read = [basic.prefix(4), basic.dropFirst(4).prefix(2), basic.dropFirst(6).prefix(2)].map {
                Int($0) ?? -1
            }
            try #require(read == expected)
        }
    }

    @Test(
        "the date of an answer is read",
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199),
        ]
    )
    func httpDate(text: String, seconds: Int64) {
        #expect(AWSTime(httpDate: text)?.seconds == seconds)
    }

    @Test(
        "what is no date is none",
        arguments: [
            "", "0", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 6th Nov 1994 08:49:37 GMT",
            "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT",
            "Sun, 06 Nov 99999 08:49:37 GMT", "Sun, 32 Nov 1994 08:49:37 GMT",
            "Thu, 31 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1969 08:49:37 GMT", "Sun, -6 Nov 1994 08:49:37 GMT",
        ]
    )
    func noDate(text: String) {
        #expect(AWSTime(httpDate: text) == nil)
    }
}

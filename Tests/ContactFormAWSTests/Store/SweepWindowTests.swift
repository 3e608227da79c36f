// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import Testing

@testable import ContactFormAWS

@Suite("how far back a sweep looks")
struct SweepWindowTests {
    @Test("of an hour's sweeps one looks at everything and the others at the last hour")
    func hour() {
        let window = SweepWindow(whole: .days(5))
        for offset in 0..<5 {
            // 2026-11-23T12:00:00Z and a few minutes: the schedule need not begin on the hour.
            let start = Timestamp(milliseconds: 1_795_435_200_000).advanced(by: .minutes(Int64(offset)))
            let reaches = (0..<12).map { number in
                let now = start.advanced(by: .minutes(Int64(number) * 5))
                return now.since(window.start(at: now))
            }
            #expect(reaches.count { $0 >= .days(5) } == 1)
            #expect(reaches.allSatisfy { $0 >= .hours(1) })
            #expect(reaches.count { $0 < .hours(2) } == 11)
        }
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import Testing

@testable import BrevladaCommand

@Suite("The start of a period")
struct PeriodStartTests {
    @Test(
        "lengths, dates and all are read",
        arguments: [
            ("90m", PeriodStart.last(.minutes(90))), ("12h", .last(.hours(12))), ("30d", .last(.days(30))),
            ("2w", .last(.days(14))), ("all", .since(Timestamp(milliseconds: 0))),
            ("2026-11-23", .since(Timestamp(milliseconds: 1_795_392_000_000))),
            ("2024-02-29", .since(Timestamp(milliseconds: 1_709_164_800_000))),
        ]
    )
    func good(_ text: String, _ period: PeriodStart) {
        #expect(PeriodStart(text) == period)
        #expect(period.text == text)
    }

    @Test(
        "every other text is refused",
        arguments: [
            "", "d", "0d", "-1d", "1.5d", "30", "30 d", "100001w", "99999999999999999999d", "30D", "2026-11-1",
            "2026-13-01", "+026-11-01", "2026/11/01", "２026-11-1",
            "2023-02-29", "26-11-01", "2026-11-01T00:00", "٣d", "yesterday",
        ]
    )
    func bad(_ text: String) {
        #expect(PeriodStart(text) == nil)
    }

    @Test("a length counts back from now")
    func start() {
        #expect(PeriodStart.last(.hours(1)).start(at: .sample) == Timestamp.sample.advanced(by: .hours(-1)))
        #expect(PeriodStart.since(.sample).start(at: .farFuture) == .sample)
    }
}

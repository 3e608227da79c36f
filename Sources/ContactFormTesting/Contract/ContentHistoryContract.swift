// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm

/// Everything that a memory of texts must do.
package enum ContentHistoryContract {
    package typealias Case = ContractCase<any ContentHistory>

    package static let cases: [Case] = [
        Case("a text is counted each time it comes, and every other by itself") { history in
            for time in 1...4 {
                try expect("the text", history.count(1, in: id(time), at: .sample), equals: time)
                try expect("another", history.count(.max - UInt64(time), in: id(-time), at: .sample), equals: 1)
            }
        },
        Case("a submission counts once however often it is sent, for an hour from the first time") { history in
            func count(_ submission: Int, after minutes: Int64) -> Int {
                history.count(1, in: id(submission), at: .sample.advanced(by: .minutes(minutes)))
            }
            for minute in [0, 1, 59] as [Int64] { try expect("the first", count(1, after: minute), equals: 1) }
            try expect("another", count(2, after: 59), equals: 2)
            try expect("the first, beside another", count(1, after: 59), equals: 2)
            try expect("the first, when its hour is over", count(1, after: 60), equals: 2)
            try expect("a third, when the other's is", count(3, after: 119), equals: 2)
        },
        Case("a text counts for an hour, however often it and others come") { history in
            for minute in 0..<300 {
                let now = Timestamp.sample.advanced(by: .minutes(Int64(minute)))
                for interval in [1, 7, 20, 30, 59, 60, 61, 90, 119] where minute.isMultiple(of: interval) {
                    let times = min(minute / interval, 59 / interval) + 1
                    let name = "every \(interval) minutes, after \(minute)"
                    let submission = id(minute * 1_000 + interval)
                    try expect(name, history.count(UInt64(interval), in: submission, at: now), equals: times)
                }
            }
        },
        Case("the hour is over to the millisecond") { history in
            _ = history.count(1, in: id(1), at: .sample)
            _ = history.count(2, in: id(2), at: .sample.advanced(by: .milliseconds(1)))
            let then = Timestamp.sample.advanced(by: .hours(1))
            try expect("an hour ago", history.count(1, in: id(3), at: then), equals: 1)
            try expect("a millisecond less", history.count(2, in: id(4), at: then), equals: 2)
        },
        Case("times that are a little out of order count alike") { history in
            for (time, seconds) in zip(1..., [0, -5, 5, -1] as [Int64]) {
                let now = Timestamp.sample.advanced(by: .seconds(seconds))
                try expect("at \(seconds) s", history.count(1, in: id(time), at: now), equals: time)
            }
        },
        Case("when the clock was set back, what came before it was does not count") { history in
            for time in 1...3 { _ = history.count(1, in: id(time), at: .sample) }
            let before = Timestamp.sample.advanced(by: .days(-1))
            for time in 1...3 { try expect("a day before", history.count(1, in: id(time), at: before), equals: time) }
        },
    ]

    private static func id(_ number: Int) -> SubmissionID {
        SubmissionID(high: 0, low: UInt64(bitPattern: Int64(number)))
    }
}

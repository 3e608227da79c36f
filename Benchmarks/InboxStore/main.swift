// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// InboxStore FOLDER [ROWS]: fills a database with a million submissions, unless it has them, and measures what an owner's
/// inbox asks of it. Prints a line each: the median of the calls, and the slowest.
///
/// Reading it: a page, a search and the numbers are to come in under 50 ms whatever is common and whatever is rare.

import ContactForm
import ContactFormLocal
import Foundation
import TestSupport

let arguments = CommandLine.arguments
guard arguments.count > 1 else {
    print("usage: InboxStore FOLDER [ROWS]")
    exit(64)
}
let rows = arguments.count > 2 ? Int(arguments[2]) ?? 1_000_000 : 1_000_000
try FileManager.default.createDirectory(atPath: arguments[1], withIntermediateDirectories: true)
let store = try SQLiteSubmissionStore(path: arguments[1] + "/brevlada.sqlite")

/// 2026-11-25
let now = Timestamp(milliseconds: 1_795_600_000_000)
/// Rows are spread evenly over two years.
let step = Interval.days(730).milliseconds / Int64(rows)

let words: [String] = {
    var dice = SplitMix64(seed: 7)
    let syllables = [
        "ka", "ro", "mi", "ten", "sö", "vik", "bra", "lå", "dan", "est", "ing", "und", "fri", "gård", "hol", "ne",
    ]
    return (0..<4_000).map { _ in
        (0..<Int.random(in: 1...4, using: &dice)).map { _ in syllables.randomElement(using: &dice)! }.joined()
    }
}()

func submission(_ number: Int) -> Submission {
    var dice = SplitMix64(seed: UInt64(number))
    let receivedAt = now.advanced(by: Interval(milliseconds: -Int64(rows - number) * step))
    let first = words.randomElement(using: &dice)!
    let name = "\(first.capitalized) \(words.randomElement(using: &dice)!.capitalized)"
    let email = "\(first)\(number % 50_000)@example.com"
    var text = (0..<Int.random(in: 10...60, using: &dice)).map { _ in words.randomElement(using: &dice)! }
        .joined(separator: " ")
    if number % 100_000 == 77 { text += " xylofon" }
    if number % 250_000 == 99 { text += " q!" }
    let fields: FieldList = [Field("name", name), Field("email", email), Field("message", text)]
    let form = number % 40 == 0 ? FormName(rawValue: "order")! : FormName.contact
    let status: SubmissionStatus =
        switch number % 1_000 {
        case 0..<20: .held
        case 20: .failed
        case 21: .bounced
        default: number > rows - 50 ? .received : .notified
        }
    var submission = Submission(
        id: SubmissionID(form: form, token: "\(number)", started: receivedAt, fields: fields, receivedAt: receivedAt),
        form: form,
        receivedAt: receivedAt,
        name: name,
        email: email,
        replyTo: email,
        fields: fields,
        page: "https://example.com/contact.html",
        origin: "https://example.com",
        status: status
    )
    if status == .notified {
        submission.delivery.attempts = 1
        submission.delivery.notifiedAt = receivedAt.advanced(
            by: Interval(milliseconds: Int64.random(in: 300...9_000, using: &dice))
        )
        submission.delivery.providerMessageID = "250 2.0.0 Ok: queued as 4bW\(number)"
        if number % 10 != 0 { submission.readAt = receivedAt.advanced(by: .hours(3)) }
    }
    return submission
}

func fill() async throws {
    let present = try await store.counts(since: Timestamp(milliseconds: 0)).values.reduce(0, +)
    guard present < rows else { return }
    let start = ContinuousClock.now
    let writers = 256
    try await withThrowingTaskGroup(of: Void.self) { group in
        for writer in 0..<writers {
            group.addTask {
                for number in stride(from: present + writer, to: rows, by: writers) {
                    _ = try await store.insert(submission(number))
                }
            }
        }
        try await group.waitForAll()
    }
    let seconds = start.duration(to: .now) / .seconds(1)
    print("filled with \(rows - present) rows, \(Int(Double(rows - present) / seconds)) inserts/s, 256 at a time")
}

func measure(_ what: String, calls: Int = 15, _ body: () async throws -> String) async throws {
    var times: [Double] = []
    var result = ""
    let processor = clock()
    for _ in 0..<calls {
        let start = ContinuousClock.now
        result = try await body()
        times.append(start.duration(to: .now) / .milliseconds(1))
    }
    // On a machine that others use only this is the program's own.
    let own = Double(clock() - processor) * 1_000 / Double(CLOCKS_PER_SEC) / Double(calls)
    times.sort()
    func number(_ value: Double) -> String { String(format: "%8.2f", value) }
    print("\(number(times[calls / 2])) ms  \(number(times[calls - 1])) ms \(number(own)) ms  \(what): \(result)")
}

func page(_ what: String, _ query: SubmissionQuery) async throws {
    try await measure(what) {
        let page = try await store.page(query)
        return "\(page.submissions.count) shown\(page.next == nil ? ", the last page" : "")"
    }
}

try await fill()
let start = ContinuousClock.now
let indexed = try await SearchIndexing(store: store).catchUp()
if indexed > 0 {
    let seconds = start.duration(to: .now) / .seconds(1)
    print("indexed \(indexed) rows, \(Int(Double(indexed) / seconds)) rows/s")
}
print("\(rows) rows\n  median      slowest     processor")
let middle = SubmissionCursor(after: submission(rows / 2), order: .received)
try await page("first page", SubmissionQuery(archived: false))
try await page("page in the middle", SubmissionQuery(archived: false, cursor: middle))
try await page("page of 200", SubmissionQuery(archived: false, limit: 200))
try await page("held", SubmissionQuery(statuses: [.held], archived: false))
try await page("failed and bounced", SubmissionQuery(statuses: [.failed, .bounced], archived: false))
try await page("unread", SubmissionQuery(unreadOnly: true, archived: false, cursor: middle))
try await page("put away, of which there are none", SubmissionQuery(archived: true))
try await page("a form that is one in forty", SubmissionQuery(form: FormName(rawValue: "order"), archived: false))
try await page(
    "a month two years ago",
    SubmissionQuery(from: now.advanced(by: .days(-700)), until: now.advanced(by: .days(-670)), archived: false)
)
for text in [
    "sö", "e", "q!", "q", "ö ", "vik", "gårdsövik", "xylofon", "xylo", "kami rote", "no such text", "zzz",
    "@example.com", "karo42@example.com", "ing und",
] {
    try await page("search \"\(text)\"", SubmissionQuery(text: text, archived: false))
    try await page("search \"\(text)\" from the middle", SubmissionQuery(text: text, archived: false, cursor: middle))
}
try await page("search \"vik\" in held", SubmissionQuery(statuses: [.held], text: "vik", archived: false))
try await page("search \"vik\" in failed", SubmissionQuery(statuses: [.failed], text: "vik", archived: false))
try await page("search \"no such\" in unread", SubmissionQuery(text: "no such", unreadOnly: true, archived: false))
try await page(
    "search \"xylofon\" in unread orders",
    SubmissionQuery(form: FormName(rawValue: "order"), text: "xylofon", unreadOnly: true)
)
for days in [30, 365, 1_000] as [Int64] {
    try await measure("numbers of \(days) days") {
        let numbers = try await store.statistics(from: now.advanced(by: .days(-days)), until: now, at: now)
        return "\(numbers.accepted) accepted, adds up: \(numbers.addsUp.map(String.init) ?? "unknown")"
    }
}
try await measure("counts of everything, row by row", calls: 3) {
    "\(try await store.counts(since: Timestamp(milliseconds: 0)).values.reduce(0, +))"
}

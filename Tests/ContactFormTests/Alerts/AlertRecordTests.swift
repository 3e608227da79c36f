// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactFormTesting
import Testing

@testable import ContactForm

@Suite("When the owner is told that mail is broken")
struct AlertRecordTests {
    private func at(_ minutes: Int64) -> Timestamp { Timestamp.sample.advanced(by: .minutes(minutes)) }

    private func trouble(waiting: Int = 0, failed: Int = 0) -> MailTrouble {
        var trouble = MailTrouble()
        if waiting > 0 { trouble.waiting = [.contact: waiting] }
        if failed > 0 { trouble.failed = [.contact: failed] }
        return trouble
    }

    /// Looks every minute, delivers at once, and gives the minutes and kinds of what was told.
    private func told(_ minutes: Int64, _ record: AlertRecord = AlertRecord(), _ trouble: (Int64) -> MailTrouble)
        -> [String]
    {
        var record = record
        var told: [String] = []
        for minute in 0..<minutes {
            guard let alert = record.due(for: trouble(minute), id: "\(minute)", at: at(minute)) else { continue }
            told.append("\(minute) \(alert.kind.rawValue)")
            record.delivered(alert, at: at(minute))
        }
        return told
    }

    @Test("trouble is told once, and its end once")
    func once() {
        #expect(
            told(500) { (10..<200).contains($0) ? trouble(waiting: 3) : trouble() } == [
                "10 mail.failing", "200 mail.recovered",
            ]
        )
    }

    @Test("without trouble nothing is told")
    func nothing() {
        #expect(told(500) { _ in trouble() } == [])
    }

    @Test("more that was given up is told, at most once an hour")
    func worse() {
        #expect(
            told(200) { trouble(failed: Int($0) + 1) } == [
                "0 mail.failing", "60 mail.failing", "120 mail.failing", "180 mail.failing",
            ]
        )
    }

    @Test("what is given up after others were sent again, or are long ago, is told")
    func fewerThenMore() {
        #expect(
            told(500) { trouble(failed: $0 < 100 ? 2 : $0 < 200 ? 1 : 2) } == ["0 mail.failing", "200 mail.failing"]
        )
    }

    @Test("what comes and goes is told at most once an hour each way, and in the end as it is")
    func flapping() {
        let told = told(240) { minute in minute < 200 && minute % 2 == 0 ? trouble(waiting: 1) : trouble() }
        for kind in MailAlert.Kind.allCases {
            let minutes = told.filter { $0.hasSuffix(kind.rawValue) }.compactMap { Int($0.prefix { $0 != " " }) }
            #expect(zip(minutes, minutes.dropFirst()).allSatisfy { $1 - $0 >= 60 }, "\(told)")
        }
        #expect(told.last?.hasSuffix("mail.recovered") == true)
    }

    @Test("an alert that is not taken is tried again with the same id, ever later, at most every hour")
    func retries() {
        var record = AlertRecord()
        var tries: [Int64] = []
        var ids: Set<String> = []
        for minute in Int64(0)..<400 {
            guard let alert = record.due(for: trouble(waiting: 1), id: "\(minute)", at: at(minute)) else { continue }
            tries.append(minute)
            ids.insert(alert.id)
            record.failed(at: at(minute))
        }
        #expect(tries == [0, 1, 3, 7, 15, 31, 63, 123, 183, 243, 303, 363])
        #expect(ids == ["0"])
    }

    @Test("trouble that ended before anybody could be told is not told")
    func overtaken() {
        var record = AlertRecord()
        #expect(record.due(for: trouble(waiting: 1), id: "a", at: at(0)) != nil)
        record.failed(at: at(0))
        #expect(record.due(for: trouble(), id: "b", at: at(1)) == nil)
        #expect(record.pending == nil)
    }

    @Test("a clock that was set back by days silences nothing for longer than usual")
    func clockSetBack() throws {
        var record = AlertRecord()
        let first = record.due(for: trouble(failed: 1), id: "a", at: at(10_000))
        record.delivered(try #require(first), at: at(10_000))
        #expect(told(500, record) { _ in trouble(failed: 2) } == ["60 mail.failing"])
        #expect(told(500, record) { _ in trouble() } == ["0 mail.recovered"])
        var refused = AlertRecord()
        let alert = refused.due(for: trouble(failed: 1), id: "a", at: at(10_000))
        for minute in [Int64(0), 1, 3] { refused.failed(at: at(10_000 + minute)) }
        // Its fourth try was to come four minutes after the third.
        let tries = (Int64(0)..<10).filter { refused.due(for: trouble(failed: 1), id: "b", at: at($0)) == alert }
        #expect(tries == Array(4..<10))
    }

    @Test("a restart tells nothing again")
    func restart() throws {
        var record = AlertRecord()
        let due = record.due(for: trouble(failed: 2), id: "a", at: at(0))
        let alert = try #require(due)
        record.delivered(alert, at: at(0))
        let again = try #require(AlertRecord(text: record.text))
        #expect(told(50, again) { _ in trouble(failed: 2) } == [])
        #expect(told(50, again) { _ in trouble() } == ["0 mail.recovered"])
        for text in ["", "{}", "[]", #"{"told":"x","failed":0}"#] { #expect(AlertRecord(text: text) == nil) }
    }

    @Test(
        "a record with a number that none ever had is no record",
        arguments: [
            ("failed", -1), ("failed", .max), ("mail.failing", -1), ("mail.failing", .max), ("at", .min),
            ("attempts", -1), ("attempts", .max), ("next", .max),
        ] as [(String, Int64)]
    )
    func damaged(name: String, number: Int64) throws {
        var record = AlertRecord()
        let first = record.due(for: trouble(waiting: 1), id: "a", at: at(0))
        record.delivered(try #require(first), at: at(0))
        _ = record.due(for: trouble(), id: "b", at: at(1))
        record.failed(at: at(1))
        let text = record.text
        #expect(AlertRecord(text: text) == record)
        let place = try #require(text.firstRange(of: "\"\(name)\":"))
        let rest = text[place.upperBound...].drop { $0 != "," && $0 != "}" }
        #expect(AlertRecord(text: "\(text[..<place.upperBound])\(number)\(rest)") == nil)
    }

    @Test("what was not taken is repeated under its id by a process that starts afresh")
    func pendingIsKept() throws {
        var trouble = trouble(waiting: 3, failed: 2)
        trouble.failed[.sampleOrder] = 1
        var record = AlertRecord()
        let first = record.due(for: trouble, id: "a", at: at(0))
        let alert = try #require(first)
        for minute in [Int64(0), 1] {
            record.failed(at: at(minute))
            record = try #require(AlertRecord(text: record.text))
            #expect(record.pending == alert)
            #expect(record.due(for: trouble, id: "b", at: at(minute)) == nil)
        }
        #expect(record.due(for: trouble, id: "c", at: at(3)) == alert)
        #expect(AlertRecord(text: record.text) == record)
    }
}

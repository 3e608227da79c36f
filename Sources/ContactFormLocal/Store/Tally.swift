// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import GRDB

/// The store's books: how many submissions of a day were accepted, are there, were erased and expired.
///
/// What one transaction changes is gathered and posted in it at its end, once for each line of the books and not for each
/// submission, so that the sums hold after any crash.
struct Tally {
    /// The line that a submission is counted in while it is there.
    private struct Line: Hashable {
        var day: Int64
        var status: SubmissionStatus

        init(_ submission: Submission) {
            self.init(day: submission.receivedAt.startOfDay.milliseconds, status: submission.status)
        }

        init(day: Int64, status: SubmissionStatus) {
            self.day = day
            self.status = status
        }
    }

    private struct Counts: Equatable {
        var accepted = 0
        var present = 0
        var unread = 0
        var erased = 0
        var expired = 0

        /// One more or one less of what is there.
        mutating func add(_ sign: Int, _ submission: Submission) {
            present += sign
            if submission.readAt == nil && submission.archivedAt == nil { unread += sign }
        }
    }

    private struct DeliveryLine: Hashable {
        var day: Int64
        var bucket: Int
    }

    enum Removal {
        case erased, expired
    }

    private var lines: [Line: Counts] = [:]
    private var deliveries: [DeliveryLine: Int] = [:]

    /// Whether a submission was stored.
    private(set) var hasAccepted = false

    mutating func accept(_ submission: Submission) {
        hasAccepted = true
        lines[Line(submission), default: Counts()].accepted += 1
        add(1, submission)
    }

    mutating func move(from before: Submission, to after: Submission) {
        add(-1, before)
        add(1, after)
    }

    mutating func remove(_ submission: Submission, as removal: Removal) {
        switch removal {
        case .erased: lines[Line(submission), default: Counts()].erased += 1
        case .expired: lines[Line(submission), default: Counts()].expired += 1
        }
        add(-1, submission)
    }

    /// Books a row that can't be read and was deleted.
    mutating func remove(unreadable row: Row, as removal: Removal, _ db: Database) throws {
        let isKnown = SubmissionStatus(rawValue: row["status"]) != nil
        let day = Timestamp(milliseconds: row["received_at"]).startOfDay
        let status = isKnown ? nil : try statusInBooks(of: day, isMailed: row["notified_at"] != nil, db)
        remove(SubmissionRow.namelessRemains(row, status: status ?? .received), as: removal)
    }

    /// Under which status the books have what has none of ours: one of which they have more than is there that day, and if it
    /// can be, one that fits its mail.
    private func statusInBooks(of day: Timestamp, isMailed: Bool, _ db: Database) throws -> SubmissionStatus? {
        let there = try Self.present(on: day, db)
        let mailed: Set<SubmissionStatus> = [.notified, .bounced]
        let fitting = SubmissionStatus.allCases.filter { mailed.contains($0) == isMailed }
        let others = SubmissionStatus.allCases.filter { mailed.contains($0) != isMailed }
        return try (fitting + others).first { status in
            let booked = try Int64.fetchOne(
                db,
                sql: "SELECT present FROM tally WHERE day = ? AND status = ?",
                arguments: [day.milliseconds, status.rawValue]
            )
            var counts = BookedCounts()
            let pending = lines[Line(day: day.milliseconds, status: status)]?.present
            return counts.read(booked ?? 0) + (pending ?? 0) > there[status, default: 0]
        }
    }

    /// What is there of a day, by the rows and not by the books.
    private static func present(on day: Timestamp, _ db: Database) throws -> [SubmissionStatus: Int] {
        var counts: [SubmissionStatus: Int] = [:]
        for run in try SubmissionRuns.all(db) {
            guard let status = run.status else { continue }
            counts[status, default: 0] += try run.count(since: day, until: day.advanced(by: .days(1)), db)
        }
        return counts
    }

    private mutating func add(_ sign: Int, _ submission: Submission) {
        let line = Line(submission)
        lines[line, default: Counts()].add(sign, submission)
        if let time = submission.deliveryTime {
            deliveries[DeliveryLine(day: line.day, bucket: DeliveryTimes.bucket(of: time)), default: 0] += sign
        }
    }

    /// Writes what was gathered.
    func post(_ db: Database) throws {
        for (line, counts) in lines where counts != Counts() {
            try db.cachedStatement(sql: Self.postLine).execute(arguments: [
                line.day, line.status.rawValue, counts.accepted, counts.present, counts.unread, counts.erased,
                counts.expired,
            ])
        }
        for (line, mails) in deliveries where mails != 0 {
            try db.cachedStatement(sql: Self.postDeliveries).execute(arguments: [line.day, line.bucket, mails])
        }
    }

    private static let postLine = """
        INSERT INTO tally (day, status, accepted, present, unread, erased, expired) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (day, status) DO UPDATE
        SET \(["accepted", "present", "unread", "erased", "expired"].map(addition).joined(separator: ", "))
        """
    private static let postDeliveries = """
        INSERT INTO delivery_time (day, bucket, mails) VALUES (?, ?, ?)
        ON CONFLICT (day, bucket) DO UPDATE SET \(addition(to: "mails"))
        """

    /// Never overflows: no message is refused because a line of the books was damaged, which stays one that can't be.
    private static func addition(to column: String) -> String {
        "\(column) = max(min(\(column) + excluded.\(column), \(Int64.max / 2)), \(-Int64.max / 2))"
    }

    /// Counts what is there, in a file whose books are empty.
    static func fill(_ db: Database) throws {
        let day = "received_at - ((received_at % 86400000) + 86400000) % 86400000"
        try db.execute(
            sql: """
                INSERT INTO tally (day, status, accepted, present, unread)
                SELECT \(day), status, count(*), count(*), sum(read_at IS NULL AND archived_at IS NULL)
                FROM submission GROUP BY 1, 2
                """
        )
        var times: [Int64: DeliveryTimes] = [:]
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT \(day), min(max(notified_at - received_at, 0), \(Int64.max)) FROM submission
                WHERE status IN ('notified', 'bounced') AND notified_at IS NOT NULL
                """
        )
        while let row = try rows.next() {
            times[row[0], default: DeliveryTimes()].add(Interval(milliseconds: row[1]))
        }
        for (day, times) in times {
            for (bucket, mails) in times.counts {
                try db.execute(sql: "INSERT INTO delivery_time VALUES (?, ?, ?)", arguments: [day, bucket, mails])
            }
        }
    }

    /// Reads the books and not the messages: of what can't be read it meets only what has no status of ours.
    static func statistics(
        from: Timestamp,
        until: Timestamp,
        at now: Timestamp,
        late rule: LateRule,
        _ db: Database
    ) throws -> ArchiveStatistics {
        var statistics = ArchiveStatistics(from: from, until: until)
        let period: StatementArguments = [statistics.from.milliseconds, statistics.until.milliseconds]
        var days: [ArchiveStatistics.Day] = []
        var counts = BookedCounts()
        statistics.unreadable = try unreadable(in: statistics, db)
        // The books have it under the status that it came by.
        let miscounted = Set(statistics.unreadable.map(\.receivedAt.startOfDay))
        let there = try Dictionary(uniqueKeysWithValues: miscounted.map { ($0, try present(on: $0, db)) })
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT day, status, accepted, present, erased, expired FROM tally WHERE day >= ? AND day < ? ORDER BY day
                """,
            arguments: period
        )
        while let row = try rows.next() {
            let start = Timestamp(milliseconds: row[0])
            let (accepted, booked) = (counts.read(row[2]), counts.read(row[3]))
            if days.last?.start != start {
                days.append(ArchiveStatistics.Day(start: start, accepted: 0, held: 0, failed: 0))
            }
            BookedCounts.add(accepted, to: &days[days.count - 1].accepted)
            BookedCounts.add(accepted, to: &statistics.accepted)
            BookedCounts.add(counts.read(row[4]), to: &statistics.erased)
            BookedCounts.add(counts.read(row[5]), to: &statistics.expired)
            guard booked != 0, let status = SubmissionStatus(rawValue: row[1]) else { continue }
            let present = there[start].map { $0[status, default: 0] } ?? booked
            BookedCounts.add(present, to: &statistics.counts[status, default: 0])
            if status == .held { BookedCounts.add(present, to: &days[days.count - 1].held) }
            if status == .failed { BookedCounts.add(present, to: &days[days.count - 1].failed) }
        }
        statistics.days = days
        // Summed here: SQLite's sum() fails where it overflows (https://www.sqlite.org/lang_aggfunc.html#sumunc).
        let times = try Row.fetchCursor(
            db,
            sql: "SELECT bucket, mails FROM delivery_time WHERE day >= ? AND day < ?",
            arguments: period
        )
        while let row = try times.next() {
            statistics.delivery.add(bucket: counts.readBucket(row[0]), count: counts.read(row[1]))
        }
        let unread = "SELECT CAST(total(unread) AS INTEGER) FROM tally WHERE status <> 'held'"
        statistics.unread = counts.read(try Int64.fetchOne(db, sql: unread) ?? 0)
        let awaiting = SubmissionQuery(statuses: SubmissionStatus.awaitingOwner, archived: false)
        for run in try SubmissionRuns.runs(of: awaiting, db) {
            guard let status = run.status else { continue }
            let count = try run.count(since: Timestamp(milliseconds: .min), db)
            if count > 0 { statistics.awaitingOwner[status, default: 0] += count }
        }
        statistics.overdue = try overdue(statistics, at: now, by: rule, db)
        try notePartial(in: &statistics, at: now, by: rule, db)
        statistics.addsUp =
            try counts.areSound
            && statistics.accepted == statistics.stored + statistics.erased + statistics.expired && matchesTable(db)
        return statistics
    }

    /// What of a period has no status of ours, newest first.
    private static func unreadable(in period: ArchiveStatistics, _ db: Database) throws -> [Receipt] {
        var receipts: [Receipt] = []
        let query = SubmissionQuery(from: period.from, until: period.until)
        for run in try SubmissionRuns.unknown(to: query, db) {
            let numbers = try Int64.fetchAll(
                db,
                sql: SubmissionRuns.sql(query, run),
                arguments: SubmissionRuns.arguments(query, run, limit: nil)
            )
            receipts += try numbers.compactMap { number in
                try SQLiteSubmissionStore.row(number: number, db)
                    .flatMap { SubmissionRow.remains($0, status: .received)?.receipt }
            }
        }
        return receipts.sorted { ($0.receivedAt, $0.key.id) > ($1.receivedAt, $1.key.id) }
    }

    private static func overdue(
        _ statistics: ArchiveStatistics,
        at now: Timestamp,
        by rule: LateRule,
        _ db: Database
    ) throws -> Int {
        let waiting = try Row.fetchCursor(
            db,
            sql: """
                SELECT due_at, attempts FROM outbox CROSS JOIN submission ON number = outbox.submission
                WHERE received_at >= ? AND received_at < ? AND part IS NULL
                """,
            arguments: [statistics.from.milliseconds, statistics.until.milliseconds]
        )
        var overdue = 0
        while let row = try waiting.next() {
            if rule.isLate(dueAt: Timestamp(milliseconds: row[0]), attempts: row[1], at: now) { overdue += 1 }
        }
        return overdue
    }

    /// As `AuditFinding.Kind.partial`, of what counts as sent; the condition of an index too, so it never changes.
    static let isPartial = "status = 'notified' AND notified_at IS NOT NULL AND last_error IS NOT NULL"

    private static func notePartial(
        in statistics: inout ArchiveStatistics,
        at now: Timestamp,
        by rule: LateRule,
        _ db: Database
    ) throws {
        let from = """
            FROM submission INDEXED BY submission_partial
            WHERE \(isPartial) AND received_at >= ? AND received_at < ?
            """
        let period: StatementArguments = [statistics.from.milliseconds, statistics.until.milliseconds]
        statistics.partial = try Int.fetchOne(db, sql: "SELECT count(*) \(from)", arguments: period) ?? 0
        var newest = try Int64.fetchAll(
            db,
            sql: "SELECT number \(from) ORDER BY received_at DESC, id DESC LIMIT \(ArchiveStatistics.named)",
            arguments: period
        )
        // What is still tried for some of its recipients, and is late.
        let waiting = try Row.fetchCursor(
            db,
            sql: """
                SELECT number, due_at, attempts
                FROM submission INDEXED BY submission_part CROSS JOIN outbox ON outbox.submission = number
                WHERE part IS NOT NULL AND received_at >= ? AND received_at < ? ORDER BY received_at DESC, id DESC
                """,
            arguments: period
        )
        var late = 0
        while let row = try waiting.next() {
            guard rule.isLate(dueAt: Timestamp(milliseconds: row[1]), attempts: row[2], at: now) else { continue }
            late += 1
            if late <= ArchiveStatistics.named { newest.append(row[0]) }
        }
        statistics.partial += late
        // What can't be read is counted all the same, and told of wherever it is read.
        let readable = try newest.compactMap { number in
            try SQLiteSubmissionStore.row(number: number, db).flatMap { try? SubmissionRow.submission($0) }
        }
        statistics.name(partial: readable)
    }

    /// Whether as many rows are there as the books say: the books alone could agree with themselves and be wrong.
    private static func matchesTable(_ db: Database) throws -> Bool {
        let booked = try Int64.fetchOne(db, sql: "SELECT CAST(total(present) AS INTEGER) FROM tally") ?? 0
        return try Int64.fetchOne(db, sql: "SELECT count(*) FROM submission") == booked
    }
}

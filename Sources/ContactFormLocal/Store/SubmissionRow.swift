// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import GRDB
import JSON

/// How a submission stands in the tables.
enum SubmissionRow {
    /// A table expression with every column that `submission(_:)` reads, outbox included.
    static let select = "SELECT \(columns), outbox.due_at, read_at, archived_at, history, part"
    static let from = "FROM submission LEFT JOIN outbox ON outbox.submission = number"

    static let insert = """
        INSERT INTO submission (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id, form) DO NOTHING
        """

    static let update = """
        UPDATE submission SET status = ?, attempts = ?, last_error = ?, provider_message_id = ?, notified_at = ?,
            spam_reasons = ?, history = ?, part = ?
        WHERE number = ?
        """

    /// What a submission from another store brings with it; new ones have none of it.
    static let updateMarks =
        "UPDATE submission SET read_at = ?, archived_at = ?, history = ?, part = ? WHERE number = ?"

    // 19, and below 20 GRDB hands strings to SQLite without copying them.
    private static let columns = """
        id, form, received_at, name, email, reply_to, subject, fields, page, origin, language, status, spam_reasons, \
        attempts, last_error, provider_message_id, notified_at, expires_at, region
        """

    static func insertArguments(_ submission: Submission) -> StatementArguments {
        [
            submission.id.description, submission.form.rawValue, submission.receivedAt.milliseconds,
            submission.name, submission.email, submission.replyTo, submission.subject, submission.fields.json,
            submission.page, submission.origin, submission.language.rawValue, submission.status.rawValue,
            json(submission.spamReasons), submission.delivery.attempts, submission.delivery.lastError,
            submission.delivery.providerMessageID, submission.delivery.notifiedAt?.milliseconds,
            submission.expiresAt?.milliseconds, submission.region,
        ]
    }

    /// What a status change can change, but for the outbox.
    static func updateArguments(_ submission: Submission, number: Int64) -> StatementArguments {
        [
            submission.status.rawValue, submission.delivery.attempts, submission.delivery.lastError,
            submission.delivery.providerMessageID, submission.delivery.notifiedAt?.milliseconds,
            json(submission.spamReasons), submission.history.json, submission.delivery.part?.json, number,
        ]
    }

    static func markArguments(_ submission: Submission, number: Int64) -> StatementArguments {
        [
            submission.readAt?.milliseconds, submission.archivedAt?.milliseconds, submission.history.json,
            submission.delivery.part?.json, number,
        ]
    }

    /// Reads a row of `select`.
    ///
    /// - Throws: `StoreError` with code `corrupt` that names the submission: what cannot be read was edited by
    ///   hand, or damaged.
    static func submission(_ row: Row) throws(StoreError) -> Submission {
        var columns = Columns(row: row)
        let id = try columns.text(SubmissionID.init)
        let form = try columns.text(FormName.init(rawValue:))
        let receivedAt = try columns.moment()
        var submission = Submission(id: id, form: form, receivedAt: receivedAt, fields: [])
        submission.name = columns.optional()
        submission.email = columns.optional()
        submission.replyTo = columns.optional()
        submission.subject = columns.optional()
        submission.fields = try columns.text(FieldList.init(json:))
        submission.page = columns.optional()
        submission.origin = columns.optional()
        submission.language = try columns.text(Language.init(rawValue:))
        submission.status = try columns.text(SubmissionStatus.init(rawValue:))
        submission.spamReasons = try columns.text(spamReasons)
        submission.delivery.attempts = try columns.attempts()
        submission.delivery.lastError = columns.optional()
        submission.delivery.providerMessageID = columns.optional()
        submission.delivery.notifiedAt = try columns.optionalMoment()
        submission.expiresAt = try columns.optionalMoment()
        submission.region = columns.optional()
        submission.delivery.nextAttempt = try columns.optionalMoment()
        submission.readAt = try columns.optionalMoment()
        submission.archivedAt = try columns.optionalMoment()
        submission.history = try columns.text([HistoryEntry].init(json:))
        submission.delivery.part = try columns.optionalText(PartialDelivery.init(json:))
        return submission
    }

    /// What a row says of itself although it can't be read: all but its texts. Nil when it says not even which it is.
    ///
    /// - Parameter status: What it is taken for when it has no status of ours.
    static func remains(_ row: Row, status: SubmissionStatus) -> Submission? {
        guard let id = SubmissionID(row["id"] as String), let form = FormName(rawValue: row["form"]) else { return nil }
        return remains(row, key: SubmissionKey(form: form, id: id), status: status)
    }

    /// The same for the books, which ask for no name.
    static func namelessRemains(_ row: Row, status: SubmissionStatus) -> Submission {
        remains(row, key: SubmissionKey(form: .contact, id: .lowest), status: status)
    }

    private static func remains(_ row: Row, key: SubmissionKey, status: SubmissionStatus) -> Submission {
        let receivedAt = Timestamp(milliseconds: row["received_at"])
        var known = Submission(id: key.id, form: key.form, receivedAt: receivedAt, fields: [])
        known.status = SubmissionStatus(rawValue: row["status"]) ?? status
        known.delivery.notifiedAt = (row["notified_at"] as Int64?).flatMap { Timestamp(stored: $0) }
        known.readAt = (row["read_at"] as Int64?).map(Timestamp.init(milliseconds:))
        known.archivedAt = (row["archived_at"] as Int64?).map(Timestamp.init(milliseconds:))
        return known
    }

    /// What the filters of a query ask of the columns, but for the form and moments. A status that is none of ours passes:
    /// nobody knows which it was.
    static func conditions(_ query: SubmissionQuery) -> [String] {
        var conditions: [String] = []
        if !query.statuses.isEmpty {
            let others = Set(SubmissionStatus.allCases).subtracting(query.statuses)
            let words = others.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")
            conditions.append("status NOT IN (\(words))")
        }
        if query.unreadOnly { conditions.append("read_at IS NULL") }
        if let archived = query.archived { conditions.append("archived_at IS \(archived ? "NOT " : "")NULL") }
        return conditions
    }

    private static func json(_ reasons: [SpamReason]) -> String {
        guard !reasons.isEmpty else { return "[]" }
        return JSONWriter.text { writer in
            writer.array { array in
                for reason in reasons { array.string(reason.rawValue) }
            }
        }
    }

    private static func spamReasons(json: String) -> [SpamReason]? {
        guard json != "[]" else { return [] }
        guard let elements = (try? JSONParser.parse(Array(json.utf8), maximumDepth: 1))?.array else { return nil }
        let reasons = elements.compactMap { $0.string.map(SpamReason.init(rawValue:)) }
        return reasons.count == elements.count ? reasons : nil
    }
}

/// Reads the columns of a row from left to right.
private struct Columns {
    let row: Row
    private var index = 0

    init(row: Row) {
        self.row = row
    }

    mutating func optional<Value: DatabaseValueConvertible>() -> Value? {
        defer { index += 1 }
        return Value.fromDatabaseValue(row[index])
    }

    mutating func optionalMoment() throws(StoreError) -> Timestamp? {
        guard let milliseconds: Int64 = optional() else { return nil }
        guard let moment = Timestamp(stored: milliseconds) else { throw unreadable }
        return moment
    }

    mutating func required<Value: DatabaseValueConvertible>() throws(StoreError) -> Value {
        guard let value: Value = optional() else { throw unreadable }
        return value
    }

    mutating func moment() throws(StoreError) -> Timestamp {
        guard let moment = try optionalMoment() else { throw unreadable }
        return moment
    }

    mutating func attempts() throws(StoreError) -> Int {
        let attempts: Int64 = try required()
        guard Delivery.possibleAttempts.contains(attempts) else { throw unreadable }
        return Int(attempts)
    }

    mutating func text<Value>(_ read: (String) -> Value?) throws(StoreError) -> Value {
        guard let value = read(try required()) else { throw unreadable }
        return value
    }

    mutating func optionalText<Value>(_ read: (String) -> Value?) throws(StoreError) -> Value? {
        guard let text: String = optional() else { return nil }
        guard let value = read(text) else { throw unreadable }
        return value
    }

    /// `index` stands behind the column at fault.
    private var unreadable: StoreError {
        let id = String.fromDatabaseValue(row[0]) ?? "without an id"
        let column = Array(row.columnNames)[index - 1]
        return StoreError(
            .corrupt,
            "submission \(id) can't be read: column \"\(column)\" is not what was written; restore it from a backup"
        )
    }
}

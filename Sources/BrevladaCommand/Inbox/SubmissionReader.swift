// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import JSON

/// Reads a line of an export back into the submission it was written from.
struct SubmissionReader {
    /// Why a line is no submission.
    struct Problem: Error, Equatable, CustomStringConvertible {
        var description: String
    }

    /// - Throws: `Problem`, also for a member that is not known: what can't be kept exactly is not kept at all.
    static func submission(line: some Collection<UInt8>) throws(Problem) -> Submission {
        let json: JSONValue
        do {
            json = try JSONParser.parse(Array(line), maximumDepth: 8)
        } catch {
            throw Problem(description: "is not JSON")
        }
        var members = Members(try object(json, "the line"), path: "")
        let submission = try Self.reading(&members)
        try members.finish()
        return submission
    }

    private static func reading(_ members: inout Members) throws(Problem) -> Submission {
        var submission = Submission(
            id: try members.text("id", "the id of a message", SubmissionID.init),
            form: try members.text("form", "the name of a form", FormName.init(rawValue:)),
            receivedAt: try members.moment("receivedAt"),
            fields: []
        )
        submission.status = try members.text("status", "a status", SubmissionStatus.init(rawValue:))
        submission.name = try members.optionalText("name")
        submission.email = try members.optionalText("email")
        submission.replyTo = try members.optionalText("replyTo")
        submission.subject = try members.optionalText("subject")
        submission.fields = try fields(try members.required("fields"))
        submission.page = try members.optionalText("page")
        submission.origin = try members.optionalText("origin")
        submission.language = try members.text("language", "a language", Language.init(rawValue:))
        submission.spamReasons = try members.texts("spamReasons").map(SpamReason.init(rawValue:))
        submission.delivery = try delivery(try members.required("delivery"))
        submission.expiresAt = try members.optionalMoment("expiresAt")
        submission.region = try members.optionalText("region")
        submission.readAt = try members.optionalMoment("readAt")
        submission.archivedAt = try members.optionalMoment("archivedAt")
        submission.history = try history(members.optional("history") ?? .array([]))
        if submission.status == .received, submission.delivery.nextAttempt == nil {
            // It would never be mailed, and no export has such a one unless the store had it.
            submission.delivery.nextAttempt = submission.receivedAt
        }
        return submission
    }

    private static func object(_ value: JSONValue, _ what: String) throws(Problem) -> [JSONValue.Member] {
        guard case .object(let members) = value else { throw Problem(description: "\(what) is no JSON object") }
        return members
    }

    private static func fields(_ value: JSONValue) throws(Problem) -> FieldList {
        var fields: [Field] = []
        for member in try object(value, "\"fields\"") {
            switch member.value {
            case .string(let text): fields.append(Field(member.name, text))
            case .array(let elements) where elements.allSatisfy({ $0.string != nil }):
                fields.append(Field(name: member.name, values: elements.compactMap(\.string)))
            default: throw Problem(description: "a field is neither a text nor a list of texts")
            }
        }
        return FieldList(fields)
    }

    private static func delivery(_ value: JSONValue) throws(Problem) -> Delivery {
        var members = Members(try object(value, "\"delivery\""), path: "delivery.")
        var delivery = Delivery()
        guard let attempts = try members.required("attempts").integer, Delivery.possibleAttempts.contains(attempts)
        else {
            throw Problem(description: "\"delivery.attempts\" is no number of attempts")
        }
        delivery.attempts = Int(attempts)
        delivery.nextAttempt = try members.optionalMoment("nextAttempt")
        delivery.lastError = try members.optionalText("lastError")
        delivery.providerMessageID = try members.optionalText("providerMessageID")
        delivery.notifiedAt = try members.optionalMoment("notifiedAt")
        if let value = members.optional("part") {
            guard let part = PartialDelivery(value) else {
                throw Problem(description: "\"delivery.part\" does not say who has the mail")
            }
            delivery.part = part
        }
        try members.finish()
        return delivery
    }

    private static func history(_ value: JSONValue) throws(Problem) -> [HistoryEntry] {
        guard let elements = value.array, elements.count <= Submission.longestHistory else {
            throw Problem(description: "\"history\" is no list of \(Submission.longestHistory) entries at most")
        }
        var entries: [HistoryEntry] = []
        for element in elements {
            var members = Members(try object(element, "an entry of \"history\""), path: "history.")
            entries.append(
                HistoryEntry(
                    at: try members.moment("at"),
                    what: try members.text("what", "a word") { $0 },
                    reason: try members.optionalText("reason")
                )
            )
            try members.finish()
        }
        return entries
    }
}

/// The members of an object, each taken once.
private struct Members {
    private var rest: [JSONValue.Member]
    private let path: String

    init(_ members: [JSONValue.Member], path: String) {
        rest = members
        self.path = path
    }

    private func problem(_ name: String, _ words: String) -> SubmissionReader.Problem {
        SubmissionReader.Problem(description: "\"\(path)\(name)\" \(words)")
    }

    mutating func optional(_ name: String) -> JSONValue? {
        guard let index = rest.firstIndex(where: { $0.name == name }) else { return nil }
        return rest.remove(at: index).value
    }

    mutating func required(_ name: String) throws(SubmissionReader.Problem) -> JSONValue {
        guard let value = optional(name) else { throw problem(name, "is missing") }
        return value
    }

    mutating func optionalText(_ name: String) throws(SubmissionReader.Problem) -> String? {
        guard let value = optional(name) else { return nil }
        guard let text = value.string else { throw problem(name, "is no text") }
        return text
    }

    mutating func text<Value>(
        _ name: String,
        _ what: String,
        _ read: (String) -> Value?
    ) throws(SubmissionReader.Problem) -> Value {
        guard let text = try required(name).string, let value = read(text) else {
            throw problem(name, "is not \(what)")
        }
        return value
    }

    mutating func texts(_ name: String) throws(SubmissionReader.Problem) -> [String] {
        guard let elements = try required(name).array, elements.allSatisfy({ $0.string != nil }) else {
            throw problem(name, "is no list of texts")
        }
        return elements.compactMap(\.string)
    }

    mutating func moment(_ name: String) throws(SubmissionReader.Problem) -> Timestamp {
        try text(name, "a time such as 2026-11-25T18:00:00.000Z") { Timestamp(iso8601: $0) }
    }

    mutating func optionalMoment(_ name: String) throws(SubmissionReader.Problem) -> Timestamp? {
        rest.contains { $0.name == name } ? try moment(name) : nil
    }

    /// - Throws: When something is left that nobody asked for.
    func finish() throws(SubmissionReader.Problem) {
        if let member = rest.first {
            throw problem(member.name, "is not known; it was written by another version of brevlada, or twice")
        }
    }
}

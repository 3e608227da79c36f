// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormServer

/// Applies one change to several messages and tells of each.
struct StatusChanges {
    let store: any SubmissionArchive
    let change: StatusChange
    /// What was done, such as "released".
    let deed: String
    /// Which messages it can be done to, such as "held".
    let condition: String

    /// One line for each message that the change reached, and one for each that it could not.
    struct Outcome: Equatable {
        var done: [String] = []
        var refused: [String] = []
    }

    func apply(to submissions: [Submission], at now: Timestamp) async throws(StoreError) -> Outcome {
        var outcome = Outcome()
        for submission in submissions {
            if try await store.apply(change, to: submission.key, at: now) != nil {
                outcome.done.append("\(submission.id) \(deed)")
            } else {
                let current = try await store.find(submission.key)
                let status = current.map { "is \($0.status.rawValue)" } ?? "is gone"
                outcome.refused.append("\(submission.id) \(status); only \(condition) messages can be \(deed)")
            }
        }
        return outcome
    }

    /// Applies the change and writes the outcome.
    ///
    /// - Throws: `CommandFailure` with status `problems` when a message could not be reached.
    func run(on submissions: [Submission]) async throws {
        let outcome = try await apply(to: submissions, at: .now())
        for line in outcome.done { try Output.standard.writeLine(line) }
        guard outcome.refused.isEmpty else {
            throw CommandFailure(.problems, outcome.refused.joined(separator: "\n"))
        }
    }

    /// Applies the change to all that a query finds, page by page. One that could not be reached, or read, keeps no other from
    /// it.
    ///
    /// - Parameter isMeant: Whether one of them is to be changed, asked just before: a server at work moves them on.
    /// - Returns: How many it reached.
    /// - Throws: `CommandFailure` with status `problems` when there was any that it could not.
    func run(
        onAll query: SubmissionQuery,
        where isMeant: (Submission) -> Bool,
        write: (String) throws -> Void = { try Output.standard.writeLine($0) }
    ) async throws -> Int {
        var query = query
        var reached = 0
        var problems: [String] = []
        var unreadable = UnreadableMessages()
        repeat {
            let page = try await store.page(query)
            unreadable += page.unreadable
            for submission in page.submissions where isMeant(submission) {
                guard let current = try await store.find(submission.key), isMeant(current) else { continue }
                let outcome = try await apply(to: [current], at: .now())
                for line in outcome.done { try write(line) }
                reached += outcome.done.count
                problems += outcome.refused
            }
            query.cursor = page.next
        } while query.cursor != nil
        if let sentence = unreadable.sentence("not \(deed)") { problems.append(sentence) }
        guard problems.isEmpty else { throw CommandFailure(.problems, problems.joined(separator: "\n")) }
        return reached
    }
}

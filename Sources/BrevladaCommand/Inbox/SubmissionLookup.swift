// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

/// Finds messages by their ids, or by the beginning of an id that no other message shares.
struct SubmissionLookup {
    let store: any SubmissionArchive
    /// The first ten characters are the time and shared by all messages of a moment; two more tell some apart.
    static let shortestPrefix = 12

    static let ofNoMessage = "is the id of no message; see \"brevlada inbox list\""

    /// - Parameter requiresWholeID: Refuses beginnings.
    /// - Throws: `CommandFailure` with every text that is no id, matches nothing or matches several.
    func find(_ texts: [String], requiresWholeID: Bool = false) async throws -> [Submission] {
        var found: [Submission] = []
        var problems: [String] = []
        for text in texts {
            switch try await find(text, requiresWholeID: requiresWholeID) {
            case .success(let submission):
                if !found.contains(where: { $0.key == submission.key }) { found.append(submission) }
            case .failure(let failure): problems.append(failure.description)
            }
        }
        guard problems.isEmpty else { throw CommandFailure(.configuration, problems.joined(separator: "\n")) }
        return found
    }

    /// What became of a look for several ids.
    struct Outcome {
        var found: [Submission] = []
        /// Those of no message.
        var absent: [SubmissionID] = []
        var unreadable = UnreadableMessages()
    }

    /// Finds each of the ids. One of no message, or of one that can't be read, keeps no other from being found.
    func find(ids: [SubmissionID]) async throws(StoreError) -> Outcome {
        var outcome = Outcome()
        var looked: Set<SubmissionID> = []
        for id in ids where looked.insert(id).inserted {
            do throws(StoreError) {
                if let submission = try await store.find(id: id) {
                    outcome.found.append(submission)
                } else {
                    outcome.absent.append(id)
                }
            } catch {
                guard error.code == .corrupt else { throw error }
                outcome.unreadable += UnreadableMessages([id])
            }
        }
        return outcome
    }

    private func find(
        _ text: String,
        requiresWholeID: Bool
    ) async throws(StoreError) -> Result<Submission, CommandFailure> {
        func failure(_ words: String) -> Result<Submission, CommandFailure> {
            .failure(CommandFailure(.configuration, "\"\(text)\" \(words)"))
        }
        if let id = SubmissionID(text) {
            guard let submission = try await store.find(id: id) else {
                return failure(Self.ofNoMessage)
            }
            return .success(submission)
        }
        guard let range = Self.range(prefix: text) else {
            return failure("is no id; ids have 26 letters and digits, as in \"brevlada inbox list\"")
        }
        guard !requiresWholeID else { return failure("is only the beginning of an id; write the whole id with --yes") }
        guard text.utf8.count >= Self.shortestPrefix else {
            return failure("is too short; write at least \(Self.shortestPrefix) characters of the id")
        }
        var query = SubmissionQuery(ids: range, order: .id, limit: 2)
        var matching: [Submission] = []
        var unreadable: [Receipt] = []
        repeat {
            let page = try await store.page(query)
            matching += page.submissions
            unreadable += page.unreadable
            query.cursor = page.next
        } while matching.count + unreadable.count < 2 && query.cursor != nil
        switch (matching.count, unreadable.count) {
        case (0, 0): return failure("begins the id of no message; see \"brevlada inbox list\"")
        case (1, 0): return .success(matching[0])
        // Which throws, and says what is wrong with it.
        case (0, 1): return try await find(unreadable[0].key.id.description, requiresWholeID: true)
        default: return failure("begins the ids of several messages; write more of it")
        }
    }

    /// The ids that begin with `prefix`; nil when it can't begin an id.
    static func range(prefix: String) -> ClosedRange<SubmissionID>? {
        let missing = 26 - prefix.utf8.count
        guard missing > 0, !prefix.isEmpty,
            let first = SubmissionID(prefix + String(repeating: "0", count: missing)),
            let last = SubmissionID(prefix + String(repeating: "Z", count: missing))
        else { return nil }
        return first...last
    }

    /// The shortest length, 14 or more, at which no two of the ids begin alike.
    static func distinctLength(_ ids: [SubmissionID]) -> Int {
        let texts = Set(ids.map(\.description))
        return (14..<26).first { length in Set(texts.map { $0.prefix(length) }).count == texts.count } ?? 26
    }
}

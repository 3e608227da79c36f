// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import Synchronization

/// Takes the lines of an export into a store, each as it was: status, marks, history and delivery.
///
/// A submission that is there already is left as it is, so that an import that was broken off, or is run twice, doubles
/// nothing. Nobody is mailed again: a store mails what is `received`, which was not mailed where it came from either.
struct SubmissionImport {
    struct Outcome: Equatable {
        var stored = 0
        /// There already.
        var known = 0
        /// Of what was stored: what waits for its mail, which will go out from here.
        var waiting = 0
    }

    /// Why a line could not be taken in. What stood before it is stored.
    struct Failure: Error, CustomStringConvertible {
        var line: Int
        var reason: String
        var description: String { "line \(line) \(reason)" }
    }

    let store: any SubmissionArchive
    /// Where receipts are kept of what comes in, where the store does not count by itself.
    var books: (any ReceiptBook)?
    /// The Region whose function mails what waits; nil on one machine.
    var region: String?
    /// So many are written at the same time.
    var width = 64

    /// Reads every line and stores nothing.
    ///
    /// - Returns: How many submissions there are.
    /// - Throws: `Failure` for the first line that is none.
    static func check(_ lines: inout LineReader) throws -> Int {
        var count = 0
        while let line = try lines.next() {
            guard !line.isEmpty else { continue }
            do throws(SubmissionReader.Problem) {
                _ = try SubmissionReader.submission(line: line)
            } catch {
                throw Failure(line: lines.number, reason: error.description)
            }
            count += 1
        }
        return count
    }

    /// - Parameter onProgress: Called with how many were looked at.
    /// - Throws: `Failure`, naming the line; `StoreError` is told by its line too.
    func run(_ lines: inout LineReader, onProgress: (Int) -> Void = { _ in }) async throws -> Outcome {
        var outcome = Outcome()
        var batch: [(line: Int, submission: Submission)] = []
        var isAtEnd = false
        while !isAtEnd {
            if let line = try lines.next() {
                guard !line.isEmpty else { continue }
                do throws(SubmissionReader.Problem) {
                    batch.append((lines.number, try SubmissionReader.submission(line: line)))
                } catch {
                    try await store(&batch, &outcome)
                    throw Failure(line: lines.number, reason: error.description)
                }
            } else {
                isAtEnd = true
            }
            if isAtEnd || batch.count >= width {
                try await store(&batch, &outcome)
                onProgress(outcome.stored + outcome.known)
            }
        }
        return outcome
    }

    private func store(_ batch: inout [(line: Int, submission: Submission)], _ outcome: inout Outcome) async throws {
        let submissions = batch.map { adopted($0.submission) }
        let lines = batch.map(\.line)
        batch = []
        let results = await submissions.concurrentResults { submission async throws(StoreError) in
            try await store.insert(submission)
        }
        // Of what is there already too: an import that was broken off may have left some out.
        let receipts = zip(submissions, results).filter { (try? $1.get()) != nil }.map(\.0.receipt)
        try await books?.enter(receipts)
        for (index, result) in results.enumerated() {
            switch result {
            case .success(.stored):
                outcome.stored += 1
                if submissions[index].status == .received { outcome.waiting += 1 }
            case .success(.alreadyStored): outcome.known += 1
            case .failure(let error): throw Failure(line: lines[index], reason: "was not stored: \(error.reason)")
            }
        }
    }

    /// What waits for its mail is mailed from the Region it is in, and not from the one that took it in.
    private func adopted(_ submission: Submission) -> Submission {
        guard let region, submission.status == .received, submission.region != nil, submission.region != region else {
            return submission
        }
        var adopted = submission
        adopted.region = nil
        return adopted
    }
}

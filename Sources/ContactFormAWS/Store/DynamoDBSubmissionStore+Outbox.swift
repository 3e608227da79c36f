// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
package import ContactForm
import Logging

/// For the sweep: each call reads all that came in since its window begins, and is not for every event of a stream.
extension DynamoDBSubmissionStore: Outbox {
    /// An item that can't be read is logged and left out, so that it doesn't hold up the others.
    package func dueNotifications(at now: Timestamp, limit: Int) async throws(StoreError) -> [Submission] {
        let due = DynamoDBExpression("dueAt <= :now", values: [":now": .number(now.milliseconds)])
        let selection = Selection(since: sweep?.start(at: now), filter: .status(.received).and(due))
        var submissions: [Submission] = []
        var seen: Set<SubmissionKey> = []
        for item in try await items(selection) + (sweep == nil ? [] : remembered(at: now)) {
            do throws(StoreError) {
                let submission = try SubmissionItem.submission(item)
                let isDue = submission.status == .received && submission.delivery.nextAttempt.map { $0 <= now } ?? false
                if isDue, seen.insert(submission.key).inserted { submissions.append(submission) }
            } catch {
                logger.error("submission can't be read and is not mailed", metadata: ["error": "\(error)"])
            }
        }
        submissions.sort { left, right in
            (left.delivery.nextAttempt ?? now, left.id) < (right.delivery.nextAttempt ?? now, right.id)
        }
        return Array(submissions.prefix(limit))
    }

    package func nextNotification() async throws(StoreError) -> Timestamp? {
        let waiting = DynamoDBExpression.status(.received).and(DynamoDBExpression("attribute_exists(dueAt)"))
        return try await items(Selection(filter: waiting, attributes: ["dueAt"]))
            .compactMap { $0["dueAt"]?.integer }.min().map(Timestamp.init(milliseconds:))
    }

    package func heldCounts(since moment: Timestamp) async throws(StoreError) -> [FormName: Int] {
        let selection = Selection(since: moment, receivedSince: moment, and: .status(.held), attributes: ["pk"])
        let names = try await items(selection).compactMap { $0["pk"]?.string.flatMap(TableKey.form(ofPartition:)) }
        return Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
    }
}

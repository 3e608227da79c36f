// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
package import ContactForm

extension DynamoDBSubmissionStore {
    /// Reads what was received within the period, at most 25 MB of each partition; what is unread is counted within the
    /// period too. There is no counter of what came in, for it would be one more write for each submission: `accepted` is
    /// what is there, erased and expired, and nobody can say whether that adds up.
    package func statistics(
        from: Timestamp,
        until: Timestamp,
        at now: Timestamp
    ) async throws(StoreError) -> ArchiveStatistics {
        var statistics = ArchiveStatistics(from: from, until: until)
        var days: [Timestamp: ArchiveStatistics.Day] = [:]
        func count(_ day: Timestamp, _ change: (inout ArchiveStatistics.Day) -> Void) {
            change(&days[day, default: ArchiveStatistics.Day(start: day, accepted: 0, held: 0, failed: 0)])
        }
        var selection = Selection(
            since: statistics.from,
            receivedSince: statistics.from,
            and: DynamoDBExpression(
                "receivedAt < :until",
                values: [":until": .number(statistics.until.milliseconds)]
            ),
            attributes: ["pk", "sk", "receivedAt", "status", "dueAt", "notifiedAt", "readAt", "archivedAt"]
        )
        selection.pageLimit = 25
        let found = try await selected(selection)
        statistics.isComplete = found.isComplete
        for item in found.items {
            guard let submission = SubmissionItem.summary(item) else { continue }
            let day = submission.receivedAt.startOfDay
            statistics.accepted += 1
            statistics.counts[submission.status, default: 0] += 1
            if submission.isUnread { statistics.unread += 1 }
            if submission.isOverdue(at: now) { statistics.overdue += 1 }
            if let time = submission.deliveryTime { statistics.delivery.add(time) }
            count(day) { day in
                day.accepted += 1
                if submission.status == .held { day.held += 1 }
                if submission.status == .failed { day.failed += 1 }
            }
        }
        for (day, counts) in try await ledger(from: statistics.from, until: statistics.until) {
            let (erased, expired) = (counts[.erased] ?? 0, counts[.expired] ?? 0)
            statistics.erased += erased
            statistics.expired += expired
            statistics.accepted += erased + expired
            count(day) { $0.accepted += erased + expired }
        }
        statistics.days = days.values.sorted { $0.start < $1.start }
        return statistics
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
package import ContactForm
import ContactFormLogging

extension DynamoDBSubmissionStore {
    /// So many are looked for at the same time.
    private static let looksAtOnce = 100
    /// Requests for each partition, each of 1 MB at most.
    private static let mostRequests = 25

    /// Reads what was received within the period, at most 25 MB of each partition, and its receipts; what is unread and what
    /// awaits the owner are counted within the period too. What has expired counts so whether or not DynamoDB has removed it.
    package func statistics(
        from: Timestamp,
        until: Timestamp,
        at now: Timestamp,
        late rule: LateRule
    ) async throws(StoreError) -> ArchiveStatistics {
        var statistics = ArchiveStatistics(from: from, until: until)
        let period = statistics.from..<max(statistics.until, statistics.from)
        var days: [Timestamp: ArchiveStatistics.Day] = [:]
        func count(_ receivedAt: Timestamp, _ change: (inout ArchiveStatistics.Day) -> Void) {
            let day = receivedAt.startOfDay
            change(&days[day, default: ArchiveStatistics.Day(start: day, accepted: 0, held: 0, failed: 0)])
        }
        // The books first: what is in them was stored before.
        let books = try await entries(
            from: statistics.from,
            until: statistics.until,
            pageLimit: Self.mostRequests
        )
        var entries = Dictionary(books.entries.map { ($0.receipt.key, $0) }) { first, second in
            first.departure(at: now) == nil ? second : first
        }
        var selection = Selection(
            from: statistics.from,
            until: statistics.until,
            attributes: SubmissionItem.summarized + ["expiresAtMilliseconds"]
        )
        selection.pageLimit = Self.mostRequests
        let found = try await selected(selection)
        statistics.isComplete = found.isComplete && books.isComplete
        var partial: [Submission] = []
        for item in found.items {
            let summary = readable(item, .counted, SubmissionItem.summary)
            guard let key = SubmissionKey(item) else { continue }
            let entry = entries.removeValue(forKey: key)
            guard let receipt = summary?.receipt ?? entry?.receipt ?? Receipt(unreadable: item),
                period.contains(receipt.receivedAt)
            else { continue }
            // The stream tells of what came in a moment later.
            if entry == nil, now.since(receipt.receivedAt) > Submission.overdueAfter { statistics.unbooked += 1 }
            guard !SubmissionItem.hasExpired(item, at: now) else {
                statistics.expired += 1
                count(receipt.receivedAt) { $0.accepted += 1 }
                continue
            }
            guard let submission = summary else {
                statistics.unreadable.append(receipt)
                count(receipt.receivedAt) { $0.accepted += 1 }
                continue
            }
            statistics.counts[submission.status, default: 0] += 1
            if submission.isUnread { statistics.unread += 1 }
            if submission.awaitsOwner { statistics.awaitingOwner[submission.status, default: 0] += 1 }
            if submission.isOverdue(at: now, by: rule) { statistics.overdue += 1 }
            if submission.finding(at: now, late: rule) == .partial { partial.append(submission) }
            if let time = submission.deliveryTime { statistics.delivery.add(time) }
            count(submission.receivedAt) { day in
                day.accepted += 1
                if submission.status == .held { day.held += 1 }
                if submission.status == .failed { day.failed += 1 }
            }
        }
        statistics.unreadable.sort { $0.key.id > $1.key.id }
        statistics.note(partial: partial)
        var unseen: [Receipt] = []
        for entry in entries.values {
            switch entry.departure(at: now) {
            case .erased?: statistics.erased += 1
            case .expired?: statistics.expired += 1
            case nil:
                // What was not looked at may hold it.
                if statistics.isComplete { unseen.append(entry.receipt) }
                continue
            }
            count(entry.receipt.receivedAt) { $0.accepted += 1 }
        }
        unseen.sort { $0.key.id > $1.key.id }
        // What is not looked for once more may be there, or erased meanwhile.
        if unseen.count > mostLooks { statistics.isComplete = false }
        statistics.missing = try await missing(among: unseen.prefix(mostLooks), at: now)
        for receipt in statistics.missing { count(receipt.receivedAt) { $0.accepted += 1 } }
        statistics.accepted = statistics.stored + statistics.erased + statistics.expired + statistics.missing.count
        if !statistics.missing.isEmpty {
            statistics.addsUp = false
        } else if statistics.isComplete, statistics.unbooked == 0 {
            statistics.addsUp = true
        }
        statistics.days = days.values.sorted { $0.start < $1.start }
        return statistics
    }

    /// Of what a look at the table did not show what is not there: a look shows what was a moment ago, and meanwhile the owner
    /// may have erased some.
    private func missing(among unseen: ArraySlice<Receipt>, at now: Timestamp) async throws(StoreError) -> [Receipt] {
        var found: [Receipt] = []
        var left = unseen
        while !left.isEmpty {
            let batch = left.prefix(Self.looksAtOnce)
            left = left.dropFirst(Self.looksAtOnce)
            let missing = Set(try await missing(among: batch.map(\.key), at: now))
            found += batch.filter { missing.contains($0.key) }
        }
        return found
    }
}

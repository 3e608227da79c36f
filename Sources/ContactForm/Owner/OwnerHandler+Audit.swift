// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

extension OwnerHandler {
    private static let standardPeriod = Interval.days(30)
    /// Pages that are looked at for one problem.
    private static let mostPages = 20

    /// One kind of message that is not where it should be.
    fileprivate struct Problem {
        var kind: AuditFinding.Kind
        var count: Int
        var newest: [AuditFinding]

        init(_ kind: AuditFinding.Kind, count: Int, newest: [AuditFinding]) {
            self.kind = kind
            self.count = count
            self.newest = newest
        }

        /// Of which nothing but receipts is known.
        init(_ kind: AuditFinding.Kind, _ receipts: [Receipt]) {
            let newest = receipts.prefix(ArchiveStatistics.named).map { AuditFinding(kind, $0) }
            self.init(kind, count: receipts.count, newest: newest)
        }
    }

    /// Whether every accepted message of a period is accounted for.
    func audit(
        _ request: OwnerRequest,
        _ parameters: [OwnerRequest.Parameter],
        _ reply: OwnerReply
    ) async throws -> OwnerResponse {
        let period = try OwnerParameters(parameters, names: ["from", "until"]).period()
        let now = request.receivedAt
        let until = period.until ?? now
        let from = period.from ?? until.advanced(by: Interval(milliseconds: -Self.standardPeriod.milliseconds))
        guard from < until else { throw ParameterError("from", .orderedMoments) }
        let statistics = try await archive.statistics(from: from, until: until, at: now, late: late)
        var problems = [Problem(.missing, statistics.missing), Problem(.unreadable, statistics.unreadable)]
        for (kind, count, status) in [
            (AuditFinding.Kind.failed, statistics.counts[.failed, default: 0], SubmissionStatus.failed),
            (.bounced, statistics.counts[.bounced, default: 0], .bounced),
            (.overdue, statistics.overdue, .received),
        ] where count > 0 {
            let newest = try await newest(status, from: statistics.from, until: statistics.until) { submission in
                submission.finding(at: now, late: late) == kind
            }
            problems.append(Problem(kind, count: count, newest: newest.map { AuditFinding(kind, $0) }))
        }
        problems.append(Problem(.partial, count: statistics.partial, newest: statistics.newestPartial))
        problems.removeAll { $0.count == 0 }
        return reply.json { writer in
            writer.object { object in
                statistics.write(to: &object)
                object.member("clean", statistics.addsUp != false && problems.isEmpty)
                object.name("problems")
                object.array { array in
                    for problem in problems { problem.write(to: &array) }
                }
            }
        }
    }

    private func newest(
        _ status: SubmissionStatus,
        from: Timestamp,
        until: Timestamp,
        where isMeant: (Submission) -> Bool
    ) async throws(StoreError) -> [Submission] {
        var query = SubmissionQuery(statuses: [status], from: from, until: until, limit: 100)
        var found: [Submission] = []
        for _ in 0..<Self.mostPages {
            let page = try await archive.page(query)
            found += page.submissions.filter(isMeant)
            guard found.count < ArchiveStatistics.named, let next = page.next else { break }
            query.cursor = next
        }
        return Array(found.prefix(ArchiveStatistics.named))
    }
}

extension OwnerHandler.Problem {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { object in
            object.member("kind", kind.rawValue)
            object.member("count", count)
            object.name("newest")
            object.array { array in
                for example in newest {
                    array.object { item in
                        item.member("id", example.receipt.key.id.description)
                        item.member("form", example.receipt.key.form.rawValue)
                        item.member("receivedAt", example.receipt.receivedAt.iso8601)
                        item.member("attempts", example.delivery.attempts)
                        item.member("lastError", orNull: example.delivery.lastError)
                        item.member("nextAttempt", orNull: example.delivery.nextAttempt?.iso8601)
                    }
                }
            }
        }
    }
}

extension ArchiveStatistics {
    fileprivate func write(to object: inout JSONWriter) {
        object.member("from", from.iso8601)
        object.member("until", until.iso8601)
        object.member("accepted", accepted)
        object.member("stored", stored)
        object.name("counts")
        object.object { counts in
            for status in SubmissionStatus.allCases { counts.member(status.rawValue, self.counts[status, default: 0]) }
        }
        object.member("overdue", overdue)
        object.member("erased", erased)
        object.member("expired", expired)
        object.member("unread", unread)
        object.name("awaitingOwner")
        object.object { counts in
            for status in SubmissionStatus.allCases where SubmissionStatus.awaitingOwner.contains(status) {
                counts.member(status.rawValue, awaitingOwner[status, default: 0])
            }
        }
        object.name("addsUp")
        object.raw(addsUp.map { $0 ? "true" : "false" } ?? "null")
        object.member("unbooked", unbooked)
        object.member("unreadable", unreadable.count)
        object.member("complete", isComplete)
        object.name("days")
        object.array { array in
            for day in days {
                array.object { item in
                    item.member("date", day.start.isoDate)
                    item.member("accepted", day.accepted)
                    item.member("held", day.held)
                    item.member("failed", day.failed)
                }
            }
        }
        object.name("deliverySeconds")
        guard let half = delivery.quantile(0.5), let most = delivery.quantile(0.95), let longest = delivery.longest
        else {
            object.raw("null")
            return
        }
        object.object { seconds in
            for (name, interval) in [("p50", half), ("p95", most), ("max", longest)] {
                seconds.name(name)
                seconds.raw(
                    "\(interval.milliseconds / 1000).\(String(1000 + interval.milliseconds % 1000).dropFirst())"
                )
            }
        }
    }
}

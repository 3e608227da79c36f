// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

/// Holds every accepted submission of a period against its delivery.
///
/// Three countings that know nothing of each other must agree: a walk through the submissions themselves, the store's own by
/// status, and its books of what came in and left.
struct Audit {
    let store: any SubmissionArchive
    /// By which a mail is overdue.
    var late = LateRule()
    /// So many of each kind are listed; all are counted.
    var listed = 100

    /// - Parameter since: Taken back to the beginning of its day in UTC, since the books are kept by the day.
    /// - Parameter onProgress: Called now and then with how many submissions were looked at.
    /// - Throws: `StoreError`; an audit that could not see everything says nothing.
    func report(
        since: Timestamp,
        at now: Timestamp,
        onProgress: (Int) -> Void = { _ in }
    ) async throws(StoreError) -> AuditReport {
        let since = since.startOfDay
        var report = AuditReport(since: since, at: now)
        // A server at work moves submissions on between the countings; when it does, they are done again.
        for attempt in 1...5 {
            let before = try await store.counts(since: since)
            report = try await walk(since: since, at: now, onProgress: onProgress)
            // Without an end, as the other two: a clock that was ahead gave messages a day that is still to come.
            report.books = try await store.statistics(from: since, until: .latest, at: now, late: late)
            let after = try await store.counts(since: since)
            report.storeCounts = after
            report.isSettled = before == after
            if report.isSettled || attempt == 5 { break }
        }
        if let missing = report.books?.missing, !missing.isEmpty {
            report.findingCounts[.missing] = missing.count
            report.findings += missing.prefix(listed).map { AuditFinding(.missing, $0) }
        }
        return report
    }

    private func walk(
        since: Timestamp,
        at now: Timestamp,
        onProgress: (Int) -> Void
    ) async throws(StoreError) -> AuditReport {
        var report = AuditReport(since: since, at: now)
        var query = SubmissionQuery(from: since, order: .id, limit: 1_000)
        repeat {
            let page = try await store.page(query)
            for submission in page.submissions {
                report.counts[submission.status, default: 0] += 1
                guard let kind = submission.finding(at: now, late: late) else { continue }
                add(AuditFinding(kind, submission), to: &report)
            }
            for receipt in page.unreadable { add(AuditFinding(.unreadable, receipt), to: &report) }
            onProgress(report.stored)
            query.cursor = page.next
        } while query.cursor != nil
        return report
    }

    private func add(_ finding: AuditFinding, to report: inout AuditReport) {
        report.findingCounts[finding.kind, default: 0] += 1
        guard report.findings.count(where: { $0.kind == finding.kind }) < listed else { return }
        report.findings.append(finding)
    }
}

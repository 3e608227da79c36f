// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm

/// A store of which a test can damage what it holds.
package protocol Damageable {
    /// Makes a stored submission one that can't be read.
    func damage(_ key: SubmissionKey) async throws
}

/// What a store does with a submission that can't be read: it stays, keeps no other from anything, and is told of.
package enum UnreadableContract {
    package typealias Case = ContractCase<any SubmissionArchive & Outbox & Damageable>

    package static let cases: [Case] = [
        Case("a list goes on past what can't be read, and tells of it once on whatever page its turn is") { store in
            let (damaged, others) = try await store.insertDamaged()
            for limit in [1, 2, 3, 50] {
                let (found, unreadable) = try await store.everyPage(SubmissionQuery(limit: limit))
                try expect("found in pages of \(limit)", found, equals: others.reversed())
                try expect("unreadable in pages of \(limit)", unreadable.map(\.key), equals: [damaged.key])
            }
        },
        Case("what goes by ids, and what is before or after the cursor, is told likewise") { store in
            let (damaged, others) = try await store.insertDamaged()
            let (found, unreadable) = try await store.everyPage(SubmissionQuery(order: .id, limit: 2))
            try expect("found", found, equals: others.reversed())
            try expect("unreadable", unreadable.map(\.key), equals: [damaged.key])
            for (last, expected) in [(others[0], []), (others[3], [damaged.key])] {
                let cursor = SubmissionCursor(after: last, order: .id)
                let rest = try await store.everyPage(SubmissionQuery(cursor: cursor, order: .id))
                try expect("unreadable after \(last.id)", rest.unreadable.map(\.key), equals: expected)
            }
        },
        Case("a search and filters tell of what may match, and of no other form") { store in
            let (damaged, others) = try await store.insertDamaged()
            let text = try await store.everyPage(SubmissionQuery(text: others[2].name))
            try expect("unreadable of a search", text.unreadable.map(\.key), equals: [damaged.key])
            let all = SubmissionQuery(
                statuses: [damaged.status],
                from: damaged.receivedAt,
                until: damaged.receivedAt.advanced(by: .milliseconds(1)),
                unreadOnly: true,
                archived: false
            )
            try expect("unreadable", try await store.everyPage(all).unreadable.map(\.key), equals: [damaged.key])
            let order = try await store.everyPage(SubmissionQuery(form: .sampleOrder))
            try expect("unreadable of another form", order.unreadable, equals: [])
        },
        Case("asked for alone it is corrupt, by its name, and can't be moved on") { store in
            let (damaged, _) = try await store.insertDamaged()
            try await expectCorrupt(damaged) { _ = try await store.find(damaged.key) }
            try await expectCorrupt(damaged) { _ = try await store.find(id: damaged.id) }
            try await expectCorrupt(damaged) {
                _ = try await store.apply(.sampleNotified, to: damaged.key, at: .sample)
            }
        },
        Case("an erasure takes the others, leaves what can't be read and does not call itself complete") { store in
            let (damaged, others) = try await store.insertDamaged()
            let theirs = Submission.from("nils@example.com", number: 50)
            try await store.insert(theirs, expecting: .stored)
            var receipt = try await store.erase(address: "nils@example.com", at: .sample)
            var (ids, unreadable) = (receipt.ids, receipt.unreadable)
            while let next = receipt.next {
                receipt = try await store.erase(address: "nils@example.com", after: next, at: .sample)
                ids += receipt.ids
                unreadable += receipt.unreadable
            }
            try expect("erased", ids, equals: [theirs.id])
            try expect("unreadable", unreadable, equals: [damaged.id])
            try expect("complete", receipt.isComplete, equals: false)
            let (found, rest) = try await store.everyPage(SubmissionQuery())
            try expect("found", found, equals: others.reversed())
            try expect("still there", rest.map(\.key), equals: [damaged.key])
        },
        Case("the numbers have it, and add up") { store in
            _ = try await store.insertDamaged()
            let numbers = try await store.statistics(from: .sample, until: .sample, at: .sample)
            try expect("accepted", numbers.accepted, equals: 5)
            try expect("stored", numbers.stored, equals: 5)
            try expect("accepted that day", numbers.days.map(\.accepted), equals: [5])
            try expect(numbers.addsUp != false, "the sums don't differ")
        },
        Case("the mails of the others go out") { store in
            let (_, others) = try await store.insertDamaged()
            try await store.expectDue("due", at: .farFuture, equals: others)
            // What can't be read is no more.
            try await store.expectDue("due", at: .farFuture, limit: others.count, equals: others)
        },
    ]

    private static func expectCorrupt(_ submission: Submission, _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as StoreError {
            try expect("code", error.code, equals: .corrupt)
            return try expect(error.reason.contains(submission.id.description), "the error names the submission")
        }
        try expect(false, "an error is thrown")
    }
}

extension SubmissionArchive where Self: Damageable {
    /// Five submissions, oldest first, of which the third can't be read.
    fileprivate func insertDamaged() async throws -> (damaged: Submission, others: [Submission]) {
        var submissions = (1...5).map { Submission.sample($0) }
        try await insert(submissions)
        try await damage(submissions[2].key)
        return (submissions.remove(at: 2), submissions)
    }
}

extension SubmissionArchive {
    fileprivate func everyPage(
        _ query: SubmissionQuery
    ) async throws(StoreError) -> (found: [Submission], unreadable: [Receipt]) {
        var query = query
        var all: (found: [Submission], unreadable: [Receipt]) = ([], [])
        repeat {
            let page = try await page(query)
            all.found += page.submissions
            all.unreadable += page.unreadable
            query.cursor = page.next
        } while query.cursor != nil
        return all
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import Testing

@testable import ContactFormLocal

@Suite("How much a page holds")
struct PageSizeTests {
    private static let length = 1 << 10
    private static let most = 256

    private let folder: TemporaryFolder
    private let store: SQLiteSubmissionStore

    init() throws {
        folder = try TemporaryFolder()
        store = try SQLiteSubmissionStore(
            path: folder.file("brevlada.sqlite"),
            pageOctets: Self.most * Self.length
        )
    }

    private func fill() async throws -> [Submission] {
        let submissions = (1...512).map { number in
            var submission = Submission.sample(number)
            submission.fields = [Field("message", "needle " + String(repeating: "x", count: Self.length - 14))]
            return submission
        }
        for outcome in await store.insertAtOnce(submissions) { #expect(outcome == .success(.stored)) }
        return submissions
    }

    private func pages(_ query: SubmissionQuery) async throws -> [[Submission]] {
        var query = query
        var pages: [[Submission]] = []
        repeat {
            let page = try await store.page(query)
            pages.append(page.submissions)
            query.cursor = page.next
        } while query.cursor != nil
        return pages
    }

    @Test("a list of long messages has shorter pages, which show each of them once", arguments: [50, 200, 1_000])
    func list(limit: Int) async throws {
        let submissions = try await fill()
        for order in [SubmissionQuery.Order.received, .id] {
            let pages = try await pages(SubmissionQuery(order: order, limit: limit))
            #expect(pages.flatMap { $0 } == submissions.reversed())
            #expect(pages.allSatisfy { $0.count <= min(limit, Self.most) })
            #expect(pages[0].count == min(limit, Self.most))
        }
    }

    enum Indexing: CaseIterable {
        case never, half, whole
    }

    @Test(
        "so has a search, whatever of it is in the index",
        arguments: Indexing.allCases,
        [("needle", 7), ("needle", 1_000), ("ne", 1_000)]
    )
    func search(_ indexing: Indexing, _ search: (text: String, limit: Int)) async throws {
        let submissions = try await fill()
        switch indexing {
        case .never: break
        case .half:
            for _ in 1...13 { _ = try await store.advanceSearchIndex(limit: 20) }
        case .whole: try await SearchIndexing(store: store).catchUp()
        }
        let pages = try await pages(SubmissionQuery(text: search.text, limit: search.limit))
        #expect(pages.flatMap { $0 } == submissions.reversed())
        // What the index found and what is outside fill a page each.
        #expect(pages.allSatisfy { $0.count <= min(search.limit, 2 * Self.most + 1) })
    }

    @Test("an erasure and an export go through them all")
    func everything() async throws {
        let submissions = try await fill()
        let query = SubmissionQuery(order: .id)
        var export = SubmissionExport(.jsonl, of: store, matching: query, from: ExportPosition(startedAt: .farFuture))
        var count = 0
        while let step = try await export.next() { if case .rows(let rows) = step { count += rows.count } }
        #expect(count == submissions.count)
        let receipt = try await store.erase(address: "astrid@example.com", at: .sample)
        #expect(Set(receipt.ids) == Set(submissions.map(\.id)) && receipt.isComplete)
    }
}

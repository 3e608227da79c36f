// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// A whole export as it is read: nothing is asked of the store before the reader wants more.
///
/// It breaks off at its end when something could not be read: it began as a success, and nobody is to take it for whole.
package struct ExportStream: AsyncSequence, Sendable {
    package typealias Element = [UInt8]
    package typealias Failure = StoreError

    fileprivate let export: SubmissionExport

    package init(_ export: SubmissionExport) {
        self.export = export
    }

    package func makeAsyncIterator() -> Iterator { Iterator(export: export) }

    package struct Iterator: AsyncIteratorProtocol {
        fileprivate var export: SubmissionExport

        package mutating func next() async throws(StoreError) -> [UInt8]? {
            while let step = try await export.next() {
                if case .rows(let rows) = step, !rows.isEmpty { return rows.flatMap { Array($0.utf8) } }
            }
            guard export.unreadable.isEmpty else {
                throw StoreError(.corrupt, "an export lacks what can't be read; restore that from a backup")
            }
            return nil
        }

        /// What Swift 6 asks of an iterator that names its error.
        package mutating func next(isolation actor: isolated (any Actor)?) async throws(StoreError) -> [UInt8]? {
            try await next()
        }
    }
}

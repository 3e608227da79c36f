// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// One sentence of a port's contract, and the check that an adapter keeps it.
///
/// A test target runs them all, each on a subject of its own that holds nothing yet:
///
///     @Test("the store keeps its contract", arguments: SubmissionStoreContract.cases)
///     func contract(_ promise: ContractCase<any SubmissionArchive>) async throws {
///         try await promise.check(try SQLiteSubmissionStore(path: emptyFile))
///     }
package struct ContractCase<Subject>: Sendable, CustomStringConvertible {
    /// The promise, as a sentence.
    package let name: String
    /// Throws a `ContractViolation` when the promise is broken, and passes on what the subject throws.
    package let check: @Sendable (_ subject: Subject) async throws -> Void

    package init(_ name: String, _ check: @escaping @Sendable (_ subject: Subject) async throws -> Void) {
        self.name = name
        self.check = check
    }

    package var description: String { name }
}

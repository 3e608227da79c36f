// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

extension Collection where Element: Sendable {
    /// What `body` gives for each element, all at the same time; in the order of the elements. What fails for one keeps nothing
    /// from the others.
    package func concurrentResults<Value: Sendable, Failure: Error>(
        _ body: @escaping @Sendable (Element) async throws(Failure) -> Value
    ) async -> [Result<Value, Failure>] {
        let outcomes = await withTaskGroup(of: Outcome<Value, Failure>.self) { group in
            for (index, element) in enumerated() {
                group.addTask {
                    do throws(Failure) {
                        return Outcome(index: index, result: .success(try await body(element)))
                    } catch {
                        return Outcome(index: index, result: .failure(error))
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        return outcomes.sorted { $0.index < $1.index }.map(\.result)
    }
}

/// A type of its own, for Swift 6.3 optimizes a tuple of a number and such a result wrongly: the number is lost.
private struct Outcome<Value: Sendable, Failure: Error>: Sendable {
    var index: Int
    var result: Result<Value, Failure>
}

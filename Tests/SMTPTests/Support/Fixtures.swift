// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The test certificates beside this file; `Fixtures/README.md` says what they are.
enum Fixtures {
    static func path(_ name: String) -> String {
        let support = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        return (support.dropLast() + ["Fixtures", Substring(name)]).joined(separator: "/")
    }
}

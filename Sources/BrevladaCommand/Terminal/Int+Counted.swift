// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

extension Int {
    /// "1 message", "2 messages".
    func counted(_ noun: String) -> String { self == 1 ? "1 \(noun)" : "\(self) \(noun)s" }
}

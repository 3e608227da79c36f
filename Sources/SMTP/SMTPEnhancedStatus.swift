// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// A status code such as 5.1.1, finer than the reply code (RFC 3463).
package struct SMTPEnhancedStatus: Sendable, Hashable, CustomStringConvertible {
    /// 2, 4 or 5.
    package let `class`: Int
    package let subject: Int
    package let detail: Int

    package init(class: Int, subject: Int, detail: Int) {
        self.class = `class`
        self.subject = subject
        self.detail = detail
    }

    /// The code that the text begins with, if there is one.
    init?(prefixOf text: String) {
        let word = text.prefix { $0 != " " }
        let numbers = word.split(separator: ".", omittingEmptySubsequences: false)
        // RFC 3463 §2: one digit, then one to three, then one to three.
        guard numbers.count == 3, ["2", "4", "5"].contains(numbers[0]),
            numbers.allSatisfy({ (1...3).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
            ),
            let `class` = Int(numbers[0]), let subject = Int(numbers[1]), let detail = Int(numbers[2])
        else { return nil }
        self.init(class: `class`, subject: subject, detail: detail)
    }

    package var description: String { "\(self.class).\(subject).\(detail)" }
}

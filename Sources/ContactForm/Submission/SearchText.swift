// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What an owner looks for: a text that stands anywhere in a submission, in upper or lower case.
///
/// Letters differ by case alone: "ÅSA" finds "Åsa", and "asa" does not. Every store finds the same.
package struct SearchText: Sendable, Hashable {
    /// In lower case, without white space around it.
    package let folded: String

    /// Nil when there is nothing but white space. Only the first 200 characters count.
    package init?(_ text: String) {
        let folded = Self.fold(String(text.trimmedSpaces.prefix(200)))
        guard !folded.isEmpty else { return nil }
        self.folded = folded
    }

    /// Whether name, address, subject or a field of the submission has the text.
    package func isFound(in submission: Submission) -> Bool {
        Self.texts(of: submission).contains { isFound(in: Self.fold($0)) }
    }

    private func isFound(in text: String) -> Bool {
        var (text, folded) = (text, folded)
        return text.withUTF8 { text in
            folded.withUTF8 { needle in
                guard let first = needle.first, needle.count <= text.count else { return false }
                var start = 0
                let last = text.count - needle.count
                while start <= last {
                    guard let found = text[start...last].firstIndex(of: first) else { return false }
                    if text[found..<(found + needle.count)].elementsEqual(needle) { return true }
                    start = found + 1
                }
                return false
            }
        }
    }

    /// Everything that is searched, each text once.
    package static func texts(of submission: Submission) -> [String] {
        var texts = submission.fields.fields.flatMap(\.values)
        for text in [submission.name, submission.email, submission.replyTo, submission.subject] {
            if let text, !texts.contains(text) { texts.append(text) }
        }
        return texts
    }

    package static func fold(_ text: String) -> String { text.lowercased() }
}

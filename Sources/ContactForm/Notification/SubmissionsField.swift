// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Mail

/// What names, in the header of a mail, the submissions that it is about: a form and a colon, then the ids of that form's.
///
///     X-Brevlada-Submissions: contact: 01KB0Z8M4T6Q0V9B3XG5N2R7WD
///      01KB0Z8PXK7E1M5S9C4H6T3YQA order: 01KB0ZA2D8F6J4N1V7W5R3E9KB
///
/// Whoever gets the header of a mail back, with the news that it was returned, knows by it which they were. A hundred of one
/// form, the most of a digest, take 2.8 KB: SES repeats 10 KB of a header
/// (https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html#event-publishing-retrieving-sns-contents-mail-object).
package struct SubmissionsField: Sendable, Hashable {
    package static let name = "X-Brevlada-Submissions"

    package var keys: [SubmissionKey]

    package init(_ keys: [SubmissionKey]) { self.keys = keys }

    /// Reads the field's body, folded or not. What is no form or id is passed over: a part of it is better than nothing.
    package init(parsing body: some StringProtocol) {
        keys = []
        var form: FormName?
        for word in body.split(whereSeparator: \.isWhitespace) {
            if word.hasSuffix(":") {
                form = FormName(rawValue: String(word.dropLast()))
            } else if let form, let id = SubmissionID(word) {
                keys.append(SubmissionKey(form: form, id: id))
            }
        }
    }

    var field: MailMessage.CustomField {
        var words: [String] = []
        for (form, ids) in Dictionary(grouping: keys, by: \.form).sorted(by: { $0.key < $1.key }) {
            words.append("\(form):")
            words += ids.map(\.id.description)
        }
        return MailMessage.CustomField(Self.name, words: words)
    }
}

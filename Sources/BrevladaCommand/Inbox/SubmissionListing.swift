// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import JSON
import Mail

/// Messages as a list: a table for a person, lines of tab-separated values for a program, JSON for another.
struct SubmissionListing {
    let submissions: [Submission]
    /// Where these are known, a message is found also in a field that its form calls otherwise.
    var forms: [FormName: FormDefinition] = [:]

    /// A table no wider than `width`, the ids cut to what tells them apart.
    func table(width: Int, style: TerminalStyle) -> String {
        let length = SubmissionLookup.distinctLength(submissions.map(\.id))
        var table = TextTable([
            TextTable.Column(title: "ID", minimum: length),
            TextTable.Column(title: "STATUS", minimum: 8),
            TextTable.Column(title: "RECEIVED (UTC)", minimum: 16),
            TextTable.Column(title: "FORM", minimum: 7, mayShrink: true),
            TextTable.Column(title: "FROM", minimum: 10, mayShrink: true),
            TextTable.Column(title: "MESSAGE", minimum: 12, mayShrink: true),
        ])
        for submission in submissions {
            table.append([
                String(submission.id.description.prefix(length)),
                submission.status.rawValue,
                Self.minute(submission.receivedAt),
                submission.form.rawValue,
                submission.name ?? submission.email ?? "",
                start(of: submission),
            ])
        }
        let lines = table.lines(width: width)
        guard let titles = lines.first else { return "" }
        return ([style.dim(titles)] + lines.dropFirst()).map { $0 + "\n" }.joined()
    }

    /// One line each: id, status, time, form, name, address, start of the message. No titles; control characters are
    /// written out, so that a tab or a line end is always a separator.
    var tabSeparated: String {
        submissions.map { submission in
            let cells = [
                submission.id.description, submission.status.rawValue, submission.receivedAt.utc.iso8601,
                submission.form.rawValue, submission.name ?? "", submission.email ?? "",
                start(of: submission),
            ]
            return cells.map { TerminalText.escaped($0) }.joined(separator: "\t") + "\n"
        }.joined()
    }

    var json: String {
        let json = JSONWriter.text { writer in
            writer.array { array in
                for submission in submissions { submission.write(to: &array) }
            }
        }
        return TerminalText.escapedJSON(json) + "\n"
    }

    static func minute(_ moment: Timestamp) -> String {
        String(moment.utc.iso8601.prefix(16)).replacing("T", with: " ")
    }

    /// The beginning of the message, or of what the other fields say.
    private func start(of submission: Submission) -> String {
        Self.start(of: submission.gist(in: forms[submission.form], length: 200), characters: 200)
    }

    /// The beginning of a text on one line.
    static func start(of text: String, characters: Int) -> String {
        let words = text.prefix(characters * 2).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return String(words.prefix(characters))
    }
}

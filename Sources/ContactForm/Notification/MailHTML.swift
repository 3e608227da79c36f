// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The HTML of mails: tags with inline styles, since mail readers drop style sheets.
enum MailHTML {
    static func begin(_ page: inout HTMLWriter, title: String, language: Language) {
        page.markup("<!doctype html>\n<html")
        page.attribute("lang", language.rawValue)
        page.markup("><head><meta charset=\"utf-8\"><title>")
        page.text(title)
        page.markup("</title></head>\n<body style=\"margin:0;padding:24px;background:#ffffff;color:#1d2327;")
        page.markup("font:16px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif\">\n")
        page.markup("<div style=\"max-width:600px\">\n")
    }

    static func end(_ page: inout HTMLWriter) {
        page.markup("</div>\n</body></html>\n")
    }

    /// Every field that holds something, in the order sent; line breaks stay as typed.
    static func writeFields(of submission: Submission, label: (String) -> String, into page: inout HTMLWriter) {
        for field in submission.fields.fields {
            for value in field.values where !value.isBlank {
                page.markup("<p dir=\"auto\" style=\"margin:0 0 2px;color:#5b646b;font-size:13px\">")
                page.text(label(field.name))
                page.markup(
                    "</p>\n<p dir=\"auto\" style=\"margin:0 0 16px;word-break:break-word;overflow-wrap:anywhere\">"
                )
                writeLines(value, into: &page)
                page.markup("</p>\n")
            }
        }
    }

    /// With markup for its line breaks and spaces: Outlook and Samsung's mail know no `white-space: pre-wrap`
    /// (caniemail.com/features/css-white-space).
    private static func writeLines(_ text: String, into page: inout HTMLWriter) {
        var isFirst = true
        for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            if !isFirst { page.markup("<br>\n") }
            isFirst = false
            page.text(keepingSpaces(Substring(line)))
        }
    }

    /// Of several spaces, and of those that a line begins with, HTML would show one or none. A tab is as wide as four.
    private static func keepingSpaces(_ line: Substring) -> String {
        var kept = String.UnicodeScalarView()
        var isAfterSpace = true
        for scalar in line.unicodeScalars {
            switch scalar {
            case " ":
                kept.append(isAfterSpace ? "\u{A0}" : " ")
                isAfterSpace = true
            case "\t":
                kept.append(contentsOf: "\u{A0}\u{A0}\u{A0} ".unicodeScalars)
                isAfterSpace = true
            default:
                kept.append(scalar)
                isAfterSpace = false
            }
        }
        return String(kept)
    }

    static func writeHeading(_ text: String, into page: inout HTMLWriter) {
        page.markup("<p dir=\"auto\" style=\"margin:0 0 4px;font-weight:600;")
        page.markup("word-break:break-word;overflow-wrap:anywhere\">")
        page.text(text)
        page.markup("</p>\n")
    }

    static func writeParagraph(_ text: String, into page: inout HTMLWriter) {
        guard !text.isEmpty else { return }
        page.markup("<p dir=\"auto\" style=\"margin:0 0 8px;word-break:break-word;overflow-wrap:anywhere\">")
        page.text(text)
        page.markup("</p>\n")
    }

    static func writeNote(_ text: String, into page: inout HTMLWriter) {
        writeNote(MailNote(text: text), into: &page)
    }

    static func writeNote(_ note: MailNote, into page: inout HTMLWriter) {
        page.markup(
            "<p style=\"margin:0 0 4px;color:#5b646b;font-size:13px;word-break:break-word;overflow-wrap:anywhere\">"
        )
        page.text(note.text)
        if let link = note.link {
            if !note.text.isEmpty { page.text(" ") }
            page.markup("<a style=\"color:#1f5b8a\"")
            page.attribute("href", link.address)
            page.markup(">")
            page.text(link.text)
            page.markup("</a>")
        }
        page.markup("</p>\n")
    }
}

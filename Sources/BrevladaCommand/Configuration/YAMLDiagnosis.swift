// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import FormConfiguration
import Yams

/// Finds what the writer of a text that is no YAML did wrong.
///
/// The parser says where it gave up and what it then expected, in words of YAML's grammar; the fault often lies a line
/// above. Nothing of a value is quoted but a mark at its beginning: it may be a password.
struct YAMLDiagnosis {
    private let lines: [YAMLLine]
    /// The parser's words, such as "did not find expected key".
    private let words: String
    /// What the parser was about, such as "while scanning a quoted scalar", and where that began.
    private let context: String
    private let mark: Mark
    private let contextMark: Mark

    init(_ yaml: String, _ words: String, at mark: Mark, context: YamlError.Context?) {
        lines = YAMLLine.all(in: yaml)
        self.words = words
        self.mark = mark
        self.context = context?.text ?? ""
        contextMark = context?.mark ?? mark
    }

    var problem: YAMLProblem {
        tab ?? strangeSpace ?? crampedColon ?? openQuotation ?? escape ?? openBracket ?? afterQuotation ?? fence
            ?? crampedDash ?? reservedMark ?? colonInValue ?? missingColon ?? indentation ?? secondDocument
            ?? YAMLProblem(
                position: .init(line: mark.line, column: mark.column),
                reason: "the file can't be read as YAML here: \(words); check indentation, colons and quotation marks"
            )
    }
}

extension YAMLDiagnosis {
    /// Where the parser gave up; empty behind the end of the text.
    private var here: YAMLLine { line(mark) }

    /// The line before that which says something.
    private var above: YAMLLine? { lines.prefix(mark.line - 1).last { !$0.isBlank } }

    private func line(_ mark: Mark) -> YAMLLine {
        lines.indices.contains(mark.line - 1) ? lines[mark.line - 1] : YAMLLine(number: mark.line, scalars: [])
    }

    private var tab: YAMLProblem? {
        if here.content.starts(with: ["-", "\t"]) {
            return YAMLProblem(position: here.start, reason: "a tab follows this \"-\"; write a space instead")
        }
        // Within brackets tabs are as good as spaces.
        guard !context.hasPrefix("while parsing a flow"), let index = here.indentation.firstIndex(of: "\t") else {
            return nil
        }
        return YAMLProblem(
            position: here.position(index),
            reason: "a tab indents this line, and YAML takes only spaces; write two spaces for each step instead"
        )
    }

    /// Web pages and word processors put in spaces that look like any other.
    private var strangeSpace: YAMLProblem? {
        for line in [here, line(contextMark), above].compactMap(\.self) {
            let index = line.scalars.indices.first { index in
                let scalar = line.scalars[index]
                let isStrange = scalar.properties.isWhitespace && scalar != " " && scalar != "\t"
                return isStrange && (index < line.content.startIndex || line.scalars[index - 1] == ":")
            }
            guard let index else { continue }
            return YAMLProblem(
                position: line.position(index),
                reason: "a no-break space or the like stands here, which YAML takes for a letter; "
                    + "type the spaces of this line anew"
            )
        }
        return nil
    }

    /// The lines after it are taken for more of it, so that the parser gives up later.
    private var crampedColon: YAMLProblem? {
        let run = lines.prefix(mark.line).reversed().drop {
            $0.isBlank || $0.number == mark.line && $0.crampedColon == nil
        }
        .prefix { $0.isBlank || $0.crampedColon != nil }
        guard let line = run.last(where: { !$0.isBlank }), let colon = line.crampedColon else { return nil }
        return YAMLProblem(
            position: line.position(colon),
            reason: "no space follows this colon; write a space between it and the value"
        )
    }

    private var openQuotation: YAMLProblem? {
        guard context == "while scanning a quoted scalar" else { return nil }
        return Self.openQuotation(at: .init(line: contextMark.line, column: contextMark.column))
    }

    private static func openQuotation(at position: ConfigurationNode.Position) -> YAMLProblem {
        YAMLProblem(
            position: position,
            reason: "the quotation mark that begins here is not closed; write the same mark behind the value"
        )
    }

    private var escape: YAMLProblem? {
        guard context == "while parsing a quoted scalar" else { return nil }
        return YAMLProblem(
            position: .init(line: mark.line, column: mark.column),
            reason: "within double quotation marks a \\ has a meaning of its own; "
                + "put the value into single quotation marks instead"
        )
    }

    /// As in `"Anna" <anna@example.com>`, or where a quotation that was never closed meets the next one.
    private var afterQuotation: YAMLProblem? {
        guard let last = here.scalars.prefix(mark.column - 1).last(where: { $0 != " " }), last == "'" || last == "\""
        else { return nil }
        let open = lines.prefix(mark.line - 1).last { line in
            guard let value = line.value, line.scalars[value] == last else { return false }
            return line.scalars.count(where: { $0 == last }) == 1
        }
        if let open, let value = open.value { return Self.openQuotation(at: open.position(value)) }
        return YAMLProblem(
            position: .init(line: mark.line, column: mark.column),
            reason: "the value goes on behind its closing quotation mark; "
                + "put all of it into single quotation marks, and write a ' within it twice"
        )
    }

    /// What parts code from text in the pages that files are copied from.
    private var fence: YAMLProblem? {
        guard here.content.starts(with: ["`", "`", "`"]) else { return nil }
        return YAMLProblem(
            position: here.start,
            reason: "this line belongs to the page that this was copied from; take it out"
        )
    }

    private var crampedDash: YAMLProblem? {
        let line = line(contextMark)
        guard words == "could not find expected ':'", line.content.first == "-" else { return nil }
        return YAMLProblem(
            position: line.start,
            reason: "no space follows this \"-\"; write one between it and the value"
        )
    }

    private var reservedMark: YAMLProblem? {
        // In a tag, an alias, an anchor or a block it gives up further on.
        let begins = context.hasPrefix("while scanning a") || context == "while parsing a tag"
        let place = begins && context != "while scanning a simple key" ? contextMark : mark
        let line = line(place)
        let index = place.column - 1
        guard line.scalars.indices.contains(index) else { return nil }
        let scalar = line.scalars[index]
        let isBeforeSpace = index + 1 == line.scalars.count || line.scalars[index + 1] == " "
        if scalar == "-", isBeforeSpace, index > line.content.startIndex {
            return YAMLProblem(
                position: line.position(index),
                reason: "a list can't begin behind its name; write each \"- \" on a line of its own below it, "
                    + "and text that begins so in single quotation marks"
            )
        }
        guard "@`%*&!|>]},".unicodeScalars.contains(scalar) || scalar == "?" && isBeforeSpace else { return nil }
        return YAMLProblem(
            position: line.position(index),
            reason: "\"\(scalar)\" has a meaning of its own in YAML; "
                + "put a value that begins with it into single quotation marks"
        )
    }

    private var openBracket: YAMLProblem? {
        if context == "while parsing a flow node" {
            let last = lines.prefix(mark.line).last { !$0.isBlank }
            return last.flatMap(Self.commentInBrackets) ?? textInBrackets ?? bracketAtEnd
        }
        if words == "did not find expected key", context == "while parsing a block mapping" { return textInBrackets }
        let isList = context == "while parsing a flow sequence"
        guard isList || context == "while parsing a flow mapping" else { return nil }
        if let comment = Self.commentInBrackets(in: line(contextMark)) { return comment }
        return Self.openBracket(at: .init(line: contextMark.line, column: contextMark.column), isList: isList)
    }

    /// As in `[a,` where the text ends.
    private var bracketAtEnd: YAMLProblem? {
        guard here.isBlank else { return nil }
        for line in lines.reversed() {
            let value = line.value ?? line.content.startIndex
            guard line.scalars.indices.contains(value), "[{".unicodeScalars.contains(line.scalars[value]) else {
                continue
            }
            return Self.openBracket(at: line.position(value), isList: line.scalars[value] == "[")
        }
        return nil
    }

    private static func openBracket(at position: ConfigurationNode.Position, isList: Bool) -> YAMLProblem {
        YAMLProblem(
            position: position,
            reason:
                "\"\(isList ? "[" : "{")\" begins a \(isList ? "list" : "section") here that lacks a comma between two "
                + "parts, or the \"\(isList ? "]" : "}")\" at its end; write it, or if this is text, put it into single "
                + "quotation marks"
        )
    }

    /// As in `[#1 offer, casino]`, of which only the bracket is left.
    private static func commentInBrackets(in line: YAMLLine) -> YAMLProblem? {
        guard let value = line.value,
            "[{".unicodeScalars.contains(line.scalars[value]),
            let comment = line.scalars.indices[value...].first(where: { index in
                line.scalars[index] == "#" && " \t[{,".unicodeScalars.contains(line.scalars[index - 1])
                    && quotationMarks(in: line.scalars[value..<index]).isMultiple(of: 2)
            })
        else { return nil }
        return YAMLProblem(
            position: line.position(comment),
            reason: "what follows this \"#\" is a comment in YAML; put the value into single quotation marks"
        )
    }

    /// An apostrophe within a word is none.
    private static func quotationMarks(in text: ArraySlice<Unicode.Scalar>) -> Int {
        text.indices.count { index in
            text[index] == "\""
                || text[index] == "'"
                    && (index + 1 == text.endIndex || !text[index + 1].properties.isAlphabetic
                        || " [{,:".unicodeScalars.contains(text[max(index - 1, text.startIndex)]))
        }
    }

    /// As in `[::]:8080`.
    private var textInBrackets: YAMLProblem? {
        guard let value = here.value, value < mark.column - 1, "[{".unicodeScalars.contains(here.scalars[value]) else {
            return nil
        }
        return YAMLProblem(
            position: here.position(value),
            reason:
                "a value that begins with \"\(here.scalars[value])\" is taken for a list or a section, and is none; "
                + "put it into single quotation marks"
        )
    }

    /// A second name in one line, or a name below a value.
    private var colonInValue: YAMLProblem? {
        guard words == "mapping values are not allowed in this context", let separator = here.separator else {
            return nil
        }
        if separator < mark.column - 1 {
            return YAMLProblem(
                position: .init(line: mark.line, column: mark.column),
                reason: "the value has a colon before a space; put the whole value into single quotation marks, "
                    + "or, if it is another key, on the next line, indented by two spaces"
            )
        }
        guard let above else { return nil }
        guard above.separator != nil || above.value != nil else { return Self.missingColon(in: above) }
        guard here.indentation.count > above.indentation.count else { return nil }
        return YAMLProblem(
            position: here.start,
            reason: "this line is indented further than the one above it, which has a value already; "
                + "begin both in the same column"
        )
    }

    private var missingColon: YAMLProblem? {
        words == "could not find expected ':'" ? Self.missingColon(in: line(contextMark)) : nil
    }

    private static func missingColon(in line: YAMLLine) -> YAMLProblem {
        YAMLProblem(
            position: line.start,
            reason: "this line has no colon; write a name, a colon, a space and the value"
        )
    }

    private var indentation: YAMLProblem? {
        guard mark.column == here.start.column, let above,
            words == "did not find expected key" || words.hasPrefix("did not find expected <document start>")
                || words == "did not find expected '-' indicator"
        else { return nil }
        guard above.content.first != "[" else {
            return YAMLProblem(
                position: above.start,
                reason: "a name in brackets begins no section; write the name, a colon, "
                    + "and below it the section's lines, each behind two spaces"
            )
        }
        return YAMLProblem(
            position: here.start,
            reason: "this line begins in another column than those above it; "
                + "begin all lines of a section in the same column"
        )
    }

    private var secondDocument: YAMLProblem? {
        guard words == "but found another document" else { return nil }
        return YAMLProblem(
            position: .init(line: mark.line, column: mark.column),
            reason: "the file begins anew here; take out the line \"---\""
        )
    }
}

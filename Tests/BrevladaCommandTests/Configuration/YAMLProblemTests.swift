// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import BrevladaCommand

@Suite("A file that is no YAML")
struct YAMLProblemTests {
    private static let tab = "a tab indents this line"
    private static let space = "no space follows this colon"
    private static let colon = "the value has a colon before a space"
    private static let column = "this line begins in another column"
    private static let deeper = "this line is indented further than the one above it"
    private static let noColon = "this line has no colon"
    private static let open = "the quotation mark that begins here is not closed"
    private static let behind = "the value goes on behind its closing quotation mark"

    private static func mark(_ scalar: String) -> String { "\"\(scalar)\" has a meaning of its own in YAML" }

    @Test(
        "leads to the line at fault, and to the fault",
        arguments: [
            ("mail:\n\tto: a@b.se", "2:1", tab), ("mail:\r\n  to: a@b.se\r\n  \tfrom: a@b.se", "3:3", tab),
            ("mail:\n  to:a@b.se\n  from: a@b.se", "2:5", space),
            ("mail:\n  from: a@b.se\n  to:a@b.se\n", "3:5", space),
            ("data: x\nsite:www\n\nlog: {level: info}", "2:5", space),
            ("mail:\n  from: Eva: shop <a@b.se>", "2:12", colon), ("mail:\n  smtp_password: ab: cd", "2:20", colon),
            ("mail:\n    to: a@b.se\n  from: a@b.se", "3:3", column), (" site: x\ndata: y", "2:1", column),
            ("mail:\n  to:\n    - a@b.se\n    from: a@b.se", "4:5", column),
            ("mail:\n  to: a@b.se\n    from: a@b.se", "3:5", deeper),
            ("mail:\n  to:\n    - a@b.se\n      from: a@b.se", "4:7", deeper),
            ("mail\n  to: a@b.se", "1:1", noColon), ("site: x\ndata\nlog: {level: info}", "2:1", noColon),
            ("mail:\n  from: \"eva", "2:9", open), ("mail:\n  smtp_password: 'abc\n  to: 'a@b.se'", "2:18", open),
            ("mail:\n  from: \"Eva\" <a@b.se>", "2:15", behind), ("mail:\n  smtp_password: 'ab'c'", "2:22", behind),
            ("mail:\n  smtp_password: \"a\\c\"", "2:20", "within double quotation marks a \\ has a meaning"),
            ("mail:\n  smtp_password: @abc", "2:18", mark("@")), ("mail:\n  smtp_password: *abc", "2:18", mark("*")),
            ("mail:\n  smtp_password: &a$c", "2:18", mark("&")), ("mail:\n  smtp_password: %abc", "2:18", mark("%")),
            ("mail:\n  smtp_password: |abc", "2:18", mark("|")), ("mail:\n  smtp_password: ]abc", "2:18", mark("]")),
            ("spam:\n  blocked_words: [*casino*]", "2:19", mark("*")),
            ("mail:\n  smtp_password: {abc", "2:18", "\"{\" begins a section here"),
            ("mail:\n  to: [a@b.se\n  from: a@b.se", "2:7", "\"[\" begins a list here"),
            ("listen: [::]:8080", "1:9", "a value that begins with \"[\" is taken for a list"),
            ("mail:\n  smtp_password: {{ X }}", "2:19", "a key is a list or a section"),
            ("mail:\n  to: - a@b.se", "2:7", "a list can't begin behind its name"),
            ("[mail]\nto = a@b.se", "1:1", "a name in brackets begins no section"),
            ("site: x\n---\ndata: y", "2:1", "the file begins anew here"),
            ("site: x\ndata: y\u{1}", "2:8", "a character that can't be seen stands here"),
            ("mail:\n  to:\u{A0}a@b.se\n  from: a@b.se", "2:6", "a no-break space or the like stands here"),
            ("mail:\n\u{A0} to: a@b.se\n  from: a@b.se", "2:1", "a no-break space or the like stands here"),
            ("mail:\n  from: a@b.se\n\u{A0}\n  to: a@b.se", "3:1", "a no-break space or the like stands here"),
            ("mail:\n  to: [\"a@b.se\" \"c@d.se\"]", "2:7", "\"[\" begins a list here"),
            ("{\n\t\"mail\": {}\n\t\"data\": \"x\"\n}", "1:1", "\"{\" begins a section here"),
            ("mail:\n  to:\n  -a@b.se\n  -c@d.se", "3:3", "no space follows this \"-\""),
            ("mail:\n  to:\n    -\ta@b.se", "3:5", "a tab follows this \"-\""),
            ("```yaml\nsite: x\n```", "1:1", "this line belongs to the page that this was copied from"),
            ("mail:\n  from: [Shop] Eva <a@b.se>", "2:9", "a value that begins with \"[\" is taken for a list"),
            ("mail:\n  smtp_password: {a}b", "2:18", "a value that begins with \"{\" is taken for a list"),
            ("mail:\n  to: [a@b.se,", "2:7", "\"[\" begins a list here"),
            ("{\n  ", "1:1", "\"{\" begins a section here"),
            ("spam:\n  blocked_words: [don't, #1 SEO, b]", "2:26", "what follows this \"#\" is a comment in YAML"),
            ("spam:\n  blocked_words: [#1 SEO, b]", "2:19", "what follows this \"#\" is a comment in YAML"),
            ("spam:\n  blocked_words: [a, #1 SEO]\nsite: x", "2:22", "what follows this \"#\" is a comment in YAML"),
            (
                (1...9).map {
                    "a\($0): &\($0) [\(Array(repeating: $0 == 1 ? "x" : "*\($0 - 1)", count: 9).joined(separator: ", "))]"
                }
                .joined(separator: "\n"), "1:33", "the file holds too many values"
            ),
        ]
    )
    func diagnosis(_ yaml: String, _ place: String, _ fault: String) throws {
        let problem = try #require(problems(yaml).first)
        #expect(problem.hasPrefix("brevlada.yaml:\(place): \(fault)"), "\(problem)")
        #expect(problem.contains(/[;,] .*(write|put|begin|take|type|delete)/), "names a remedy")
        #expect(!problem.contains("can't be read as YAML"), "in words of our own")
    }

    @Test("made of pieces in any order is read or refused, and never crashes")
    func fuzz() async {
        var generator = SplitMix64(seed: 7)
        let pieces = [
            "mail", "to", ":", ": ", "\n", "\n  ", "\n\t", "\r\n", "'", "\"", "[", "]", "{", "}", ", ", "- ", "-", "#",
            " #",
            "!", "&a", "*a", "|", ">", "%", "@", "?", "\\", "\u{A0}", "\u{301}", "å", "---", "\u{1}", "\u{FEFF}",
        ]
        for round in 0..<1_000 {
            if round.isMultiple(of: 100) { await Task.yield() }
            let count = Int.random(in: 0...12, using: &generator)
            let yaml = (0..<count).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
            for problem in problems(yaml) where problem.contains("\n") { Issue.record("\(yaml.debugDescription)") }
        }
    }
}

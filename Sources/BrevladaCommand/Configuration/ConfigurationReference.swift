// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import FormConfiguration

/// The keys written out for people: as a sample file, as help text and as a page of the documentation.
enum ConfigurationReference {
    /// `brevlada.yaml` with every key commented out, at what holds without it or, where nothing does, an example.
    static var sampleFile: String { sampleFile(setting: [:]) }

    /// The same with some keys set that stand in no section.
    static func sampleFile(setting values: [String: String]) -> String { sample(isActive: false, setting: values) }

    /// The sample with every key at its example. Not sent anywhere as it is: it is what the examples are tested with.
    static var filledSample: String { sample(isActive: true) }

    /// What stands in the sample for a name that is the owner's.
    private static let samples = ["<form>": "contact", "<field>": "errand", "<parameter>": "Dashboard"]

    private static func sample(isActive: Bool, setting values: [String: String] = [:]) -> String {
        var text = """
            # Brevlåda's configuration. Everything here is optional: "brevlada serve" works without a line of it.
            # To change a setting, take away the "# " before it. "brevlada doctor" checks the result.
            # Each setting is also an environment variable: mail.smtp is BREVLADA_MAIL_SMTP. For a secret,
            # BREVLADA_MAIL_SMTP_FILE may name a file that holds it.


            """
        var open: [String] = []
        for key in ConfigurationKeys.all {
            let parts = key.parts.map { samples[$0] ?? $0 }
            let sections = Array(parts.dropLast())
            let kept = zip(sections, open).prefix { $0 == $1 }.count
            for (depth, name) in sections.enumerated().dropFirst(kept) {
                if depth == 0, let section = ConfigurationKeys.sections.first(where: { $0.name == name }) {
                    text += "\n" + comment(section.text, margin: "")
                }
                // An empty section is allowed, so its own line may stay active; the form below it is an example.
                text += margin(depth, isActive: isActive || depth == 0) + "\(name):\n"
            }
            open = sections
            let depth = sections.count
            // Inside the example the explanation is commented twice, so that it stays one when the example comes alive.
            text += comment(
                key.text,
                margin: depth > 1 ? margin(depth, isActive: isActive) : margin(depth, isActive: true)
            )
            let value = values[key.path]
            text += margin(depth, isActive: isActive || value != nil)
            text += "\(parts[parts.count - 1]): \(value ?? sampleValue(of: key, isActive: isActive))\n"
        }
        return text
    }

    /// The indentation of a line; for one that is commented out, with the mark where the outermost section ends.
    private static func margin(_ depth: Int, isActive: Bool) -> String {
        guard !isActive else { return String(repeating: "  ", count: depth) }
        let outer = min(depth, 1)
        return String(repeating: "  ", count: outer) + "# " + String(repeating: "  ", count: depth - outer)
    }

    private static func sampleValue(of key: ConfigurationKeyDocumentation, isActive: Bool) -> String {
        if !isActive, case .value(let value) = key.standard, !isOwners(key) { return value }
        return key.example
    }

    /// Whether the key belongs to something that the owner names, where what holds without it would show nothing.
    private static func isOwners(_ key: ConfigurationKeyDocumentation) -> Bool { key.path.contains("<field>") }

    private static func comment(_ text: String, margin: String) -> String {
        wrapped(text, width: 98 - margin.count).map { "\(margin)# \($0)\n" }.joined()
    }

    // MARK: - Help

    /// For `brevlada serve --help`, in lines that a terminal of 80 columns shows whole.
    static var help: String {
        var text = """
            CONFIGURATION
            One file, brevlada.yaml, beside the site; none is needed to try it out. Each
            key is also an environment variable in upper case, with "_" for each ".":
            mail.smtp is BREVLADA_MAIL_SMTP. For a secret, the variable with _FILE added
            may name a file that holds it. PORT changes the port of listen.
            An environment variable goes before the file.

            """
        for key in ConfigurationKeys.all {
            text += "\n  \(key.path)\n"
            let remarks = remarks(on: key).joined(separator: "; ")
            for line in wrapped("\(key.text) (\(remarks))", width: 72) { text += "      \(line)\n" }
        }
        return text
    }

    private static func remarks(on key: ConfigurationKeyDocumentation) -> [String] {
        [key.type] + (key.isSecret ? ["secret"] : []) + ["default: \(key.standardText)"]
    }

    // MARK: - Documentation

    /// The page `docs/configuration.md`.
    static var markdown: String {
        var text = """
            <!-- Written by "brevlada reference" from the keys themselves; a test compares the two. -->

            # Configuration

            One file, `brevlada.yaml`, beside the site. None is needed to try Brevlåda out: without it the folder `site`
            is served on this machine alone, and mail is captured and shown at `/_mail`. `brevlada init` writes a file
            with every key commented out, but for `language` with `--language sv`, and `brevlada doctor` checks it.

            Each key is also an environment variable, which goes before the file. For a secret, the variable with
            `_FILE` added may name a file that holds it, and an empty variable counts as none. Where `<form>`, `<field>`
            or `<parameter>` stands, the variable has the name in upper case, with `_` for all but letters and digits,
            and the form, field or parameter must be in the file. `PORT` changes the port of `listen`, unless
            `BREVLADA_LISTEN` is set. In a variable the elements of a list are separated by commas.

            All that is wrong is reported at once, with line and column, before anything starts.

            """
        var section: String?
        for key in ConfigurationKeys.all {
            let name = key.parts.count > 1 ? key.parts[0] : nil
            if name != section || key.path == ConfigurationKeys.all[0].path {
                section = name
                text += "\n## \(name.map { "`\($0)`" } ?? "The site")\n"
                if let words = ConfigurationKeys.sections.first(where: { $0.name == name })?.text {
                    text += "\n\(words)\n"
                }
                text += "\n| key | type | default | meaning | example |\n| --- | --- | --- | --- | --- |\n"
            }
            let cells = [
                "`\(key.path)`<br>`\(key.variable)`",
                key.type + (key.isSecret ? ", secret" : ""),
                standardCell(key), key.text, "`\(key.example)`",
            ]
            text += "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
        }
        return text
    }

    private static func standardCell(_ key: ConfigurationKeyDocumentation) -> String {
        if case .value(let value) = key.standard { "`\(value)`" } else { key.standardText }
    }

    /// The text in lines of at most `width` characters, broken at spaces.
    static func wrapped(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " \(word)"
        }
        return line.isEmpty ? lines : lines + [line]
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

/// Looks values up by their keys, in the environment, then in the file, then in the key's standard, and gathers all
/// that is wrong.
package struct ConfigurationReader {
    private let source: ConfigurationSource
    private let root: ConfigurationNode?
    private let keys: [ConfigurationKeyDocumentation]
    package private(set) var problems: [ConfigurationProblem] = []
    package private(set) var warnings: [ConfigurationProblem] = []
    /// For tests: the keys that were asked for, by their documented paths.
    package private(set) var askedFor: Set<String> = []
    /// The files that secrets were read from, by their absolute paths.
    package private(set) var secretFiles: [String] = []
    /// The environment variables that were asked for, with the keys they stand for.
    private var variables: [String: String] = [:]
    /// The environment variables that were asked for and are no key's own.
    private var aliases: Set<String> = []

    /// - Parameters:
    ///   - root: What the file holds; nil when there is none.
    ///   - keys: All keys that there are: what else stands in the file is wrong.
    package init(_ source: ConfigurationSource, root: ConfigurationNode?, keys: [ConfigurationKeyDocumentation]) {
        self.source = source
        self.root = root
        self.keys = keys
        if let root {
            ConfigurationTree(keys).check(root) { text, position in report(text, at: position) }
        }
    }

    /// The names that stand under a section, such as the forms under `forms`, in the order of the file.
    package func names(under path: String...) -> [ConfigurationNode.Entry] {
        root?.value(at: path)?.entries ?? []
    }

    /// Whether the key has a value of its own, right or wrong.
    package func isGiven(_ key: ConfigurationKey<some Sendable>, _ names: String...) -> Bool {
        let path = Self.path(key.documentation, names)
        return setVariable(of: key.documentation, at: path) != nil
            || root?.node(at: path).map { !$0.isNull || $0.losesItsBeginning } == true
    }

    /// The key's value, or its standard; nil when it has neither, or when what it has is wrong and was reported.
    ///
    /// - Parameter names: What stands for `<form>` and `<field>`, in that order.
    package mutating func value<Value>(_ key: ConfigurationKey<Value>, _ names: String...) -> Value? {
        let documentation = key.documentation
        askedFor.insert(documentation.path)
        let path = Self.path(documentation, names)
        let name = path.joined(separator: ".")
        let variable = Self.variable(path)
        guard !documentation.isSecret || hasSecrets else {
            variables[variable] = name
            // Where it lies is no secret, and it must not lie in the site.
            if let file = nonEmpty(variable + "_FILE") {
                secretFiles.append(FilePath.absolute(file, from: source.workingFolder))
            }
            return nil
        }
        if let text = environmentValue(variable, isSecret: documentation.isSecret, for: name) {
            return read(key, text.content, folder: source.workingFolder, subject: text.variable, at: nil)
        }
        let folder = source.file?.folder ?? source.workingFolder
        if let node = root?.node(at: path),
            let pitfall = node.problem(of: name, isSecret: documentation.isSecret, among: keys)
        {
            report(pitfall, at: node.position)
            return nil
        }
        if let node = root?.value(at: path) {
            guard let content = content(of: node, name: name, example: documentation.example) else { return nil }
            return read(key, content, folder: folder, subject: name, at: node.position, node)
        }
        guard case .value(let standard) = documentation.standard else { return nil }
        return read(key, .single(standard), folder: folder, subject: name, at: nil)
    }

    /// Whether secrets are read; if not, each is nil, and that it is missing is nothing to report.
    package var hasSecrets: Bool { source.hasSecrets }

    /// Where the key's value stands in the file, for a problem that shows only beside others; nil when a variable goes
    /// before it.
    package func position(of key: ConfigurationKey<some Sendable>, _ names: String...) -> ConfigurationNode.Position? {
        let path = Self.path(key.documentation, names)
        return setVariable(of: key.documentation, at: path) == nil ? root?.value(at: path)?.position : nil
    }

    /// What the owner calls where the value stands: the key, or the variable that goes before it.
    package func subject(of key: ConfigurationKey<some Sendable>) -> String {
        setVariable(of: key.documentation, at: key.documentation.parts) ?? key.documentation.path
    }

    /// The value of an environment variable that is no key's own.
    package mutating func alias(_ variable: String) -> String? {
        aliases.insert(variable)
        return nonEmpty(variable)
    }

    /// Notes what keeps the program from starting, and goes on, so that all that is wrong is said at once.
    ///
    /// - Parameters:
    ///   - text: Lower case, the key first, the remedy last.
    ///   - position: Where it stands in the file; nil for what stands in none.
    package mutating func report(_ text: String, at position: ConfigurationNode.Position? = nil) {
        problems.append(problem(text, at: position))
    }

    /// Notes that a key is missing: where it stands without a value, if it does, else at `position`.
    package mutating func report(
        missing key: ConfigurationKey<some Sendable>,
        _ text: String,
        at position: ConfigurationNode.Position?
    ) {
        guard let node = root?.node(at: key.documentation.parts) else { return report(text, at: position) }
        guard node.pitfall == .comment else { return report(text, at: node.position) }
        report(
            "\(key.documentation.path) is empty, for YAML takes what begins with \"#\" for a comment; "
                + "put the value into single quotation marks",
            at: node.position
        )
    }

    /// Notes what is odd, such as a setting that does nothing, but keeps nothing from starting. Written as in `report`.
    package mutating func warn(_ text: String, at position: ConfigurationNode.Position? = nil) {
        warnings.append(problem(text, at: position))
    }

    /// Warns of variables that look like settings and are none. To be called when all keys have been asked for.
    ///
    /// No error: orchestrators put variables such as `BREVLADA_SERVICE_HOST` beside a service of that name.
    package mutating func warnOfUnknownVariables() {
        let secretFiles = keys.filter(\.isSecret).map { $0.variable + "_FILE" }
        let known = Set(variables.keys).union(secretFiles)
        for name in source.environment.keys.sorted() where name.hasPrefix("BREVLADA_") && !known.contains(name) {
            let isOrchestrators =
                name.contains("_PORT_") || name.contains("_SERVICE_")
                || name.hasSuffix("_PORT") && source.environment[name]?.contains("://") == true
            if isOrchestrators { continue }
            if name.hasSuffix("_FILE"), known.contains(String(name.dropLast("_FILE".count))) {
                warn(
                    "\(name) is no setting and does nothing, for only secrets are read from files; "
                        + "set \(name.dropLast("_FILE".count)) itself"
                )
                continue
            }
            let meant = Suggestion.nearest(
                toEndOf: name.dropFirst("BREVLADA_".count).uppercased(),
                among: known.union(aliases),
                separator: "_"
            )
            let remedy = meant.map { "did you mean \($0)?" } ?? "see \"brevlada serve --help\" for all"
            warn("\(name) is no setting and does nothing; \(remedy)")
        }
    }
}

extension ConfigurationReader {
    /// Whether YAML may have cut the value short, at a "#".
    package func endsAtComment(_ key: ConfigurationKey<some Sendable>) -> Bool {
        let path = key.documentation.parts
        return setVariable(of: key.documentation, at: path) == nil && root?.value(at: path)?.pitfall == .comment
    }

    /// Whether the file itself has a value, also when a variable goes before it.
    package func isInFile(_ key: ConfigurationKey<some Sendable>) -> Bool {
        root?.value(at: key.documentation.parts) != nil
    }

    /// What the file itself says, also when a variable goes before it.
    package func textInFile(of key: ConfigurationKey<some Sendable>) -> String? {
        guard case .scalar(let text) = root?.value(at: key.documentation.parts)?.content else { return nil }
        return text
    }

    private static func path(_ key: ConfigurationKeyDocumentation, _ names: [String]) -> [String] {
        var names = names[...]
        return key.parts.map { part in part.hasPrefix("<") ? names.popFirst() ?? part : part }
    }

    fileprivate static func variable(_ path: [String]) -> String {
        "BREVLADA_" + path.map(ConfigurationKeyDocumentation.variablePart).joined(separator: "_")
    }

    private func setVariable(of key: ConfigurationKeyDocumentation, at path: [String]) -> String? {
        let variable = Self.variable(path)
        let names = key.isSecret ? [variable, variable + "_FILE"] : [variable]
        return names.first { nonEmpty($0) != nil }
    }

    /// An empty variable counts as none: that is how container tools write a setting that was left out.
    private func nonEmpty(_ variable: String) -> String? {
        source.environment[variable].flatMap { $0.isEmpty ? nil : $0 }
    }

    private mutating func environmentValue(
        _ variable: String,
        isSecret: Bool,
        for name: String
    ) -> (content: ConfigurationText.Content, variable: String)? {
        let value = nonEmpty(variable)
        if let other = variables.updateValue(name, forKey: variable), other != name, value != nil {
            report("\(variable) may mean \"\(other)\" or \"\(name)\"; set both in the file instead")
            return nil
        }
        guard isSecret, let path = nonEmpty(variable + "_FILE") else {
            guard let value else { return nil }
            // Container tools hand on what stands in their files, as it stands.
            guard value.count < 2 || value.first != value.last || value.first != "'" && value.first != "\"" else {
                let file =
                    isSecret ? "; if they belong to it, write it into a file and name that as \(variable)_FILE" : ""
                report("\(variable) stands in quotation marks, which are a part of it; take them away\(file)")
                return nil
            }
            return (.single(isSecret ? value : value.trimmedSpaces), variable)
        }
        guard value == nil else {
            report("\(variable) and \(variable)_FILE are both set; leave out one of the two")
            return nil
        }
        do throws(FileProblem) {
            let file = FilePath.absolute(path, from: source.workingFolder)
            let text = try source.readSecret(file)
            secretFiles.append(file)
            // Editors and echo end the file with a line end that is no part of the secret.
            let secret = text.hasSuffix("\r\n") || text.hasSuffix("\n") ? String(text.dropLast()) : text
            guard !secret.isEmpty else {
                report("\(variable)_FILE is \"\(path)\", which is empty; write the secret into it")
                return nil
            }
            guard !secret.contains(where: \.isNewline) else {
                report("\(variable)_FILE is \"\(path)\", which has more than one line; leave the secret alone in it")
                return nil
            }
            return (.single(secret), variable + "_FILE")
        } catch {
            // What is no whole path may be the secret itself, set by mistake.
            guard path.hasPrefix("/") || error.remedy != nil else {
                report(
                    "\(variable)_FILE names a file that \(error.reason); write its whole path, "
                        + "or set the secret itself as \(variable)"
                )
                return nil
            }
            report(
                "\(variable)_FILE is \"\(path)\", which \(error.reason); "
                    + (error.remedy ?? "name a file that the server may read")
            )
            return nil
        }
    }

    private mutating func content(
        of node: ConfigurationNode,
        name: String,
        example: String
    ) -> ConfigurationText.Content? {
        switch node.content {
        case .scalar(let text):
            return .single(text)
        case .list(let elements):
            var texts: [String] = []
            for element in elements {
                if let pitfall = element.problem(of: name, isSecret: false, among: keys) {
                    report(pitfall, at: element.position)
                    return nil
                }
                guard case .scalar(let text) = element.content else {
                    report("\(name) has an element that is \(element.kind); write single values", at: element.position)
                    return nil
                }
                texts.append(text)
            }
            return .list(texts)
        case .mapping, .null:
            report(
                "\(name) is \(node.kind), not a value; write the value after the colon, as in \(example), "
                    + "and in single quotation marks if it begins with {",
                at: node.position
            )
            return nil
        }
    }

    private mutating func read<Value>(
        _ key: ConfigurationKey<Value>,
        _ content: ConfigurationText.Content,
        folder: String,
        subject: String,
        at position: ConfigurationNode.Position?,
        _ node: ConfigurationNode? = nil
    ) -> Value? {
        do throws(ConfigurationTextError) {
            return try key.type.read(ConfigurationText(content: content, folder: folder))
        } catch {
            for error in [error] + error.others {
                let cut = "; what follows \" #\" is a comment in YAML, and belongs to the value only in quotation marks"
                let mayBeSecret = key.documentation.isSecret || node?.takesSeveralLines == true
                let sentence = error.sentence(about: subject, isSecret: mayBeSecret)
                report(node?.pitfall == .comment ? sentence + cut : sentence, at: position)
            }
            return nil
        }
    }

    private func problem(_ text: String, at position: ConfigurationNode.Position?) -> ConfigurationProblem {
        guard let position, let file = source.file else { return ConfigurationProblem(text) }
        return ConfigurationProblem(place: "\(file.name):\(position.line):\(position.column)", text)
    }
}

extension ConfigurationNode {
    /// Whether YAML left out what the value begins with.
    fileprivate var losesItsBeginning: Bool { pitfall == .tag || pitfall == .anchor }

    /// Why the value is not what was meant, as far as that can be known; quotes none of it.
    fileprivate func problem(
        of name: String,
        isSecret: Bool,
        among keys: [ConfigurationKeyDocumentation]
    ) -> String? {
        switch pitfall {
        case nil:
            guard isSecret, case .scalar(let text) = content, text.wholeMatch(of: /\$\{[A-Z0-9_]+\}/) != nil else {
                return nil
            }
            return "\(name) is a name in ${ }, and no variable is put in its place; take it out here and set "
                + "\(ConfigurationReader.variable(name.split(separator: ".").map(String.init))) in the environment"
        case .comment:
            // Behind an address a comment is a comment. If not, the address is cut short and can't be used.
            guard isSecret, case .scalar(let text) = content, !text.contains("://") else { return nil }
            return
                "\(name) ends before the first \" #\", for YAML takes what follows for a comment; put the whole value "
                + "into single quotation marks, or the comment on a line of its own"
        case .anchor where !isSecret && !isNull: return nil
        case .tag, .anchor:
            return
                "\(name) begins with \"\(pitfall == .tag ? "!" : "&")\", which has a meaning of its own in YAML, so that "
                + "a part of it is lost; put the whole value into single quotation marks"
        case .dash:
            return
                "\(name) begins with a \"-\" that no space follows, so that it is no list; write \"- \" before each part, "
                + "or put the value into single quotation marks"
        case .quotation:
            return "\(name) stands in typographic quotation marks, which YAML takes for a part of it; "
                + "write ' before it and behind it instead"
        case .invisibleEnd:
            return "\(name) ends with a character that can't be seen, such as a no-break space; delete it, "
                + "or put the value into single quotation marks if it belongs to it"
        case .block: return nil
        case .goesOn(let line, let names):
            let takesKey = keys.contains { key in key.parts.contains(where: names.contains) }
            guard isSecret || takesKey else { return nil }
            let remedy = takesKey ? ", and a key where the key above it begins, with a colon and a space behind it" : ""
            return "\(name) takes in line \(line) as well, for it is not closed or that line is indented further; "
                + "end the value in its own line\(remedy)"
        }
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The keys as the tree they form in the file; finds what in a file is none of them.
package struct ConfigurationTree {
    private indirect enum Branch {
        case key
        /// Named children, in the order of the reference.
        case section([(name: String, branch: Branch)])
        /// Children whose names are the owner's, such as the forms; and what each is.
        case named(String, Branch)
    }

    private let root: Branch
    private let keys: [ConfigurationKeyDocumentation]

    package init(_ keys: [ConfigurationKeyDocumentation]) {
        root = Self.branch(keys.map { $0.parts[...] })
        self.keys = keys
    }

    private static func branch(_ paths: [ArraySlice<String>]) -> Branch {
        var children: [(name: String, paths: [ArraySlice<String>])] = []
        for path in paths {
            guard let name = path.first else { return .key }
            if let index = children.firstIndex(where: { $0.name == name }) {
                children[index].paths.append(path.dropFirst())
            } else {
                children.append((name, [path.dropFirst()]))
            }
        }
        if let child = children.first, child.name.hasPrefix("<") {
            return .named(child.name.filter(\.isLetter), branch(child.paths))
        }
        return .section(children.map { ($0.name, branch($0.paths)) })
    }

    package func check(_ node: ConfigurationNode, report: (String, ConfigurationNode.Position) -> Void) {
        check(node, against: root, path: [], report: report)
    }

    private func check(
        _ node: ConfigurationNode,
        against branch: Branch,
        path: [String],
        report: (String, ConfigurationNode.Position) -> Void
    ) {
        if case .key = branch { return }
        let entries: [ConfigurationNode.Entry]
        switch node.content {
        case .null: return
        case .mapping(let found): entries = found
        case .scalar, .list:
            report(Self.noSection(node, branch, path), node.position)
            return
        }
        switch branch {
        case .key: return
        case .named(let kind, let child):
            if let entry = entries.first(where: { Self.isSetting($0, of: child) }) {
                report(Self.nameless(entry.name, kind, path), entry.position)
                return
            }
            for entry in entries { check(entry.value, against: child, path: path + [entry.name], report: report) }
        case .section(let children):
            for entry in entries {
                if let child = children.first(where: { $0.name == entry.name }) {
                    check(entry.value, against: child.branch, path: path + [entry.name], report: report)
                } else {
                    report(unknown(entry, among: children.map(\.name), path), entry.position)
                }
            }
        }
    }

    /// Whether what stands where an owner's name belongs is a setting of what would have that name.
    private static func isSetting(_ entry: ConfigurationNode.Entry, of branch: Branch) -> Bool {
        guard case .section(let children) = branch,
            let child = children.first(where: { $0.name == entry.name })
        else { return false }
        switch entry.value.content {
        case .null: return false
        case .scalar, .list: return true
        case .mapping(let entries):
            guard case .named = child.branch else { return false }
            return !entries.contains { inner in children.contains { $0.name == inner.name } }
        }
    }

    private static func nameless(_ name: String, _ kind: String, _ path: [String]) -> String {
        let section = path.joined(separator: ".")
        let example = kind == "form" ? "contact" : "email"
        return
            "\"\(name)\" is a setting of one \(kind) and stands directly under \(section), where the names of \(kind)s "
            + "stand; write the \(kind)'s name above it, such as \"\(example):\", and indent its settings below that"
    }

    /// What to write instead of a value where keys belong. Quotes no value: it may hold a password.
    private static func noSection(_ node: ConfigurationNode, _ branch: Branch, _ path: [String]) -> String {
        let name = path.isEmpty ? "the file" : path.joined(separator: ".")
        switch (branch, node.content) {
        case (.section(let children), .scalar(let text)):
            if let separation = separation(in: text, among: children.map(\.name)) { return separation }
        case (.named(let kind, _), _):
            return "\(name) is \(node.kind), not a section; write the name of each \(kind) with a colon, "
                + "on a line of its own below it"
        default: break
        }
        return "\(name) is \(node.kind), not a section; write \"key: value\" lines under it"
    }

    /// What to write when a text begins with a key and goes on with a colon without a space, or with an equals sign.
    private static func separation(in text: String, among keys: [String]) -> String? {
        for key in keys where text.hasPrefix(key) {
            let rest = text.dropFirst(key.count)
            let remedy = "write \"\(key): \" and then the value"
            if rest.first == ":" { return "no space follows the colon of \"\(key)\"; \(remedy)" }
            if rest.first(where: { $0 != " " }) == "=" {
                return "\"\(key)\" is followed by an equals sign, not by a colon; \(remedy)"
            }
        }
        return nil
    }

    /// What to write instead of a key that is none.
    private func unknown(_ entry: ConfigurationNode.Entry, among siblings: [String], _ path: [String]) -> String {
        let name = entry.name
        if let separation = Self.separation(in: name, among: siblings) { return separation }
        if let first = name.first, let last = name.last, first.isWhitespace || last.isWhitespace {
            return "a no-break space or the like stands beside this key; type the spaces of this line anew"
        }
        if let key = keys.first(where: { $0.variable == name }) {
            return "\"\(name)\" is a variable of the environment; in the file the key is \"\(key.path)\""
        }
        let whole = (path + [name]).joined(separator: ".")
        if let key = keys.first(where: { $0.isSecret && "\($0.path)_file" == whole }) {
            return "\"\(whole)\" is no key; name the file in the environment, as \(key.variable)_FILE"
        }
        if !siblings.contains(where: { Suggestion.distance(from: $0, to: name) <= 1 }),
            let key = keys.first(where: { $0.parts.count == 2 && $0.parts.last == name }), let section = key.parts.first
        {
            return "\"\(whole)\" is no key here; it belongs below \"\(section):\", indented by two spaces"
        }
        if let meant = suggestion(for: name, among: siblings, path) { return "\"\(whole)\" is no key; \(meant)" }
        let known = "the keys here are \(siblings.joined(separator: ", "))"
        // In braces, what follows a comma within a password looks like a key without a value; and an address with a password may
        // stand where a key belongs.
        let mayBeSecret = entry.value.isNull || !name.allSatisfy { $0.isLetter || $0.isNumber || "_-.".contains($0) }
        return mayBeSecret ? "this is no key; \(known)" : "\"\(whole)\" is no key; \(known)"
    }

    /// A near name in the same section, or the key of that name in another.
    private func suggestion(for name: String, among siblings: [String], _ path: [String]) -> String? {
        let called = keys.filter { $0.otherNames.contains(name) }
        if let key = called.first(where: { $0.parts.dropLast() == path[...] }), let last = key.parts.last {
            return "did you mean \"\(last)\", as in \(key.example)?"
        }
        if let near = Suggestion.nearest(to: name, among: siblings) { return "did you mean \"\(near)\"?" }
        if name.contains("."), keys.contains(where: { $0.path == name }) {
            let lines = name.split(separator: ".").map { "\"\($0):\"" }.joined(separator: " and, indented below it, ")
            return "write it as \(lines)"
        }
        let meant = called.first?.path ?? Suggestion.nearest(toEndOf: name, among: keys.map(\.path), separator: ".")
        return meant.map { "did you mean \"\($0)\"?" }
    }
}

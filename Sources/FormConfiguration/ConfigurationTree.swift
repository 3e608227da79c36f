// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The keys as the tree they form in the file; finds what in a file is none of them.
package struct ConfigurationTree {
    private indirect enum Branch {
        case key
        /// Named children, in the order of the reference.
        case section([(name: String, branch: Branch)])
        /// Children whose names are the owner's, such as the forms.
        case named(Branch)
    }

    private let root: Branch
    private let paths: [String]

    package init(_ keys: [ConfigurationKeyDocumentation]) {
        root = Self.branch(keys.map { $0.parts[...] })
        paths = keys.map(\.path)
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
        if let child = children.first, child.name.hasPrefix("<") { return .named(branch(child.paths)) }
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
            let name = path.isEmpty ? "the file" : path.joined(separator: ".")
            report("\(name) is \(node.kind), not a section; write \"key: value\" lines under it", node.position)
            return
        }
        for entry in entries {
            let entryPath = path + [entry.name]
            switch branch {
            case .key: continue
            case .named(let child): check(entry.value, against: child, path: entryPath, report: report)
            case .section(let children):
                if let child = children.first(where: { $0.name == entry.name }) {
                    check(entry.value, against: child.branch, path: entryPath, report: report)
                } else {
                    let meant = suggestion(for: entry.name, among: children.map(\.name))
                    report("\"\(entryPath.joined(separator: "."))\" is no key; \(meant)", entry.position)
                }
            }
        }
    }

    /// A near name in the same section, or the key of that name in another.
    private func suggestion(for name: String, among siblings: [String]) -> String {
        if let near = Suggestion.nearest(to: name, among: siblings) { return "did you mean \"\(near)\"?" }
        let elsewhere = paths.first { path in path.split(separator: ".").last.map(String.init) == name }
        if let elsewhere { return "did you mean \"\(elsewhere)\"?" }
        return "the keys here are \(siblings.joined(separator: ", "))"
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// A change set as a person reads it before saying yes: what is at stake first in the eye, what is many in one line.
struct ChangeSetDiff: Sendable {
    var changes: [StackChange]

    /// Above so many additions they are counted by what they are; a new stack has some seventy.
    private static let mostListed = 20

    var lines: [ReportLine] {
        var lines = [ReportLine(.heading, summary), ReportLine("")]
        lines += additions + others + warnings
        return lines
    }

    /// Such as `3 to add, 1 to change, 1 to REPLACE, 2 to remove`.
    var summary: String {
        let counts: [(Int, String)] = [
            (changes.count { $0.action == .added }, "to add"),
            (changes.count { $0.action == .changed }, "to change"),
            (changes.count { $0.isReplaced }, "to REPLACE"),
            (changes.count { $0.action == .removed }, "to remove"),
        ]
        return counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }

    private var additions: [ReportLine] {
        let added = changes.filter { $0.action == .added }.sorted {
            ($0.type.words, $0.logicalID) < ($1.type.words, $1.logicalID)
        }
        guard added.count > Self.mostListed else { return added.map { line($0, .added) } }
        var kinds: [(words: String, names: [String])] = []
        for change in added {
            if kinds.last?.words == change.type.words {
                kinds[kinds.count - 1].names.append(change.logicalID)
            } else {
                kinds.append((change.type.words, [change.logicalID]))
            }
        }
        return kinds.map { kind in
            let named = kind.names.count == 1 ? kind.names[0] : "\(kind.names.count) times"
            return ReportLine(.added, columns(kind.words, named))
        }
    }

    private var others: [ReportLine] {
        let order: (StackChange) -> Int = { $0.action == .changed ? 0 : $0.isReplaced ? 1 : 2 }
        return
            changes.filter { $0.action != .added }
            .sorted { (order($0), $0.logicalID) < (order($1), $1.logicalID) }
            .map { line($0, $0.action == .changed ? .changed : $0.isReplaced ? .replaced : .removed) }
    }

    private var warnings: [ReportLine] {
        let warnings = changes.compactMap(\.warning)
        return warnings.isEmpty ? [] : [ReportLine("")] + warnings.map { ReportLine(.warning, $0) }
    }

    private func line(_ change: StackChange, _ mark: ReportLine.Mark) -> ReportLine {
        var text = columns(change.type.words, change.logicalID)
        if !change.properties.isEmpty { text += ": " + change.properties.joined(separator: ", ") }
        switch change.action {
        case .replaced(isCertain: true): text += "  REPLACED"
        case .replaced(isCertain: false): text += "  may be REPLACED"
        default: break
        }
        return ReportLine(mark, text)
    }

    private func columns(_ words: String, _ name: String) -> String {
        words + String(repeating: " ", count: max(2, 25 - words.count)) + name
    }
}

extension StackChange {
    fileprivate var isReplaced: Bool { if case .replaced = action { true } else { false } }
}

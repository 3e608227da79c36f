// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Finds what was probably meant by a name that is none.
package enum Suggestion {
    /// The candidate nearest to `name`; nil when none is near.
    package static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
        let limit = max(1, name.count / 3)
        return
            candidates
            // What is so much longer or shorter is no nearer, and the distance of long names takes long to tell.
            .filter { abs($0.count - name.count) <= limit }
            .map { (candidate: $0, distance: distance(from: name.lowercased(), to: $0.lowercased())) }
            .filter { $0.distance <= limit }
            .min { ($0.distance, $0.candidate) < ($1.distance, $1.candidate) }?
            .candidate
    }

    /// The candidate that `name` is the end of, as far as can be told: the same last parts, or nearly the same, with or
    /// without more behind them, as in "SMTP_URL" for "MAIL_SMTP".
    package static func nearest(
        toEndOf name: String,
        among candidates: some Sequence<String>,
        separator: Character
    ) -> String? {
        var ends: [(end: String, candidate: String)] = []
        for candidate in candidates {
            var end = candidate[...]
            while true {
                ends.append((String(end), candidate))
                guard let cut = end.firstIndex(where: { $0 == separator || $0 == "_" }) else { break }
                end = end[end.index(after: cut)...]
            }
        }
        func shortest(_ matches: (String) -> Bool) -> String? {
            ends.filter { matches($0.end) }.map(\.candidate)
                .min { ($0.count, $0) < ($1.count, $1) }
        }
        // SMTP_URL is two letters away from SITE_URL, but SMTP is what was meant.
        let alike = ends.map(\.end).filter { end in
            distance(from: firstWord(name), to: firstWord(end)) <= 1 || distance(from: name, to: end) <= 1
        }
        return shortest { $0 == name }
            ?? nearest(to: name, among: alike).flatMap { near in shortest { $0 == near } }
            ?? (name.count < 4 ? nil : shortest { $0.hasPrefix(name) })
            ?? shortest { name.hasPrefix($0 + "_") }
    }

    private static func firstWord(_ name: String) -> String { String(name.prefix { $0 != "_" }) }

    /// How many letters must be added, left out, changed or swapped with their neighbour.
    package static func distance(from source: String, to target: String) -> Int {
        let source = Array(source)
        let target = Array(target)
        guard !source.isEmpty, !target.isEmpty else { return max(source.count, target.count) }
        var beforeLast: [Int] = []
        var last = Array(0...target.count)
        for row in 1...source.count {
            var current = [row]
            for column in 1...target.count {
                let isSame = source[row - 1] == target[column - 1]
                var best = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (isSame ? 0 : 1))
                if row > 1, column > 1, source[row - 1] == target[column - 2], source[row - 2] == target[column - 1] {
                    best = min(best, beforeLast[column - 2] + 1)
                }
                current.append(best)
            }
            (beforeLast, last) = (last, current)
        }
        return last[target.count]
    }
}

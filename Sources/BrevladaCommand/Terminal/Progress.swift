// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// One line on the terminal that counts while long work goes on; nothing when nobody looks.
struct Progress {
    private let output: Output
    private let isShown: Bool
    private let what: String
    private var lastShown: ContinuousClock.Instant

    /// - Parameter what: What is counted, such as "messages exported".
    init(_ what: String, on output: Output = .error) {
        self.what = what
        self.output = output
        isShown = output.isTerminal
        lastShown = .now
    }

    /// Shows the count, at most five times a second and not before a fifth of one has gone by.
    mutating func show(_ count: Int) {
        guard isShown, lastShown.duration(to: .now) > .milliseconds(200) else { return }
        lastShown = .now
        try? output.write("\r\u{1B}[K\(count) \(what)")
    }

    /// Takes the line away.
    func finish() {
        if isShown { try? output.write("\r\u{1B}[K") }
    }
}

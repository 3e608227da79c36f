// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import SiteDeployment
import Testing

/// Holds what is shown to a person against the file of that name in Fixtures. When a text is changed on purpose, the file
/// is changed with it; the difference is what a reviewer reads.
func expectGolden(_ name: String, _ text: String, location: SourceLocation = #_sourceLocation) throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/\(name)")
    let golden = try String(contentsOf: file, encoding: .utf8)
    #expect(text + "\n" == golden, "this is not \(name):\n\(text)", sourceLocation: location)
}

func plain(_ lines: [ReportLine]) -> String { lines.map(\.plain).joined(separator: "\n") }

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import StackTemplate

@Suite("The template in the binary")
struct StackTemplateTests {
    @Test("it is Infrastructure/template.yaml byte for byte; if not, run scripts/embed-template")
    func sameAsOnDisk() throws {
        let template = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Infrastructure/template.yaml")
        let onDisk = try String(contentsOf: template, encoding: .utf8)
        // Compared as bytes: a difference of 150 KB of text would be shown as a whole.
        #expect(StackTemplate.text.utf8.elementsEqual(onDisk.utf8))
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormLocal
import ContactFormTesting
import Logging
import Testing

@testable import BrevladaCommand

@Suite("What the owner was told, in a file")
struct AlertFileTests {
    private func memory(_ folder: String) -> AlertFile {
        AlertFile(
            DataFile(folder: folder, name: "alerts.json"),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    @Test("the file keeps its promise as a memory", arguments: AlertMemoryContract.cases)
    func contract(_ promise: ContractCase<any AlertMemory>) async throws {
        try await withTemporaryFolder { folder in try await promise.check(memory(folder)) }
    }

    @Test("a server that starts afresh knows it")
    func restart() throws {
        try withTemporaryFolder { folder in
            #expect(memory(folder).save("told", over: nil))
            let next = memory(folder)
            #expect(next.load() == "told")
            #expect(next.save("more", over: "told"))
            #expect(memory(folder).load() == "more")
        }
    }

    @Test("without a folder to write to it is known for as long as the server runs")
    func unwritable() {
        let memory = memory("/nonexistent/brevlada")
        #expect(memory.save("told", over: nil))
        #expect(memory.load() == "told")
        #expect(!memory.save("other", over: nil))
    }
}

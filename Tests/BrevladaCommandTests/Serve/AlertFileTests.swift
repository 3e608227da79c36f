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
    func restart() async throws {
        try await withTemporaryFolder { folder in
            #expect(await memory(folder).save("told", over: nil))
            let next = memory(folder)
            #expect(await next.load() == "told")
            #expect(await next.save("more", over: "told"))
            #expect(await memory(folder).load() == "more")
        }
    }

    @Test("without a folder to write to it is known for as long as the server runs")
    func unwritable() async {
        let memory = memory("/nonexistent/brevlada")
        #expect(await memory.save("told", over: nil))
        #expect(await memory.load() == "told")
        #expect(await !memory.save("other", over: nil))
    }
}

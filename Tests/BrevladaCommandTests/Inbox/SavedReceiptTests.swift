// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ContactForm
import ContactFormTesting
import FormConfiguration
import Foundation
import Testing

@testable import BrevladaCommand

@Suite("A saved receipt of an erasure")
struct SavedReceiptTests {
    private static func receipt(_ text: String) throws -> SavedReceipt {
        try withTemporaryFolder { folder in
            let path = FilePath.joined(folder, "receipt.json")
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            return try SavedReceipt(path: path)
        }
    }

    @Test("names what was removed, each once, and nothing of what could not be read")
    func ids() throws {
        let ids = (1...3).map { Submission.sample($0).id }
        let line =
            #"{"id":"\#(ids[2])","at":"2026-11-25T18:00:00.000Z","erased":2,"ids":["\#(ids[0])","\#(ids[1])","\#(ids[0])"]"#
        #expect(try Self.receipt(line + #","unreadable":["\#(ids[2])"]}"#).ids == Array(ids[..<2]))
        // As the page saves it.
        let lines = line.replacing(",", with: ",\n  ") + "\n}"
        #expect(try Self.receipt(lines).ids == Array(ids[..<2]))
        #expect(try Self.receipt(#"{"erased":0,"ids":[]}"#).ids == [])
    }

    @Test(
        "another file is refused",
        arguments: ["", "[]", "{}", #"{"ids":"01"}"#, #"{"ids":["01"]}"#, #"{"ids":[1]}"#, #"{"ids":[]} {"ids":[]}"#]
    )
    func refused(_ text: String) {
        let failure = #expect(throws: CommandFailure.self) { try Self.receipt(text) }
        #expect(failure?.status == .configuration)
        #expect(failure?.description.contains("is no receipt of an erasure") == true)
    }

    @Test("a file that is not there is named")
    func missing() {
        let failure = #expect(throws: CommandFailure.self) { try SavedReceipt(path: "/nowhere/receipt.json") }
        #expect(
            failure?.description
                == "the file \"/nowhere/receipt.json\" can't be read: no such file or directory; "
                + "name a receipt of \"brevlada inbox erase --json\" or of the page"
        )
    }

    @Test(
        "an address is wanted, or a receipt, and not both",
        arguments: [
            (["anna@example.com"], true), (["--receipt", "r.json"], true), (["--receipt", "-"], true), ([], false),
            (["anna"], false), (["anna@example.com", "--receipt", "r.json"], false),
        ]
    )
    func arguments(_ arguments: [String], _ isFine: Bool) {
        #expect(((try? InboxEraseCommand.parse(arguments)) != nil) == isFine)
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ContactForm
import ContactFormAWS
import ContactFormLocal
import ContactFormServer
import JSON
import Mail

struct InboxEraseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Deletes for good all that came from an address, and writes a receipt.",
        discussion: """
            For a person who asks to be forgotten (GDPR, article 17). A message is
            theirs when the address is its sender's or the one that answers go to, or
            when a field is exactly that address; upper and lower case are the same.
            The receipt names the messages by their ids and holds no address. Asks
            first; --yes does not.

            With --receipt it erases again what a receipt names, as after a restore.
            """
    )

    @Argument(help: ArgumentHelp("The e-mail address.", valueName: "address"), transform: SenderArgument.read)
    var address: String?

    @Option(
        help: ArgumentHelp(
            "Instead of an address, a receipt that --json or the page saved, or - for standard input.",
            valueName: "file"
        ),
        completion: .file()
    )
    var receipt: String?

    @Flag(help: "Does not ask.")
    var yes = false

    @Flag(help: "Writes the receipt as a JSON object.")
    var json = false

    @OptionGroup var options: StoreOptions

    func validate() throws {
        guard (address == nil) != (receipt == nil) else {
            throw ValidationError("name an e-mail address, or a receipt with --receipt")
        }
    }

    func run() async throws {
        if let receipt { try await eraseAgain(SavedReceipt(path: receipt)) }
        if let address { try await eraseAll(from: address) }
    }

    private func eraseAll(from address: String) async throws {
        let store = try await options.open()
        let erasure = Erasure(store: store, address: address)
        if !yes {
            let (submissions, unreadable) = try await erasure.matching()
            guard !submissions.isEmpty else {
                let receipt = ErasureReceipt(at: .now(), ids: [], unreadable: unreadable.ids)
                try sayNone(in: receipt, from: address)
                return try write(receipt)
            }
            try Confirmation(deed: "erase", forms: options.forms() ?? [:]).ask(submissions)
        }
        var progress = Progress("messages erased")
        let (receipt, fault) = try await erasure.run(at: .now()) { progress.show($0) }
        progress.finish()
        let captured = try options.capturedMailbox()
        await captured?.removeMails(about: receipt.ids)
        try sayNone(in: receipt, from: address)
        try write(receipt, endedBy: fault)
    }

    /// A receipt of nothing is easily taken for a receipt.
    private func sayNone(in receipt: ErasureReceipt, from address: String) throws {
        guard receipt.erased == 0, receipt.unreadable.isEmpty else { return }
        try Output.error.writeLine(
            "no message is from \(address); \"inbox list --search\" finds a part of an address, or a name"
        )
    }

    private func eraseAgain(_ saved: SavedReceipt) async throws {
        let store = try await options.open()
        let there = try await SubmissionLookup(store: store).find(ids: saved.ids)
        if !yes, !there.found.isEmpty {
            try Confirmation(deed: "erase", forms: options.forms() ?? [:]).ask(there.found)
        }
        // What has expired a table keeps for days, and shows nobody.
        let expired = try await (store as? DynamoDBSubmissionStore)?.expired(among: there.absent) ?? []
        var erased: [SubmissionID] = []
        var fault: (any Error)?
        let now = Timestamp.now()
        do {
            _ = try await MessageDeletion(store: store, captured: try options.capturedMailbox())
                .run(there.found.map(\.key) + expired, at: now) { erased.append($0) }
        } catch {
            guard !erased.isEmpty else { throw error }
            fault = error
        }
        try Output.error.writeLine("the receipt names \(saved.ids.count.counted("message")); found \(erased.count)")
        let next: SubmissionCursor? = fault == nil ? nil : .beginning(of: .id)
        let receipt = ErasureReceipt(at: now, ids: erased, next: next, unreadable: there.unreadable.ids)
        try write(receipt, endedBy: fault)
    }

    private static let stillThere =
        "still there: the mails that were sent to you (search your mailbox for these numbers) and your backups"

    /// - Parameter fault: After which there may be more than the receipt has.
    private func write(_ receipt: ErasureReceipt, endedBy fault: (any Error)? = nil) throws {
        if json {
            try Output.standard.writeLine(JSONWriter.text { receipt.write(to: &$0) })
        } else {
            let count = receipt.erased.counted("message")
            try Output.standard.writeLine("\(count) erased at \(receipt.at.utc.iso8601), receipt \(receipt.id)")
            for id in receipt.ids { try Output.standard.writeLine("\(id)") }
        }
        if receipt.erased > 0 { try Output.error.writeLine(Self.stillThere) }
        if let fault {
            throw CommandFailure(
                .problems,
                "not all is erased, \(receipt.erased) so far: \(fault); keep this receipt, and erase again, which gives one of the rest"
            )
        }
        let which = self.receipt == nil ? "any may be from that address" : "the receipt names them"
        try UnreadableMessages(receipt.unreadable).check("not erased, though \(which)")
    }
}

/// Everything that came from one address.
struct Erasure {
    let store: any SubmissionArchive
    let address: String

    /// What an erasure would remove, newest first, and what can't be read.
    func matching() async throws -> (found: [Submission], unreadable: UnreadableMessages) {
        let query = SubmissionQuery(text: Submission.commonText(from: address), order: .received)
        var found: [Submission] = []
        let unreadable = try await MessagesOfSender(store: store, address: address).forEach(query) { submission in
            found.append(submission)
            return true
        }
        return (found, unreadable)
    }

    /// Erases until nothing is left to look at; one receipt for all of it. What ended it after something went comes with the
    /// receipt of that, which is evidence.
    func run(
        at now: Timestamp,
        onProgress: (Int) -> Void = { _ in }
    ) async throws -> (receipt: ErasureReceipt, fault: StoreError?) {
        var ids: [SubmissionID] = []
        var unreadable: [SubmissionID] = []
        var cursor: SubmissionCursor?
        var fault: StoreError?
        repeat {
            do throws(StoreError) {
                let receipt = try await store.erase(address: address, after: cursor, at: now)
                ids += receipt.ids
                unreadable += receipt.unreadable
                cursor = receipt.next
                onProgress(ids.count)
            } catch {
                guard !ids.isEmpty else { throw error }
                fault = error
            }
        } while cursor != nil && fault == nil
        return (ErasureReceipt(at: now, ids: ids.sorted(by: >), next: cursor, unreadable: unreadable), fault)
    }
}

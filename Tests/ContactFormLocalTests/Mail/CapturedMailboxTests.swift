// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import Foundation
import Testing

@testable import ContactFormLocal
@testable import Mail

@Suite("Captured mail")
struct CapturedMailboxTests {
    let folder: TemporaryFolder
    let mailbox: CapturedMailbox

    init() throws {
        folder = try TemporaryFolder()
        mailbox = CapturedMailbox(folder: folder.file("mail"))
    }

    @Test("a captured mail is listed and read as it would have been sent, by this user alone")
    func capture() async throws {
        let message = try MailMessage.sample()
        let receipt = try await mailbox.send(message)
        #expect(receipt.providerMessageID == "20261123T120000Z-01KAR0000000000000000000AA.eml")
        #expect(await mailbox.read(name: receipt.providerMessageID) == message.serialized(utf8Headers: true))
        let listed = try #require(await mailbox.list().first)
        #expect(listed.name == receipt.providerMessageID)
        #expect(listed.mail.header("Subject") == "Nytt meddelande från Astrid")
        #expect(listed.mail.text == "Is the workshop open?\n")
        #expect(listed.date > .init(milliseconds: 1_600_000_000_000))
        #expect(try folder.mode("mail") == 0o700)
        #expect(try folder.mode("mail/\(receipt.providerMessageID)") == 0o600)
    }

    @Test("a mail that is sent again replaces its file, even when it is written anew later")
    func resend() async throws {
        let first = try await mailbox.send(.sample())
        let second = try await mailbox.send(.sample(seconds: 1_795_435_900, text: "Sent again"))
        #expect(second == first)
        #expect(await mailbox.list().map(\.mail.text) == ["Sent again\n"])
        // An id that ends like another one is another one.
        _ = try await mailbox.send(.sample(id: "x-01KAR0000000000000000000AA"))
        #expect(await mailbox.list().count == 2)
    }

    @Test("mails are listed newest first")
    func order() async throws {
        for number: Int64 in [2, 1, 3] {
            _ = try await mailbox.send(
                .sample(id: "mail-\(number)", seconds: 1_795_435_200 + number)
            )
        }
        #expect(
            await mailbox.list().map(\.name) == [
                "20261123T120003Z-mail-3.eml", "20261123T120002Z-mail-2.eml", "20261123T120001Z-mail-1.eml",
            ]
        )
    }

    @Test("the newest are kept, up to the capacity")
    func capacity() async throws {
        let mailbox = CapturedMailbox(folder: folder.file("mail"), capacity: 5)
        for number in 1...Int64(8) {
            _ = try await mailbox.send(
                .sample(id: "mail-\(number)", seconds: 1_795_435_200 + number)
            )
        }
        let names = await mailbox.list().map(\.name)
        #expect(names.count == 5)
        #expect(names.first?.hasSuffix("-mail-8.eml") == true)
        #expect(names.last?.hasSuffix("-mail-4.eml") == true)
        // A repeat makes no room.
        _ = try await mailbox.send(.sample(id: "mail-6"))
        #expect(await mailbox.list().count == 5)
    }

    @Test("with a message goes its mail, and each digest that tells of it")
    func removal() async throws {
        let gone = try #require(SubmissionID("01KAR0000000000000000000AA"))
        let kept = "01KAR0000000000000000000AB"
        _ = try await mailbox.send(.sample(id: "\(gone)"))
        _ = try await mailbox.send(.sample(id: kept))
        for (number, text) in ["\(kept)\n", "x  contact  \(gone)\nHej\n", "\(gone)x\n"].enumerated() {
            let id = "digest-01KAR000000000000000000\(number)ZZ"
            _ = try await mailbox.send(.sample(id: id, text: text))
        }
        await mailbox.removeMails(about: [])
        #expect(await mailbox.list().count == 5)
        await mailbox.removeMails(about: [gone])
        #expect(await mailbox.list().count == 3)
        #expect(await !mailbox.list().contains { $0.name.contains("\(gone)") || $0.mail.text?.contains("Hej") == true })
    }

    @Test("50 mails at the same time are all captured")
    func concurrent() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...50 {
                group.addTask { [mailbox] in
                    _ = try await mailbox.send(.sample(id: "mail-\(number)"))
                }
            }
            try await group.waitForAll()
        }
        #expect(await mailbox.list().count == 50)
    }

    @Test(
        "a Message-ID that is no file name gets one",
        arguments: ["a/b", "../../etc/passwd", "x!#$%&'*+=?^`{|}~y", String(repeating: "a", count: 128)]
    )
    func awkwardID(left: String) async throws {
        var message = try MailMessage.sample()
        message.messageID = MessageID(left: left, domain: "example.com")
        let name = try await mailbox.send(message).providerMessageID
        #expect(!name.contains("/"))
        #expect(await mailbox.read(name: name) != nil)
        #expect(await mailbox.list().map(\.name) == [name])
    }

    @Test(
        "no name leads out of the folder",
        arguments: [
            "", ".", "..", "../secret.eml", "/etc/passwd", "20261123T120000Z-../../secret.eml",
            "20261123T120000Z-a/../../secret.eml", "20261123T120000Z-a\\..\\secret.eml", ".incoming",
            "20261123T120000Z-.eml\0", "20261123T120000Z-\0.eml", "20261123T120000Z-a.eml/", "secret.eml",
            "20261123T120000Z-%2e%2e%2fsecret.eml", "２0261123T120000Z-a.eml", "20261123T120000Z-å.eml",
        ]
    )
    func traversal(name: String) async throws {
        _ = try await mailbox.send(.sample())
        try "secret".write(toFile: folder.file("secret.eml"), atomically: false, encoding: .utf8)
        try "secret".write(toFile: folder.file("mail/secret.eml"), atomically: false, encoding: .utf8)
        #expect(await mailbox.read(name: name) == nil)
    }

    @Test("a link or a folder with a mail's name is not read")
    func links() async throws {
        _ = try await mailbox.send(.sample())
        try "secret".write(toFile: folder.file("secret"), atomically: false, encoding: .utf8)
        let link = "20261123T120000Z-link.eml"
        let directory = "20261123T120000Z-folder.eml"
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("mail/\(link)"),
            withDestinationPath: folder.file("secret")
        )
        try FileManager.default.createDirectory(
            atPath: folder.file("mail/\(directory)"),
            withIntermediateDirectories: false
        )
        #expect(await mailbox.read(name: link) == nil)
        #expect(await mailbox.read(name: directory) == nil)
        #expect(await mailbox.list().count == 1)
    }

    @Test("a draft that a crash left, or a link in its place, does no harm")
    func draft() async throws {
        _ = try await mailbox.send(.sample(id: "first"))
        try "secret".write(toFile: folder.file("secret"), atomically: false, encoding: .utf8)
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("mail/.incoming"),
            withDestinationPath: folder.file("secret")
        )
        _ = try await mailbox.send(.sample(id: "second"))
        #expect(try String(contentsOfFile: folder.file("secret"), encoding: .utf8) == "secret")
        #expect(await mailbox.list().count == 2)
    }

    @Test("an empty mailbox lists nothing, and one whose folder can't be made says what to do")
    func missing() async throws {
        #expect(await mailbox.list().isEmpty)
        #expect(await mailbox.read(name: "20261123T120000Z-a.eml") == nil)
        let lost = CapturedMailbox(folder: folder.file("no/such/folder"))
        let error = await #expect(throws: MailerError.self) { try await lost.send(.sample()) }
        #expect(error?.code == "capture-failed")
        #expect(error?.isPermanent == false)
        #expect(error?.reason.contains("create it") == true)
    }
}

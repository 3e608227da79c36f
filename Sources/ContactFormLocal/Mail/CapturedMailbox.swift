// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import Dispatch
import FoundationEssentials
package import Mail

/// Keeps mails in a folder where a developer reads them, instead of sending them.
///
/// One file a mail, named by the mail's date and Message-ID, readable by this user alone. A mail that is sent again
/// replaces its file. The newest 500 are kept.
package final class CapturedMailbox: Mailer {
    package static let capacity = 500

    private let folder: String
    private let capacity: Int
    /// Does the file work, in order, off the callers' threads.
    private let queue = DispatchQueue(label: "brevlada.captured-mail")

    package convenience init(folder: String) {
        self.init(folder: folder, capacity: Self.capacity)
    }

    init(folder: String, capacity: Int) {
        self.folder = folder
        self.capacity = capacity
    }

    /// Takes the mail once it is on the disk for good; when the disk refuses, it is tried again later.
    package func send(_ message: MailMessage) async throws(MailerError) -> MailerReceipt {
        let result: Result<MailerReceipt, MailerError> = await onQueue { mailbox in
            Result { () throws(FileError) in try mailbox.capture(message) }
                .mapError { MailerError(code: "capture-failed", isPermanent: false, reason: $0.description) }
        }
        return try result.get()
    }

    /// Whether it was here that a mail was taken, by the id that its receipt gave.
    package static func took(_ providerMessageID: String) -> Bool {
        CapturedMailName(providerMessageID) != nil
    }

    /// Every captured mail, newest first; none when there is no folder yet.
    package func list() async -> [CapturedMail] {
        await onQueue { mailbox in
            mailbox.names().reversed().compactMap { name in
                guard let file = try? PrivateFile.read(mailbox.path(name)) else { return nil }
                return CapturedMail(
                    name: name.description,
                    date: file.modified,
                    mail: ParsedMail(file.bytes)
                )
            }
        }
    }

    /// The mail of that name, as it would have been sent; nil when there is none.
    ///
    /// Takes only names as `list` gives them, so no path leads out of the folder; a link is not followed.
    package func read(name: String) async -> [UInt8]? {
        guard let name = CapturedMailName(name) else { return nil }
        return await onQueue { mailbox in
            (try? PrivateFile.read(mailbox.path(name)))?.bytes
        }
    }

    /// Removes the mails about submissions that were deleted, and with them the digests that tell of one: of the others they
    /// tell, the messages are there.
    package func removeMails(about ids: [SubmissionID]) async {
        let gone = Set(ids.map(\.description))
        guard !gone.isEmpty else { return }
        await onQueue { mailbox in
            for name in mailbox.names() where gone.contains(name.id) || mailbox.isDigest(name, about: gone) {
                PrivateFile.remove(mailbox.path(name))
            }
        }
    }

    /// A digest says of each message its id.
    private func isDigest(_ name: CapturedMailName, about ids: Set<String>) -> Bool {
        guard SubmissionID(name.id) == nil, let bytes = try? PrivateFile.read(path(name)).bytes else { return false }
        let words = ParsedMail(bytes).text?.split(whereSeparator: \.isWhitespace) ?? []
        return words.contains { ids.contains(String($0)) }
    }

    private func onQueue<Value: Sendable>(_ body: @escaping @Sendable (CapturedMailbox) -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: body(self)) }
        }
    }

    private func path(_ name: CapturedMailName) -> String {
        "\(folder)/\(name)"
    }

    /// Oldest first.
    private func names() -> [CapturedMailName] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.compactMap(CapturedMailName.init).sorted()
    }

    private func capture(_ message: MailMessage) throws(FileError) -> MailerReceipt {
        try PrivateFile.createFolder(folder, withThoseAround: false)
        let new = CapturedMailName(date: message.date, id: message.messageID)
        let names = names()
        let name = names.first { $0.id == new.id } ?? new
        // A reader sees the whole mail or none.
        try PrivateFile.replace(path(name), with: message.serialized(utf8Headers: true), by: "\(folder)/.incoming")
        try PrivateFile.makeDurable(folder)
        let surplus = names.count + (name == new ? 1 : 0) - capacity
        if surplus > 0 {
            for old in names.filter({ $0 != name }).prefix(surplus) { PrivateFile.remove(path(old)) }
        }
        return MailerReceipt(providerMessageID: name.description)
    }
}

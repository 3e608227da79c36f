// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
package import Mail

/// Where the pages of captured mail find it.
package protocol MailboxSource: Sendable {
    /// All mails, newest first.
    func mails() async -> [MailboxItem]
    /// One mail as it would have gone out; nil when there is none of that name.
    func mail(named name: String) async -> [UInt8]?
}

/// One captured mail in the list.
package struct MailboxItem: Sendable {
    package var name: String
    package var date: Timestamp
    package var mail: ParsedMail

    package init(name: String, date: Timestamp, mail: ParsedMail) {
        self.name = name
        self.date = date
        self.mail = mail
    }
}

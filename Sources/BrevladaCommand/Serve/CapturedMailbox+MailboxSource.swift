// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactFormLocal
package import ContactFormServer

/// Captured mail is what the pages at `/_mail` show.
extension CapturedMailbox: MailboxSource {
    package func mails() async -> [MailboxItem] {
        await list().map { MailboxItem(name: $0.name, date: $0.date, mail: $0.mail) }
    }

    package func mail(named name: String) async -> [UInt8]? {
        await read(name: name)
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

/// One thing that the owner is told through the second channel.
package struct MailAlert: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case failing = "mail.failing"
        case recovered = "mail.recovered"
    }

    /// The same for every try to deliver it, so that a receiver knows a repeat.
    package var id: String
    package var kind: Kind
    package var at: Timestamp
    package var trouble: MailTrouble

    package init(id: String, kind: Kind, at: Timestamp, trouble: MailTrouble) {
        self.id = id
        self.kind = kind
        self.at = at
        self.trouble = trouble
    }

    /// The body: `type`, `timestamp` and `data`, as Standard Webhooks has it (https://www.standardwebhooks.com).
    package var json: String {
        JSONWriter.text { writer in
            writer.object { object in
                object.member("type", kind.rawValue)
                object.member("timestamp", at.iso8601)
                object.name("data")
                object.object { data in
                    data.member("waiting", trouble.waitingCount)
                    data.member("failed", trouble.failedCount)
                    data.name("forms")
                    data.object { forms in
                        let names = Set(trouble.waiting.keys).union(trouble.failed.keys)
                        for name in names.sorted() {
                            forms.name(name.rawValue)
                            forms.object { form in
                                form.member("waiting", trouble.waiting[name, default: 0])
                                form.member("failed", trouble.failed[name, default: 0])
                            }
                        }
                    }
                }
            }
        }
    }
}

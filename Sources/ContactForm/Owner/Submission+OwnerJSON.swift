// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

extension JSONWriter {
    /// A member that is there whether or not there is a value.
    mutating func member(_ name: String, orNull value: String?) {
        self.name(name)
        if let value { string(value) } else { raw("null") }
    }
}

extension Submission {
    /// The first characters of the message, or of what the other fields say, that a list shows.
    static let previewCharacters = 200
    /// So much of an address a list shows: longer than this nobody can ask for one (`soughtAddress`).
    private static let addressCharacters = 320

    /// As a line of a list shows it.
    ///
    /// - Parameter form: What the form asks for; nil when it is no longer configured.
    func writeSummary(of form: FormDefinition?, to writer: inout JSONWriter) {
        var shown = self
        // A line takes little of an answer, which holds 6 MB on AWS, whatever the visitor wrote.
        shown.name = name?.cut(toScalars: Self.previewCharacters)
        shown.email = email?.cut(toScalars: Self.addressCharacters)
        shown.subject = subject?.cut(toScalars: Self.previewCharacters)
        writer.object { shown.writeSummaryMembers(preview: preview(of: form), to: &$0) }
    }

    /// Everything that the owner may see of it.
    func writeWhole(of form: FormDefinition?, to writer: inout JSONWriter) {
        writer.object { object in
            writeSummaryMembers(preview: preview(of: form), to: &object)
            object.name("fields")
            object.array { array in
                for field in fields.fields {
                    array.object { item in
                        item.member("name", field.name)
                        item.member("values", field.values)
                    }
                }
            }
            object.member("message", orNull: message(in: form))
            object.member("replyTo", orNull: replyTo)
            object.member("page", orNull: page)
            object.member("origin", orNull: origin)
            object.member("expiresAt", orNull: expiresAt?.iso8601)
            object.member("region", orNull: region)
            object.name("delivery")
            object.object { delivery in
                delivery.member("attempts", self.delivery.attempts)
                delivery.member("nextAttempt", orNull: self.delivery.nextAttempt?.iso8601)
                delivery.member("lastError", orNull: self.delivery.lastError)
                delivery.member("providerMessageID", orNull: self.delivery.providerMessageID)
                delivery.member("notifiedAt", orNull: self.delivery.notifiedAt?.iso8601)
            }
            object.name("history")
            object.array { array in
                for entry in timeline {
                    array.object { item in
                        item.member("at", entry.at.iso8601)
                        item.member("what", entry.what)
                        item.member("reason", orNull: entry.reason)
                    }
                }
            }
        }
    }

    private func writeSummaryMembers(preview: String, to object: inout JSONWriter) {
        object.member("id", id.description)
        object.member("form", self.form.rawValue)
        object.member("receivedAt", receivedAt.iso8601)
        object.member("name", orNull: name)
        object.member("email", orNull: email)
        object.member("subject", orNull: subject)
        object.member("preview", preview)
        object.member("status", status.rawValue)
        object.member("spamReasons", spamReasons.map(\.rawValue))
        object.member("readAt", orNull: readAt?.iso8601)
        object.member("archivedAt", orNull: archivedAt?.iso8601)
        object.member("language", language.rawValue)
        object.member("attempts", delivery.attempts)
        object.member("lastError", orNull: delivery.lastError)
        object.member("notifiedAt", orNull: delivery.notifiedAt?.iso8601)
    }

    private func preview(of form: FormDefinition?) -> String {
        let gist = gist(in: form, length: Self.previewCharacters)
        return String(String.UnicodeScalarView(gist.unicodeScalars.prefix(Self.previewCharacters)))
    }
}

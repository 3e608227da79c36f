// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import JSON

extension Submission {
    /// Everything that is known of the submission as a JSON object; what is not known is left out.
    package func write(to writer: inout JSONWriter) {
        writer.object { object in
            object.member("id", id.description)
            object.member("form", form.rawValue)
            object.member("receivedAt", receivedAt.iso8601)
            object.member("status", status.rawValue)
            object.member("name", ifPresent: name)
            object.member("email", ifPresent: email)
            object.member("replyTo", ifPresent: replyTo)
            object.member("subject", ifPresent: subject)
            object.name("fields")
            fields.write(to: &object)
            object.member("page", ifPresent: page)
            object.member("origin", ifPresent: origin)
            object.member("language", language.rawValue)
            object.member("spamReasons", spamReasons.map(\.rawValue))
            object.name("delivery")
            object.object { delivery in
                delivery.member("attempts", self.delivery.attempts)
                delivery.member("nextAttempt", ifPresent: self.delivery.nextAttempt?.iso8601)
                delivery.member("lastError", ifPresent: self.delivery.lastError)
                delivery.member("providerMessageID", ifPresent: self.delivery.providerMessageID)
                delivery.member("notifiedAt", ifPresent: self.delivery.notifiedAt?.iso8601)
                if let part = self.delivery.part {
                    delivery.name("part")
                    part.write(to: &delivery)
                }
            }
            object.member("expiresAt", ifPresent: expiresAt?.iso8601)
            object.member("region", ifPresent: region)
            object.member("readAt", ifPresent: readAt?.iso8601)
            object.member("archivedAt", ifPresent: archivedAt?.iso8601)
            object.name("history")
            object.array { array in
                for entry in history {
                    array.object { object in
                        object.member("at", entry.at.iso8601)
                        object.member("what", entry.what)
                        object.member("reason", ifPresent: entry.reason)
                    }
                }
            }
        }
    }
}

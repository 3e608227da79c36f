// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import JSON

/// How far the mail about a submission came that was taken for some of its recipients.
///
/// What is left is for today's recipients (`NotificationSettings.stillToReach(of:)`): one whose address is mended gets the mail, and
/// one who is no recipient any more does not hold it up.
package struct PartialDelivery: Sendable, Hashable {
    /// Who has the mail, as a mail server is given the addresses.
    package var reached: [String]
    /// Who was refused for good.
    package var refused: [UnreachedRecipient]

    package init(reached: [String] = [], refused: [UnreachedRecipient] = []) {
        self.reached = reached
        self.refused = refused
    }
}

/// A recipient whom a mail did not reach when others got it.
package struct UnreachedRecipient: Sendable, Hashable {
    /// As a mail server is given it.
    package var address: String
    /// Why, in the server's own words where it gave any. Cut to 200 characters.
    package var reason: String

    package init(address: String, reason: String) {
        self.address = address
        self.reason = String(String.UnicodeScalarView(reason.unicodeScalars.prefix(HistoryEntry.longestReason)))
    }
}

extension PartialDelivery {
    /// As a JSON object: `{"reached":["…"],"refused":[{"address":"…","reason":"…"}]}`.
    package var json: String { JSONWriter.text { write(to: &$0) } }

    package func write(to writer: inout JSONWriter) {
        writer.object { object in
            object.member("reached", reached)
            object.name("refused")
            object.array { array in
                for recipient in refused {
                    array.object { object in
                        object.member("address", recipient.address)
                        object.member("reason", recipient.reason)
                    }
                }
            }
        }
    }

    /// Reads what `json` wrote; nil for anything else.
    package init?(json: String) {
        guard let value = try? JSONParser.parse(Array<UInt8>(json.utf8), maximumDepth: 3) else { return nil }
        self.init(value)
    }

    package init?(_ value: JSONValue) {
        guard let addresses = value["reached"]?.array, let elements = value["refused"]?.array else { return nil }
        reached = addresses.compactMap(\.string)
        refused = elements.compactMap { element in
            guard let address = element["address"]?.string, let reason = element["reason"]?.string else { return nil }
            return UnreachedRecipient(address: address, reason: reason)
        }
        guard reached.count == addresses.count, refused.count == elements.count else { return nil }
    }
}

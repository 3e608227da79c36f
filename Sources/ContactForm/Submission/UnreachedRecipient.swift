// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import JSON

/// A recipient whom a mail did not reach when others got it.
package struct UnreachedRecipient: Sendable, Hashable {
    /// As a mail server is given it.
    package var address: String
    /// Why, in the server's own words where it gave any. Cut to 200 characters.
    package var reason: String
    /// Whether trying again is pointless.
    package var isPermanent: Bool

    package init(address: String, reason: String, isPermanent: Bool) {
        self.address = address
        self.reason = String(String.UnicodeScalarView(reason.unicodeScalars.prefix(HistoryEntry.longestReason)))
        self.isPermanent = isPermanent
    }
}

extension [UnreachedRecipient] {
    /// Whether one of them may still be reached.
    var isWaiting: Bool { contains { !$0.isPermanent } }

    /// What the owner is told of them; nil when there are none.
    ///
    /// - Parameter count: Of all recipients.
    func remark(among count: Int) -> String? {
        first.map { "\(self.count) of \(count) recipients did not get the mail: \($0.reason)" }
    }

    /// As a JSON array of objects: `[{"address":"…","reason":"…","permanent":false}]`.
    package var json: String { JSONWriter.text { write(to: &$0) } }

    package func write(to writer: inout JSONWriter) {
        writer.array { array in
            for recipient in self {
                array.object { object in
                    object.member("address", recipient.address)
                    object.member("reason", recipient.reason)
                    object.member("permanent", recipient.isPermanent)
                }
            }
        }
    }

    /// Reads what `json` wrote; nil for anything else.
    package init?(json: String) {
        guard let value = try? JSONParser.parse(Array<UInt8>(json.utf8), maximumDepth: 2) else { return nil }
        self.init(value)
    }

    package init?(_ value: JSONValue) {
        guard let elements = value.array else { return nil }
        var recipients: [UnreachedRecipient] = []
        for element in elements {
            guard let address = element["address"]?.string, let reason = element["reason"]?.string,
                case .bool(let isPermanent)? = element["permanent"]
            else { return nil }
            recipients.append(UnreachedRecipient(address: address, reason: reason, isPermanent: isPermanent))
        }
        self = recipients
    }
}

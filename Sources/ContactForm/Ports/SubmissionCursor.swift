// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes

/// Where a page of a list ended: the next one begins with what comes after it.
///
/// A place in the order rather than a number of rows, so that what comes in or goes meanwhile shifts nothing. One place
/// serves every partition of a store that has several: all of them sort alike.
package struct SubmissionCursor: Sendable, Hashable, CustomStringConvertible {
    package let order: SubmissionQuery.Order
    /// When the last one shown was received; in a list by id, the time in the id.
    package let moment: Timestamp
    package let id: SubmissionID

    package init(order: SubmissionQuery.Order, moment: Timestamp, id: SubmissionID) {
        self.order = order
        self.moment = moment
        self.id = id
    }

    /// Before everything.
    package static func beginning(of order: SubmissionQuery.Order) -> SubmissionCursor {
        SubmissionCursor(order: order, moment: .latest, id: .highest)
    }

    /// Behind a submission.
    package init(after submission: Submission, order: SubmissionQuery.Order) {
        self.init(
            order: order,
            moment: order == .id ? submission.id.moment : submission.receivedAt,
            id: submission.id
        )
    }

    /// Whether a submission comes after this place.
    package func precedes(_ submission: Submission) -> Bool {
        SubmissionCursor(after: submission, order: order).place < place
    }

    package var place: (Timestamp, SubmissionID) { (moment, id) }

    /// Letters and digits, good in a URL as they are.
    package var description: String {
        let place = content
        return place + Self.checksum(place)
    }

    /// Reads `description`; nil for what was not written by it, also when a character of it was changed.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count == 1 + 26 + 26 + Self.checksumLength, let first = text.first else { return nil }
        let order: SubmissionQuery.Order
        switch first {
        case "r": order = .received
        case "i": order = .id
        default: return nil
        }
        let places = text.dropFirst().dropLast(Self.checksumLength)
        guard let place = SubmissionID(places.prefix(26)), place.high == 0,
            let moment = Timestamp(untrusted: Int64(bitPattern: place.low)),
            let id = SubmissionID(places.dropFirst(26))
        else { return nil }
        self.init(order: order, moment: moment, id: id)
        guard description == text else { return nil }
    }

    private var content: String {
        let moment = SubmissionID(high: 0, low: UInt64(bitPattern: moment.milliseconds))
        return (order == .id ? "i" : "r") + moment.description + id.description
    }

    private static let checksumLength = 6

    /// Guards against a slip, not against somebody: a made-up place shows nothing that the list would not.
    private static func checksum(_ content: String) -> String {
        String(SubmissionID(milliseconds: 0, entropy: SHA256.digest(content.utf8)).description.suffix(checksumLength))
    }
}

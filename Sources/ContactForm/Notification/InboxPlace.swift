// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// A place on the owner's page that a mail leads to. How such a place stands in an address, `Inbox/places.js` says.
enum InboxPlace {
    case message(SubmissionID)
    case held
    case failed

    /// What stands behind the `#`: words of ours and an id, and nothing that anybody wrote.
    fileprivate var fragment: String {
        switch self {
        // In the box that has all of them: which one it is in when the mail is read nobody knows.
        case .message(let id): "box=all&id=\(id)"
        case .held: "box=held"
        case .failed: "box=failed"
        }
    }
}

extension NotificationSettings {
    func address(of place: InboxPlace) -> String? {
        inbox.map { "\($0)#\(place.fragment)" }
    }
}

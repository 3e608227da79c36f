// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

extension Submission {
    /// The submission after `change`, or nil when its status does not allow that change.
    ///
    /// The one place where status moves; every store applies changes through it, in one transaction
    /// with the write, so that two workers can't both win. Each change is entered in the history.
    package func applying(_ change: StatusChange, at now: Timestamp) -> Submission? {
        var next = self
        switch (change, status) {
        case (.notified(let providerMessageID, let remark), .received):
            next.status = .notified
            next.delivery.take(providerMessageID, part: nil, remark: remark, at: now)
            next.delivery.nextAttempt = nil
        case (.notifiedInPart(let providerMessageID, let part, let reason, let nextAttempt), .received):
            next.delivery.take(providerMessageID, part: part, remark: reason, at: now)
            next.delivery.nextAttempt = nextAttempt
        case (.postponed(let reason, let nextAttempt), .received):
            next.delivery.attempts += 1
            next.delivery.lastError = reason
            next.delivery.nextAttempt = nextAttempt
        case (.failed(let reason), .received):
            next.status = .failed
            next.delivery.attempts += 1
            next.delivery.lastError = reason
            next.delivery.nextAttempt = nil
            next.delivery.part = nil
        case (.released, .held):
            next.status = .received
            // A delivery of its own: what was tried before it was held is not what is late now.
            next.delivery.attempts = 0
            next.delivery.nextAttempt = now
            next.delivery.part = nil
            next.spamReasons.removeAll { $0 == .owner }
        case (.resent, .failed), (.resent, .bounced), (.resent, .notified):
            next.status = .received
            next.delivery.attempts = 0
            next.delivery.nextAttempt = now
            next.delivery.part = nil
        case (.resent, .received):
            // The delivery under way, only sooner: its attempts count on, and what was due before stays due since then.
            next.delivery.nextAttempt = min(delivery.nextAttempt ?? now, now)
        case (.bounced(let reason), .notified):
            next.status = .bounced
            next.delivery.lastError = reason
        case (.markedSpam, .received), (.markedSpam, .notified), (.markedSpam, .failed), (.markedSpam, .bounced):
            next.status = .held
            next.delivery.nextAttempt = nil
            next.delivery.part = nil
            if !next.spamReasons.contains(.owner) { next.spamReasons.append(.owner) }
        default:
            return nil
        }
        next.history.append(HistoryEntry(at: now, change: change))
        next.shortenHistory()
        return next
    }

    /// Older entries than so many are dropped: a record of 50 attempts takes up to some 40 KB of an item's 400.
    package static let longestHistory = 50

    /// What the owner asked for last stays, for it names the mail at every attempt.
    private mutating func shortenHistory() {
        while history.count > Self.longestHistory {
            history.remove(at: history.lastIndex(where: \.isAskedFor) == 0 ? 1 : 0)
        }
    }

    /// The submission with the owner's mark. A mark that is there already keeps its time.
    package func applying(_ mark: OwnerMark, at now: Timestamp) -> Submission {
        var next = self
        switch mark {
        case .read: next.readAt = readAt ?? now
        case .unread: next.readAt = nil
        case .archived: next.archivedAt = archivedAt ?? now
        case .unarchived: next.archivedAt = nil
        }
        return next
    }
}

extension Delivery {
    /// A mail server took the mail, for all that were left or for some of them (`part`).
    fileprivate mutating func take(
        _ providerMessageID: String,
        part: PartialDelivery?,
        remark: String?,
        at now: Timestamp
    ) {
        attempts += 1
        lastError = remark
        self.providerMessageID = providerMessageID
        // Mail was out when the first of them had it.
        if self.part == nil || notifiedAt == nil { notifiedAt = now }
        self.part = part
    }
}

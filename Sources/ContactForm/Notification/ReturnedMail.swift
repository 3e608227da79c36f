// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The news that a mail, which the provider had taken, did not reach a recipient.
package struct ReturnedMail: Sendable, Hashable {
    /// The provider's own id of the mail, as its receipt had it.
    package var providerMessageID: String
    package var sentAt: Timestamp
    /// What the mail was about.
    package var keys: [SubmissionKey]
    /// Why, in the provider's words, which may hold addresses: stored, never logged.
    package var reason: String

    package init(providerMessageID: String, sentAt: Timestamp, keys: [SubmissionKey], reason: String) {
        self.providerMessageID = providerMessageID
        self.sentAt = sentAt
        self.keys = keys
        self.reason = reason
    }

    /// What came of its submissions.
    package struct Outcome: Sendable, Hashable {
        /// Now `bounced`.
        package var bounced: [SubmissionKey] = []
        /// That they were mailed is not written yet: the news is to be given again a moment later.
        package var early: [SubmissionKey] = []

        package init() {}
    }

    /// A mail is marked as sent within moments of being taken; what is still not marked after so long never will be.
    static let marksLast = Interval.minutes(10)
}

extension NotificationSender {
    /// Marks as `bounced` what a returned mail was about.
    ///
    /// One recipient that was not reached is enough, for nobody knows which of them would have read it. What was mailed once
    /// more, held or erased meanwhile is left as it is: the news is of an earlier mail.
    ///
    /// - Throws: `StoreError`. Some may have been marked; giving the same news again changes nothing more of those.
    package func record(_ mail: ReturnedMail, at now: Timestamp) async throws(StoreError) -> ReturnedMail.Outcome {
        var outcome = ReturnedMail.Outcome()
        for key in mail.keys {
            guard let submission = try await readable(key) else { continue }
            if submission.status == .notified, submission.delivery.providerMessageID == mail.providerMessageID {
                if try await store.apply(.bounced(reason: mail.reason), to: key, at: now) != nil {
                    outcome.bounced.append(key)
                }
            } else if submission.status == .received, submission.delivery.providerMessageID != mail.providerMessageID,
                now.since(mail.sentAt) < ReturnedMail.marksLast
            {
                outcome.early.append(key)
            }
        }
        return outcome
    }

    /// What is stored and can't be read is passed over: it must not keep the others from being marked.
    private func readable(_ key: SubmissionKey) async throws(StoreError) -> Submission? {
        do throws(StoreError) {
            return try await store.find(key)
        } catch {
            guard error.code == .corrupt else { throw error }
            return nil
        }
    }
}

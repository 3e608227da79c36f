// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSLambda
import ContactForm

extension SubmissionKey {
    /// The submission whose item changed; nil when the keys are none of a submission's.
    ///
    /// The table's keys are `pk` = `<form>#<shard>` and `sk` = the id.
    init?(_ record: StreamRecord) {
        guard let partition = record.key("pk"), let hash = partition.lastIndex(of: "#"),
            let form = FormName(rawValue: String(partition[..<hash])),
            let id = record.key("sk").flatMap({ SubmissionID($0) })
        else { return nil }
        self.init(form: form, id: id)
    }
}

extension Receipt {
    /// The receipt of what came in; nil when the record tells of something else.
    init?(_ record: StreamRecord) {
        guard record.eventName == "INSERT", record.newImage("kind") == "submission",
            let key = SubmissionKey(record), let receivedAt = record.newImage(number: "receivedAt")
        else { return nil }
        self.init(
            key: key,
            receivedAt: Timestamp(milliseconds: receivedAt),
            expiresAt: record.newImage(number: "expiresAtMilliseconds").map { Timestamp(milliseconds: $0) }
        )
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormAWS
import ContactFormTesting
import Testing

@Suite("keys of the table")
struct TableKeyTests {
    @Test("ids spread evenly over the shards")
    func spread() {
        var counts: [String: Int] = [:]
        for number in 0..<8000 {
            let fields: FieldList = [Field("message", "\(number)")]
            let id = SubmissionID(form: .contact, token: "", started: nil, fields: fields, receivedAt: .sample)
            counts[TableKey(SubmissionKey(form: .contact, id: id), shardCount: 8).partition, default: 0] += 1
        }
        #expect(Set(counts.keys) == Set((0..<8).map { "contact#\($0)" }))
        #expect(counts.values.allSatisfy { (800...1200).contains($0) })
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

extension SubmissionStoreContract {
    static let erasure: [Case] = [
        Case("a deleted submission is gone from every view") { store in
            let (first, second) = (Submission.sample(1), Submission.sample(2))
            try await store.insert([first, second])
            try expect("delete", try await store.delete(first.key, at: .sample), equals: true)
            try expect("find by key", try await store.find(first.key), equals: nil)
            try expect("find by id", try await store.find(id: first.id), equals: nil)
            try expect("list", try await store.everything(), equals: [second])
            try expect("apply", try await store.apply(.sampleNotified, to: first.key, at: .sample), equals: nil)
        },
        Case("deleting what is not there says so") { store in
            let submission = Submission.sample()
            try expect("delete", try await store.delete(submission.key, at: .sample), equals: false)
            try await store.insert(submission, expecting: .stored)
            try expect("delete", try await store.delete(submission.key, at: .sample), equals: true)
            try expect("delete", try await store.delete(submission.key, at: .sample), equals: false)
        },
        Case("a deleted submission can be stored anew") { store in
            let submission = Submission.sample()
            try await store.insert(submission, expecting: .stored)
            try expect("delete", try await store.delete(submission.key, at: .sample), equals: true)
            try await store.insert(submission, expecting: .stored)
            try expect("find", try await store.find(submission.key), equals: submission)
        },
    ]

    static let erasureOfAddress: [Case] = [
        Case("all that came from an address is erased, in whatever case it is written, and nothing else") { store in
            var answering = Submission.sample(2)
            answering.email = nil
            answering.replyTo = "Nils@Example.com"
            answering.fields = [Field("message", "an answer, please")]
            var second = Submission.sample(3, form: .sampleOrder, status: .held)
            second.email = "other@example.com"
            second.replyTo = nil
            second.fields = [Field("email", "other@example.com"), Field("partner", " nils@EXAMPLE.com ")]
            var named = Submission.sample(7)
            named.email = "other@example.com"
            named.fields = [Field("copy to", "Nils Öberg <Nils@example.com>")]
            var mentioning = Submission.sample(4)
            mentioning.fields = [Field("message", "write to nils@example.com or call")]
            var longer = Submission.sample(5)
            longer.email = "mynils@example.com"
            let first = Submission.from("nils@example.com", number: 1)
            try await store.insert([first, answering, second, mentioning, longer, .sample(6), named])
            _ = try await store.mark(.archived, on: first.key, at: .sample)
            let receipt = try await store.eraseEverything(of: "NILS@example.COM")
            try expect("erased", Set(receipt), equals: [first.id, answering.id, second.id, named.id])
            try expect("left", try await store.everything(), equals: [.sample(6), longer, mentioning])
            try expect("erased again", try await store.eraseEverything(of: "nils@example.com"), equals: [])
        },
        Case("an address with an international domain is erased in either spelling") { store in
            let submission = Submission.from("åsa@räksmörgås.example", number: 1)
            for spelling in ["åsa@xn--rksmrgs-5wao1o.example", "ÅSA@Räksmörgås.example"] {
                try await store.insert(submission, expecting: .stored)
                try expect("erased", try await store.eraseEverything(of: spelling), equals: [submission.id])
            }
        },
        Case("an address is erased however its local part is quoted or composed") { store in
            for (written, asked) in [
                (#""nils"@example.com"#, "nils@example.com"), ("nils@example.com", #""Nils"@example.com"#),
                ("bjo\u{308}rn@example.com", "bj\u{F6}rn@example.com"),
                ("bj\u{F6}rn@example.com", "BJO\u{308}RN@example.com"),
                (#""b o"@example.com"#, #" "B O"@EXAMPLE.com"#), ("bo@example.com", "BO@example.com"),
                (#""n\ils"@example.com"#, #""N\ILS"@example.com"#), ("nobody @ nowhere", "Nobody @ nowhere"),
            ] {
                let submission = Submission.from(written, number: 1)
                try await store.insert([submission, .sample(2)])
                try expect("erased", try await store.eraseEverything(of: asked), equals: [submission.id])
                try expect("left", try await store.everything(), equals: [.sample(2)])
                try expect("erased too", try await store.delete(Submission.sample(2).key, at: .sample), equals: true)
            }
        },
        Case("of many from one address all are erased, also when that takes several calls") { store in
            try await store.insert((1...40).map { Submission.from("nils@example.com", number: $0) })
            try await store.insert((41...50).map { Submission.sample($0) })
            let erased = try await store.eraseEverything(of: "nils@example.com")
            try expect("erased", Set(erased).count, equals: 40)
            try expect("left", try await store.everything().count, equals: 10)
        },
        Case("an erasure of nothing erases nothing") { store in
            try await store.insert(.sample(), expecting: .stored)
            for address in ["", " ", "nobody@example.com"] {
                try expect("erased", try await store.eraseEverything(of: address), equals: [])
            }
        },
    ]

    static let counts: [Case] = [
        Case("an empty store counts nothing") { store in
            let counts = try await store.counts(since: .sample)
            try expect("counts", counts.values.reduce(0, +), equals: 0)
        },
        Case("submissions are counted by status, from a moment on and at it") { store in
            let submissions = (1...20).map { number in
                Submission.sample(number, status: SubmissionStatus.allCases[number % 5])
            }
            try await store.insert(submissions)
            for moment in [submissions[0].receivedAt, submissions[7].receivedAt] {
                let counts = try await store.counts(since: moment)
                for status in SubmissionStatus.allCases {
                    let expected = submissions.count { $0.status == status && $0.receivedAt >= moment }
                    try expect("count of \(status)", counts[status, default: 0], equals: expected)
                }
            }
        },
        Case("a count follows a status change") { store in
            let submission = Submission.sample()
            try await store.insert(submission, expecting: .stored)
            _ = try await store.apply(.sampleNotified, to: submission.key, at: .sample)
            let counts = try await store.counts(since: .sample)
            try expect("received", counts[.received, default: 0], equals: 0)
            try expect("notified", counts[.notified, default: 0], equals: 1)
        },
    ]
}

extension Submission {
    /// A sample from another address.
    static func from(_ address: String, number: Int) -> Submission {
        var submission = Submission.sample(number)
        submission.email = address
        submission.replyTo = address
        submission.fields = [Field("email", address), Field("message", "question \(number)")]
        return submission
    }
}

extension SubmissionArchive {
    /// Calls until the receipt is complete.
    func eraseEverything(of address: String) async throws -> [SubmissionID] {
        var ids: [SubmissionID] = []
        var cursor: SubmissionCursor?
        for _ in 1...1_000 {
            let receipt = try await erase(address: address, after: cursor, at: .sample)
            ids += receipt.ids
            guard let next = receipt.next else { return ids }
            cursor = next
        }
        throw ContractViolation("expected that an erasure comes to an end")
    }
}

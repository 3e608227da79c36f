// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

extension SubmissionStoreContract {
    static let search: [Case] = [
        found("a word of the message", "workshop"),
        found("a part of a word", "rksho"),
        found("several words", "the workshop open on"),
        found("other case", "WORKSHOP"),
        found("other case beyond ASCII", "ÅSTRÖM"),
        found("Greek in another case", "ΑΘΗΝΑ"),
        found("one character", "ω"),
        found("two characters", "qz"),
        found("a name", "åström"),
        found("an address", "tor@xyzzy.example"),
        found("an address to answer to", "reply@plugh.example"),
        found("a subject", "order from the web"),
        found("a value of a field with several", "size xxxl"),
        found("the end of a text", "the end!"),
        found("white space around it", "  workshop \n"),
        found("a text in Chinese", "世界"),
        found("one Chinese character", "界"),
        found("an emoji", "🚒"),
        found("what a query language would take for its own", "\"a\" OR (b) NEAR * %_"),
        found("a quotation mark", "\""),
        found("a backslash", "\\path"),
        found("a line end", "first\nsecond"),
        Case("a search that nothing matches finds nothing") { store in
            try await store.insert(Submission.haystack)
            for text in ["workshopp", "asa ostrom", "zzq", "qq", "ж", "open workshop", "contact", "op_n"] {
                try expect("search for \(text)", try await store.everything(SubmissionQuery(text: text)), equals: [])
            }
        },
        Case("a search for nothing but white space shows everything") { store in
            try await store.insert(Submission.haystack)
            let found = try await store.everything(SubmissionQuery(text: " \n "))
            try expect("found", found.count, equals: Submission.haystack.count)
        },
        Case("a search is newest first, page by page, whatever the order of arrival") { store in
            let submissions = (1...30).map { number in
                var submission = Submission.sample(number)
                submission.subject = number % 2 == 0 ? "Needle" : "Hay"
                return submission
            }
            try await store.insert(submissions.shuffledBySample)
            let expected = submissions.filter { $0.subject == "Needle" }
            for text in ["needle", "ne", "e"] {
                let pages = try await store.pages(SubmissionQuery(text: text == "e" ? "eedl" : text, limit: 4))
                try expect("found", pages.flatMap(\.self), equals: expected.reversed())
                try expect(pages.allSatisfy { $0.count <= 4 }, "no page holds more than asked for")
            }
        },
        Case("a search goes with every other filter") { store in
            let submissions = (1...36).map { number in
                var submission = Submission.sample(
                    number,
                    form: number % 2 == 0 ? .contact : .sampleOrder,
                    status: number % 3 == 0 ? .held : .notified
                )
                submission.subject = number % 4 < 2 ? "Needle" : "Hay"
                return submission
            }
            try await store.insert(submissions)
            var marked = submissions
            for index in submissions.indices where index % 5 == 0 {
                let mark = index % 2 == 0 ? OwnerMark.read : .archived
                marked[index] = marked[index].applying(mark, at: .sample)
                _ = try await store.mark(mark, on: submissions[index].key, at: .sample)
            }
            let queries = [
                SubmissionQuery(form: .contact, text: "needle", limit: 3),
                SubmissionQuery(statuses: [.held], text: "needle", limit: 3),
                SubmissionQuery(
                    statuses: [.held, .received],
                    text: "needle",
                    unreadOnly: true,
                    archived: false,
                    limit: 2
                ),
                SubmissionQuery(
                    from: submissions[5].receivedAt,
                    until: submissions[25].receivedAt,
                    text: "needle",
                    limit: 3
                ),
                SubmissionQuery(form: .sampleOrder, statuses: [.notified], text: "ne", archived: true, limit: 2),
            ]
            for query in queries {
                try expect("found", try await store.everything(query), equals: marked.reversed().filter(query.matches))
            }
        },
        Case("what was erased is found no more, and what came since is") { store in
            try await store.insert(Submission.haystack)
            guard let target = try await store.everything(SubmissionQuery(text: "workshop")).first else {
                throw ContractViolation("expected that a word is found")
            }
            _ = try await store.delete(target.key, at: .sample)
            try expect("found", try await store.everything(SubmissionQuery(text: "workshop")), equals: [])
            try await store.insert(target, expecting: .stored)
            try expect("found", try await store.everything(SubmissionQuery(text: "workshop")), equals: [target])
        },
    ]

    private static func found(_ what: String, _ text: String) -> Case {
        Case("a search finds \(what)") { store in
            try await store.insert(Submission.haystack)
            let found = try await store.everything(SubmissionQuery(text: text))
            let query = SubmissionQuery(text: text)
            // The twin's rule says which; that there are any, and not all, is said here.
            try expect("search for \(text)", found, equals: Submission.haystack.reversed().filter(query.matches))
            try expect(!found.isEmpty, "something is found")
            try expect(found.count < Submission.haystack.count, "not everything is found")
        }
    }
}

extension Submission {
    /// Messages to search in, oldest first.
    fileprivate static let haystack: [Submission] = [
        haystack(1, "When is the workshop open on Sundays? Greetings"),
        haystack(2, "Κάτι από την αθηνα, ωραία"),
        haystack(3, "你好，世界"), haystack(4, "a fire engine 👩🏽‍🚒 came by"),
        haystack(5, #""a" OR (b) NEAR * %_ and C:\path"#), haystack(6, "first\nsecond"),
        haystack(7, "qz"), haystack(8, "this is the end!"), haystack(9, "nothing much"),
        haystack(10, "hello") { $0.name = "Åsa Åström" }, haystack(11, "hello") { $0.email = "tor@xyzzy.example" },
        haystack(12, "hello") { $0.replyTo = "reply@plugh.example" },
        haystack(13, "hello") { $0.subject = "Order from the WEB" },
        haystack(14, "hello") { $0.fields = [Field(name: "sizes", values: ["size S", "size XXXL", ""])] },
    ]

    private static func haystack(
        _ number: Int,
        _ message: String,
        _ change: (inout Submission) -> Void = { _ in }
    ) -> Submission {
        var submission = Submission.sample(number)
        submission.name = "Berit"
        submission.email = "berit@example.com"
        submission.replyTo = submission.email
        submission.fields = [Field("text", message)]
        change(&submission)
        return submission
    }
}

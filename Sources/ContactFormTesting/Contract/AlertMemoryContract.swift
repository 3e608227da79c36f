// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm

/// Everything that a memory of alerts must do.
package enum AlertMemoryContract {
    package typealias Case = ContractCase<any AlertMemory>

    package static let cases: [Case] = [
        Case("nothing is remembered at first") { memory in
            try expect("load", try await memory.load(), equals: nil)
        },
        Case("what was saved last is remembered as it was") { memory in
            let texts = [#"{"told":"mail.failing","failed":2}"#, "{}", "no record at all"]
            var known: String?
            for text in texts {
                try expect("save", try await memory.save(text, over: known), equals: true)
                try expect("load", try await memory.load(), equals: text)
                known = text
            }
        },
        Case("of two that know the same, the one that saves first wins") { memory in
            for known in [nil, "first"] {
                let (one, other) = (known == nil ? "first" : "third", "second")
                try expect("one", try await memory.save(one, over: known), equals: true)
                try expect("the other", try await memory.save(other, over: known), equals: false)
                try expect("load", try await memory.load(), equals: one)
            }
        },
        Case("what was forgotten meanwhile is not saved over") { memory in
            try expect("save", try await memory.save("new", over: "old"), equals: false)
            try expect("load", try await memory.load(), equals: nil)
        },
    ]
}

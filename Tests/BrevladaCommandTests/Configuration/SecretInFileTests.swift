// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import SMTP
import Testing

@testable import BrevladaCommand

@Suite("A secret in the file")
struct SecretInFileTests {
    private func reading(_ password: String) -> String {
        "mail:\n  smtp: smtps://u@h\n  from: a@b.se\n  to: a@b.se\n  smtp_password:\(password)"
    }

    @Test(
        "is taken as it stands",
        arguments: [
            (" abc#def", "abc#def"), (" 'abc #def'", "abc #def"), (" 'abc #def' # mine", "abc #def"),
            (" abc # mine", "abc"),
            (" \"#abc\"", "#abc"), (" '!abc'", "!abc"), (" ab cd", "ab cd"), (" -abc", "-abc"), (" a!b&c*d", "a!b&c*d"),
            (" 'it''s'", "it's"), (" 0123", "0123"), (" no", "no"), (" $5", "$5"), (" '“abc”'", "“abc”"),
            (" |\n    ab #c", "ab #c"), (" >-\n    !ab\n\n", "!ab"), (" !!str 0123", "0123"), (" &p 'abc'", "abc"),
        ]
    )
    func taken(_ written: String, _ password: String) throws {
        #expect(try read(reading(written)).smtp?.credentials?.password == password)
    }

    @Test(
        "that YAML would change is refused where it stands",
        arguments: [
            (" abc #def", "5:18", "ends before the first \" #\""), (" #def", "5:17", "is empty, for YAML"),
            (" !abc", "5:18", "begins with \"!\""), (" !abc def", "5:18", "begins with \"!\""),
            (" &abc", "5:18", "begins with \"&\""), (" &abc def", "5:18", "begins with \"&\""),
            (" “abc”", "5:18", "stands in typographic quotation marks"),
            (" ${SMTP_PASSWORD}", "5:18", "is a name in ${ }"),
        ]
    )
    func refused(_ written: String, _ place: String, _ fault: String) throws {
        let found = problems(reading(written))
        #expect(found.count == 1)
        #expect(try #require(found.first).hasPrefix("brevlada.yaml:\(place): mail.smtp_password \(fault)"))
    }

    @Test(
        "that is empty is missed at its own line, also with a remark behind it",
        arguments: ["", " # see vault", " ~"]
    )
    func empty(_ written: String) throws {
        let found = problems(reading(written))
        #expect(found.count == 1)
        #expect(try #require(found.first).contains(/^brevlada\.yaml:5:\d+: mail\.smtp has a user and no password;/))
    }

    @Test("may have a remark behind an address, but an address cut short is told apart")
    func address() throws {
        let start = "mail:\n  from: a@b.se\n  to: a@b.se\n  smtp: "
        #expect(try read(start + "smtps://u:p@h # mine").smtp?.host == "h")
        let found = problems(start + "smtps://u:p #q@h")
        #expect(found.count == 1)
        #expect(try #require(found.first).hasPrefix("brevlada.yaml:4:9: mail.smtp ends before the first \" #\""))
    }
}

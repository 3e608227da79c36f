// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import FormConfiguration
import Testing

@testable import BrevladaCommand

@Suite("What is wrong with a configuration")
struct ConfigurationProblemTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var yaml: String
        var problem: String

        init(_ yaml: String, _ problem: String) {
            self.yaml = yaml
            self.problem = problem
        }

        var testDescription: String { problem }
    }

    static let cases = [
        Case("sit: x", "brevlada.yaml:1:1: \"sit\" is no key; did you mean \"site\"?"),
        Case("mail:\n  form: a@b.se", "brevlada.yaml:2:3: \"mail.form\" is no key; did you mean \"from\"?"),
        Case(
            "threshold: 5",
            "brevlada.yaml:1:1: \"threshold\" is no key here; it belongs below \"spam:\", indented by two spaces"
        ),
        Case(
            "log:\n  colour: red",
            "brevlada.yaml:2:3: \"log.colour\" is no key; the keys here are level, format"
        ),
        Case(
            "forms:\n  order:\n    fields:\n      size:\n        requierd: true",
            "brevlada.yaml:5:9: \"forms.order.fields.size.requierd\" is no key; did you mean \"required\"?"
        ),
        Case(
            "mail: a@b.se",
            "brevlada.yaml:1:7: mail is a single value, not a section; write \"key: value\" lines under it"
        ),
        Case(
            "- site",
            "brevlada.yaml:1:1: the file is a list, not a section; write \"key: value\" lines under it"
        ),
        Case(
            "forms:\n  contact:\n    fields: [name, email]",
            "brevlada.yaml:3:13: forms.contact.fields is a list, not a section; write the name of each field with a colon, "
                + "on a line of its own below it"
        ),
        Case(
            "site: [a, b]",
            "brevlada.yaml:1:7: site is a list, not a single value; write one value, in single quotation marks if it begins with ["
        ),
        Case(
            "data:\n  folder: x",
            "brevlada.yaml:2:3: data is a section, not a value; write the value after the colon, as in data, "
                + "and in single quotation marks if it begins with {"
        ),
        Case("origins:\n  - [a]", "brevlada.yaml:2:5: origins has an element that is a list; write single values"),
        Case(
            "listen: 8080",
            "brevlada.yaml:1:9: listen is \"8080\", not an IP address and a port; write it like 127.0.0.1:8080, "
                + "[::1]:8080 or, for every address of the machine, [::]:8080"
        ),
        Case(
            "spam:\n  free_links: many",
            "brevlada.yaml:2:15: spam.free_links is \"many\", not a whole number from 0 to 1000; write one in digits"
        ),
        Case(
            "spam: {blocked_addresses: [spam.com, \"@spam.com\"]}",
            "brevlada.yaml:1:27: spam.blocked_addresses is \"@spam.com\", neither an address nor a domain; "
                + "write spam.com"
        ),
        Case(
            "spam: {blocked_words: [casino, \"*casino*\"]}",
            "brevlada.yaml:1:23: spam.blocked_words is \"*casino*\", with stars, which have no meaning here, for words "
                + "are matched whole; write casino"
        ),
        Case(
            "spam:\n  free_links: -1",
            "brevlada.yaml:2:15: spam.free_links is \"-1\", not a whole number from 0 to 1000; write one in digits"
        ),
        Case(
            "limits:\n  body_kilobytes: 257",
            "brevlada.yaml:2:19: limits.body_kilobytes is \"257\", not a whole number from 1 to 256; write one in digits"
        ),
        Case(
            "log:\n  level: warn",
            "brevlada.yaml:2:10: log.level is \"warn\", none of its values; write one of trace, debug, info, notice, "
                + "warning, error, critical"
        ),
        Case(
            "log:\n  format: jsn",
            "brevlada.yaml:2:11: log.format is \"jsn\", none of its values; did you mean \"json\"?"
        ),
        Case(
            "forms:\n  contact:\n    active: maybe",
            "brevlada.yaml:3:13: forms.contact.active is \"maybe\", neither true nor false; write one of the two"
        ),
        Case(
            "mail:\n  from: eva",
            "brevlada.yaml:2:9: mail.from is \"eva\", no mail address: the address has no \"@\"; "
                + "write it like name@example.com"
        ),
        Case(
            "site_url: example.com",
            "brevlada.yaml:1:11: site_url is \"example.com\", not a web address without a path; write it like "
                + "https://www.example.com, other letters than a to z in their xn-- form"
        ),
        Case(
            "origins: [\"https://*.netlify.app\"]",
            "brevlada.yaml:1:10: origins is \"https://*.netlify.app\", a pattern; name each web address by itself, like "
                + "https://www.example.com"
        ),
        Case(
            "content_security_policy: \"style-src 'self'\"",
            "brevlada.yaml:1:26: content_security_policy is \"style-src 'self'\", not a policy of at most 1,500 characters of "
                + "ASCII that begins with default-src; write it like default-src 'self'; style-src 'self' 'unsafe-inline'"
        ),
        Case(
            "trusted_proxies: [10.0.0.1/8]",
            "brevlada.yaml:1:18: trusted_proxies can't be used: trusted proxy \"10.0.0.1/8\" is an address inside a "
                + "network; write 10.0.0.0/8 for the network or 10.0.0.1 for the address alone"
        ),
        Case(
            "forms:\n  order form:\n    active: true",
            "brevlada.yaml:2:3: the form \"order form\" has a name that can't stand in its address; "
                + "use 1 to 64 letters a to z, digits, - and _"
        ),
        Case(
            "forms:\n  contact:\n    honeypot: Website",
            "brevlada.yaml:3:15: forms.contact.honeypot is \"Website\", a name that browsers fill in by themselves, "
                + "so that people would be taken for robots; write one like _gotcha"
        ),
        Case(
            "forms:\n  contact:\n    honeypot: message",
            "brevlada.yaml:3:15: forms.contact.honeypot is \"message\", also a field of the form that people fill in; "
                + "name another"
        ),
        Case(
            "forms:\n  contact:\n    next: thanks.html",
            "brevlada.yaml:3:11: forms.contact.next is \"thanks.html\", not a place on the web; "
                + "write a path like /thanks.html or an address like https://example.com/thanks"
        ),
        Case(
            "forms:\n  contact:\n    next: https://shop.example.com/thanks?a=b",
            "brevlada.yaml:3:11: forms.contact.next is \"https://shop.example.com/thanks?a=b\", on a site that is not "
                + "among origins; add \"https://shop.example.com\" to origins"
        ),
        Case(
            "forms:\n  contact:\n    fields:\n      _next:",
            "brevlada.yaml:4:7: forms.contact.fields._next is one of the names that steer the product and is never a "
                + "field; name it otherwise"
        ),
        Case(
            "forms:\n  contact:\n    fields:\n      tel: {min_length: 9, max_length: 5}",
            "brevlada.yaml:4:25: forms.contact.fields.tel.min_length is \"9\", more than max_length \"5\"; make it smaller"
        ),
        Case(
            "forms:\n  contact:\n    fields:\n      size: {options: [S, M]}",
            "brevlada.yaml:4:23: forms.contact.fields.size.options is set, but the type is text; "
                + "set the type to select or checkbox"
        ),
        Case(
            "mail:\n  smtp: smtps://user:pass@mail.example.com\n  to: eva@example.com",
            "brevlada.yaml:2:9: mail.from is not set; set it to the address that mail comes from"
        ),
        Case(
            "mail:\n  smtp: smtps://user:pass@mail.example.com\n  from: eva@example.com",
            "brevlada.yaml:2:9: mail.to is not set, and the form \"contact\" names no recipient; "
                + "set mail.to to your address"
        ),
        Case(
            "mail:\n  smtp: smtps://user:pass@mail.example.com\n  from: eva@example.com\n  to: []",
            "brevlada.yaml:4:7: mail.to is not set, and the form \"contact\" names no recipient; "
                + "set mail.to to your address"
        ),
        Case(
            "mail:\n  smtp_password: hunter2",
            "brevlada.yaml:2:18: mail.smtp_password is set but mail.smtp is not; set mail.smtp to the server, "
                + "as in smtps://user@mail.example.com"
        ),
        Case(
            "listen: 0.0.0.0:80",
            "brevlada.yaml:1:9: listen is \"0.0.0.0:80\", reachable from other machines, but mail.smtp is not set, "
                + "so that mail could be neither sent nor shown; set mail.smtp, or listen on 127.0.0.1"
        ),
        Case(
            "challenge:\n  kind: turnstile",
            "brevlada.yaml:2:9: challenge.kind is set but challenge.secret is not; "
                + "set it to the secret key that the service gave you"
        ),
        Case(
            "challenge:\n  secret: hunter2",
            "brevlada.yaml:2:11: challenge.secret is set but challenge.kind is not; set it to turnstile or hcaptcha"
        ),
        Case(
            "data: site/data",
            "brevlada.yaml:1:7: data is \"/srv/site-of-mine/site/data\", inside the site's folder "
                + "\"/srv/site-of-mine/site\", where the messages would lie open to all; name a folder beside it"
        ),
        Case(
            "site: .\ndata: /var/lib/brevlada",
            "brevlada.yaml:1:7: site is \"/srv/site-of-mine\", which holds brevlada.yaml with its passwords; "
                + "put the site into a folder of its own"
        ),
        Case(
            "site: a\nmail:\n  from: a@b.se\nsite: b",
            "brevlada.yaml:4:1: \"site\" stands twice in one section, first in line 1; keep one"
        ),
        Case(
            "{site: a, site: b}",
            "brevlada.yaml:1:2: a name stands twice in one section here; keep one"
        ),
        Case(
            "mail:\n  from: a@b.se\n  to: a@b.se\n  \"to\" : a@b.se\n  from: a@b.se",
            "brevlada.yaml:5:3: \"from\" stands twice in one section, first in line 2; keep one"
        ),
        Case(
            "mail:\n  to: a@b.se\n  'to' : a@b.se",
            "brevlada.yaml:3:3: \"to\" stands twice in one section, first in line 2; keep one"
        ),
        Case(
            "mail:\n  from: a@b.se\nmail:\n  to: a@b.se",
            "brevlada.yaml:3:1: \"mail\" stands twice in one section, first in line 1; put what stands below both below one"
        ),
        Case(
            "forms:\n  1:\n    active: true\n  \"1\":\n    active: true",
            "brevlada.yaml:4:3: \"1\" stands twice in one section, first in line 2; keep one"
        ),
        Case(
            "mail:\n  to=eva@example.com",
            "brevlada.yaml:2:3: \"to\" is followed by an equals sign, not by a colon; write \"to: \" and then the value"
        ),
        Case(
            "mail: {to:eva@example.com}",
            "brevlada.yaml:1:8: no space follows the colon of \"to\"; write \"to: \" and then the value"
        ),
        Case(
            "mail:\n\u{A0}\u{A0}to: eva@example.com",
            "brevlada.yaml:2:1: a no-break space or the like stands beside this key; type the spaces of this line anew"
        ),
        Case(
            "mail.to: eva@example.com",
            "brevlada.yaml:1:1: \"mail.to\" is no key; write it as \"mail:\" and, indented below it, \"to:\""
        ),
        Case(
            "BREVLADA_MAIL_TO: eva@example.com",
            "brevlada.yaml:1:1: \"BREVLADA_MAIL_TO\" is a variable of the environment; in the file the key is \"mail.to\""
        ),
        Case(
            "mail:\n  smtp_password_file: x",
            "brevlada.yaml:2:3: \"mail.smtp_password_file\" is no key; name the file in the environment, as "
                + "BREVLADA_MAIL_SMTP_PASSWORD_FILE"
        ),
        Case(
            "mail:\n  host: mail.example.com",
            "brevlada.yaml:2:3: \"mail.host\" is no key; did you mean \"smtp\", as in smtps://user@mail.example.com:465?"
        ),
        Case(
            "smpt_password: x",
            "brevlada.yaml:1:1: \"smpt_password\" is no key; did you mean \"mail.smtp_password\"?"
        ),
        Case(
            "forms:\n  to: eva@example.com\n  next: /thanks",
            "brevlada.yaml:2:3: \"to\" is a setting of one form and stands directly under forms, where the names of forms "
                + "stand; write the form's name above it, such as \"contact:\", and indent its settings below that"
        ),
        Case(
            "forms:\n  fields:\n    email: {required: true}",
            "brevlada.yaml:2:3: \"fields\" is a setting of one form and stands directly under forms, where the names of "
                + "forms stand; write the form's name above it, such as \"contact:\", and indent its settings below that"
        ),
        Case(
            "forms:\n  contact:\n    fields:\n      required: true",
            "brevlada.yaml:4:7: \"required\" is a setting of one field and stands directly under forms.contact.fields, "
                + "where the names of fields stand; write the field's name above it, such as \"email:\", "
                + "and indent its settings below that"
        ),
        Case(
            "forms: [contact, order]",
            "brevlada.yaml:1:8: forms is a list, not a section; write the name of each form with a colon, "
                + "on a line of its own below it"
        ),
        Case(
            "mail:\n  to:\n    -eva@example.com",
            "brevlada.yaml:3:5: mail.to begins with a \"-\" that no space follows, so that it is no list; "
                + "write \"- \" before each part, or put the value into single quotation marks"
        ),
        Case(
            "mail:\n  to: [“eva@example.com”]",
            "brevlada.yaml:2:8: mail.to stands in typographic quotation marks, which YAML takes for a part of it; "
                + "write ' before it and behind it instead"
        ),
        Case(
            "mail:\n  to: eva@example.com; bo@example.com",
            "brevlada.yaml:2:7: mail.to is \"eva@example.com; bo@example.com\", more than one mail address without a comma "
                + "between them; write the comma, or one address alone"
        ),
        Case(
            "site: !www",
            "brevlada.yaml:1:7: site begins with \"!\", which has a meaning of its own in YAML, so that a part of it is "
                + "lost; put the whole value into single quotation marks"
        ),
        Case(
            "spam:\n  blocked_words:\n    - !important offer",
            "brevlada.yaml:3:7: spam.blocked_words begins with \"!\", which has a meaning of its own in YAML, so that a part "
                + "of it is lost; put the whole value into single quotation marks"
        ),
        Case(
            "mail:\n  from: Team #1 <a@b.se>",
            "brevlada.yaml:2:9: mail.from is \"Team\", no mail address: the address has no \"@\"; write it like "
                + "name@example.com; what follows \" #\" is a comment in YAML, and belongs to the value only in quotation marks"
        ),
        Case(
            "mail:\n  from: \"Shop <a@b.se>\n  to: a@b.se\"",
            "brevlada.yaml:2:9: mail.from takes in line 3 as well, for it is not closed or that line is indented further; "
                + "end the value in its own line, and a key where the key above it begins, with a colon and a space behind it"
        ),
        Case(
            "mail:\n  smtp: smtp://mail.example.com\n  from: a@b.se\n  to: a@b.se\n  smtp_password: abc\n    def",
            "brevlada.yaml:5:18: mail.smtp_password takes in line 6 as well, for it is not closed or that line is indented "
                + "further; end the value in its own line"
        ),
        Case(
            "language: sv\u{A0}",
            "brevlada.yaml:1:11: language ends with a character that can't be seen, such as a no-break space; delete it, "
                + "or put the value into single quotation marks if it belongs to it"
        ),
        Case(
            "mail:\n  smtp_password: \"C:\\temp\"\n  smtp: smtps://user@mail.example.com\n  from: a@b.se\n  to: a@b.se",
            "brevlada.yaml:2:18: mail.smtp_password can't be used: the password has a control character, often the line end "
                + "of the file it was read from; take it out"
        ),
        Case(
            "mail:\n  smtp: smtps://user@mail.example.com\n  smtp_password: ''\n  from: a@b.se\n  to: a@b.se",
            "brevlada.yaml:3:18: mail.smtp_password is empty; write the password"
        ),
        Case(
            "site_url: smtps://eva:hunter2@mail.example.com",
            "brevlada.yaml:1:11: site_url is not a web address without a path; write it like https://www.example.com, other "
                + "letters than a to z in their xn-- form"
        ),
    ]

    @Test("each problem says where it is, what is wrong and what to do", arguments: cases)
    func problem(_ problem: Case) {
        #expect(problems(problem.yaml) == [problem.problem])
    }

    @Test("all problems are reported at once")
    func allAtOnce() {
        let found = problems("listen: nowhere\nlog:\n  level: loud\nmail:\n  from: eva\n  too: x")
        #expect(found.count == 4)
        #expect(
            Set(found.map { String($0.prefix(17)) }) == [
                "brevlada.yaml:1:9", "brevlada.yaml:3:1", "brevlada.yaml:5:9", "brevlada.yaml:6:3",
            ]
        )
    }

    @Test(
        "a secret is never quoted",
        arguments: [
            "mail:\n  smtp: hunter2\n  from: a@b.se\n  to: a@b.se",
            "mail:\n  smtp: smtp://user:hunter2@host:port\n  from: a@b.se\n  to: a@b.se",
            "mail:\n  smtp: smtps://user:hunter2@host\n  smtp_password: hunter2\n  from: a@b.se\n  to: a@b.se",
            "mail:\n  smtp: [hunter2]\n  smtp_password: {hunter2: 1}",
            "challenge:\n  kind: hunter\n  secret: [hunter2]",
            "mail:\n  smtp_password: \"hunter2",
            "mail: {smtp_password:hunter2}",
            "mail: {smtp_password: abc,hunter2}",
            "mail:\n  smtp_password:hunter2",
            "mail:\n  smtp_password=hunter2",
            "mail:\n  smtp_password: hunter2: x",
            "mail:\n  smtp_password: @hunter2",
            "mail:\n  smtp_password: hunter2 #hunter2",
            "mail:\n  smtp_password: !hunter2",
            "mail:\n  smtp_password: “hunter2”",
            "mail:\n  smtp_password: ${HUNTER2}",
            "mail:\n  from: \"Shop <a@b.se>\n  smtp_password: hunter2\"",
            "mail:\n  from: 'Shop <a@b.se>\n  smtp_password: hunter2'",
            "mail:\n  from: a@b.se\n    smtp_password:hunter2",
            "mail:\n  from: a@b.se\n    smtp_password = hunter2",
            "mail:\n  from: smtps://eva:hunter2@mail.example.com",
            "mail: {smtp_password: ab,hunter2,hunter2}",
            "mail:\n  from: \"Shop <a@b.se>\n  # The account's password\n  smtp_password: hunter2\"",
            "mail:\n  to:\n    - \"a@b.se\n    - c@d.se\n  smtp_password: hunter2\"",
            "mail:\n  from: |\n    a@b.se\n    smtp_password: hunter2",
            "language: >\n  sv\n  mail:\n    smtp_password: hunter2",
            "mail:\n  from: a@b.se\n    \"smtp_password\":\"hunter2\"",
            "mail:\n  from: a@b.se\n    mail.smtp_password=hunter2",
            "mail:\n  from: a@b.se\n    export BREVLADA_MAIL_SMTP_PASSWORD=hunter2",
            "data: 'x\n\n# ---\nmail:\n  smtp_password: hunter2'",
            "mail:\n  from: eva:hunter2@mail.example.com",
            "site_url: smtps://eva:hunter2",
        ]
    )
    func secretsStaySecret(_ yaml: String) {
        let found = problems(yaml)
        #expect(!found.isEmpty)
        #expect(!found.joined().lowercased().contains("hunter2"))
    }
}

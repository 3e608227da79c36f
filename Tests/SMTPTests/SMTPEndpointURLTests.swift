// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import SMTP

@Suite("An SMTP URL")
struct SMTPEndpointURLTests {
    @Test(
        "gives host, port and security",
        arguments: [
            ("smtps://mail.example.com", "mail.example.com", 465, SMTPEndpoint.Security.implicitTLS),
            ("SMTPS://Mail.Example.COM:2465", "mail.example.com", 2465, .implicitTLS),
            ("smtp://mail.example.com", "mail.example.com", 587, .startTLS),
            ("smtp://mail.example.com:25/", "mail.example.com", 25, .startTLS),
            ("smtp://localhost:25?tls=none", "localhost", 25, .plaintext),
            ("smtp://relay.internal/?tls=none&helo=web.example.com", "relay.internal", 587, .plaintext),
            ("smtp://[2001:db8::1]", "2001:db8::1", 587, .startTLS),
            ("smtps://u:p@[::1]:2465", "::1", 2465, .implicitTLS),
            ("smtps://192.0.2.1", "192.0.2.1", 465, .implicitTLS),
        ]
    )
    func server(url: String, host: String, port: Int, security: SMTPEndpoint.Security) throws {
        let endpoint = try SMTPEndpoint(url: url)
        #expect(endpoint.host == host)
        #expect(endpoint.port == port)
        #expect(endpoint.security == security)
    }

    @Test(
        "gives percent-decoded credentials",
        arguments: [
            ("smtps://user:pass@h", "user", "pass"),
            ("smtps://anna%40example.com:p%3Aa%2Fs%23s%3F@h", "anna@example.com", "p:a/s#s?"),
            ("smtps://anna@example.com:p@ss@h", "anna@example.com", "p@ss"),
            ("smtps://user:a:b@h", "user", "a:b"),
            ("smtps://user:%C3%A5%25+@h", "user", "å%+"),
            ("smtps://user:lösen@h", "user", "lösen"),
        ]
    )
    func credentials(url: String, username: String, password: String) throws {
        let endpoint = try SMTPEndpoint(url: url)
        #expect(endpoint.credentials == SMTPCredentials(username: username, password: password))
    }

    @Test("takes the password beside it as it is, without decoding")
    func separatePassword() throws {
        let endpoint = try SMTPEndpoint(url: "smtps://user@h", password: "a%20b")
        #expect(endpoint.credentials?.password == "a%20b")
    }

    @Test("gives its options")
    func options() throws {
        let endpoint = try SMTPEndpoint(url: "smtps://h?ca=/etc/my%20ca.pem&helo=web.example.com")
        #expect(endpoint.caFile == "/etc/my ca.pem")
        #expect(endpoint.heloName == "web.example.com")
        #expect(try SMTPEndpoint(url: "smtps://h").heloName == nil)
    }

    @Test(
        "that is wrong is refused with the part at fault",
        arguments: [
            ("mail.example.com", "scheme"),
            ("http://mail.example.com", "scheme"),
            ("smtps://", "no host"),
            ("smtps://:465", "no host"),
            ("smtps://h:", "port"),
            ("smtps://h:0", "port"),
            ("smtps://h:65536", "port"),
            ("smtps://h:+25", "port"),
            ("smtps://h/inbox", "path"),
            ("smtps://h#x", "fragment"),
            ("smtps://sm örgås", "host"),
            ("smtps://mäil.example", "xn--"),
            ("smtps://[::1", "brackets"),
            ("smtps://[mail]", "brackets"),
            ("smtps://[::1]x", "brackets"),
            ("smtps://@h", "no user"),
            ("smtps://:secret@h", "no user"),
            ("smtps://user@h", "no password"),
            ("smtps://user:@h", "no password"),
            ("smtps://u%zz:p@h", "user name"),
            ("smtps://u:p%4@h", "password"),
            ("smtps://u:p%FF@h", "password"),
            ("smtps://u:p%00@h", "control character"),
            ("smtps://h?tls=none", "contradicts"),
            ("smtp://h?tls=maybe", "\"tls\""),
            ("smtp://u:p@h?tls=none", "credentials"),
            ("smtp://u:p@localhost?tls=none", "credentials"),
            ("smtp://h?tls=none&ca=/x", "\"ca\""),
            ("smtp://h?helo=a%0D%0Ab", "\"helo\""),
            ("smtp://h?helo", "value"),
            ("smtp://h?helo=a&helo=b", "twice"),
            ("smtp://h?verify=no", "unknown option"),
            ("smtp://u:p@h:465", "smtps://"),
        ]
    )
    func refused(url: String, part: String) throws {
        let error = try #require(throws: SMTPURLError.self) { try SMTPEndpoint(url: url) }
        #expect(error.description.contains(part))
        #expect(error.description.contains(/[;,] .*(write|use|leave|begin|set|take)/), "names a remedy")
    }

    @Test(
        "whose password needs an escape says for which character, and how",
        arguments: [("/", "%2F"), ("?", "%3F"), ("#", "%23"), ("%", "%25")]
    )
    func escapes(character: String, escape: String) throws {
        let error = try #require(throws: SMTPURLError.self) { try SMTPEndpoint(url: "smtps://u:p\(character)q@h") }
        #expect(error.wantsEscape)
        #expect(error.description.contains("has a \"\(character)\""))
        #expect(error.description.contains("write it as \(escape)") || error.description.contains("as \(escape),"))
        #expect(try SMTPEndpoint(url: "smtps://u:p\(escape)q@h").credentials?.password == "p\(character)q")
    }

    @Test("with a password beside it refuses to have two, or none to belong to")
    func passwordTwice() {
        #expect(throws: SMTPURLError.self) { try SMTPEndpoint(url: "smtps://u:p@h", password: "q") }
        #expect(throws: SMTPURLError.self) { try SMTPEndpoint(url: "smtps://h", password: "q") }
        let error = #expect(throws: SMTPURLError.self) { try SMTPEndpoint(url: "smtps://u@h", password: "hunter2\n") }
        #expect(error?.description.contains("line end") == true)
    }

    @Test(
        "never shows its password, however it is broken",
        arguments: [
            "smtps://user:hunter2@h", "smtps://user:hunter2", "smtps://user:hunter2@", "smtps://user:hun/ter2@h",
            "smtps://user:hun?ter2@h", "smtps://user:12?hunter2&ter2=x@h", "smtps://user:hun#ter2@h", "hunter2@h",
            "smtps://user:hunter2@h:hunter2", "smtps://user:hunter2@h/hunter2", "user:hunter2@h:465",
            "smtp://user:hunter2@h?tls=none", "smtps://user:hunter2%@h", "smtps://user:hun@ter2/x@h",
            "hunter2://user@h", "smtps://user:hunter2@h?hunter2=1", "smtps://user:hunter2@\u{301}h",
        ]
    )
    func passwordHidden(url: String) {
        var shown = ""
        do {
            let endpoint = try SMTPEndpoint(url: url)
            shown = "\(endpoint) \(String(reflecting: endpoint)) \(String(describing: endpoint.credentials))"
            dump(endpoint, to: &shown)
        } catch {
            shown = "\(error) \(String(reflecting: error))"
        }
        #expect(!shown.contains("hunter2") && !shown.contains("ter2"))
        #expect(!shown.isEmpty)
    }

    @Test("is described without its account")
    func description() throws {
        #expect(try "\(SMTPEndpoint(url: "smtps://u:p@[::1]"))" == "smtps://***@[::1]:465")
        #expect(try "\(SMTPEndpoint(url: "smtp://h?tls=none"))" == "smtp://h:587?tls=none")
    }

    @Test("made of random bytes is read or refused, and never crashes")
    func fuzz() async {
        var generator = SplitMix64(seed: 5)
        let pieces = [
            "smtps://", "smtp://", "u", ":", "@", "h", "/", "?", "#", "[", "]", "%", "%4", "%40", "=", "&",
            "tls=none", "ca=", "helo=", "é", "\u{301}", "\r\n", "465", "\0", " ",
        ]
        var read = 0
        for round in 0..<5_000 {
            if round.isMultiple(of: 250) { await Task.yield() }
            let count = Int.random(in: 0...8, using: &generator)
            let scheme =
                ["smtps://", "smtp://", "smtps://h", "smtp://u:p@h", ""].randomElement(using: &generator) ?? ""
            let url = scheme + (0..<count).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
            guard let endpoint = try? SMTPEndpoint(url: url) else { continue }
            read += 1
            let isSafe =
                !endpoint.host.isEmpty && endpoint.host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
                && (endpoint.credentials == nil || endpoint.security != .plaintext)
                && endpoint.heloName?.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } ?? true
            if !isSafe { Issue.record("\(url.debugDescription)") }
        }
        #expect(read > 100, "some of them are right")
    }
}

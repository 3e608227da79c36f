// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes

extension SMTPEndpoint {
    /// Reads `smtps://user:password@host:465`, `smtp://user:password@host:587` or `smtp://localhost:25?tls=none`.
    ///
    /// - `smtps` is TLS from the first byte, port 465 unless given. `smtp` requires STARTTLS, port 587 unless given.
    /// - User and password are percent-decoded. `password` takes the place of the one in the URL, and only one of
    ///   the two may be given.
    /// - `?tls=none` (with `smtp`) sends in plain text and refuses credentials, `?ca=/path/ca.pem` trusts that
    ///   authority instead of the system's, `?helo=name` sets the name given in EHLO.
    ///
    /// - Throws: an error that names the part at fault and its remedy. It never quotes user, password, host or port:
    ///   with a character that should have been escaped, any of them may be a piece of the password.
    package init(url: String, password: String? = nil) throws(SMTPURLError) {
        let parts = try Parts(url)
        let options = try Options(parts.query)

        host = try Self.host(parts.host)
        switch (parts.scheme, options.isPlaintext) {
        case ("smtps", true):
            throw SMTPURLError("the option \"tls=none\" contradicts \"smtps\"; write smtp:// or leave it out")
        case ("smtps", false): security = .implicitTLS
        case (_, true): security = .plaintext
        case (_, false): security = .startTLS
        }
        port = try Self.port(parts.port) ?? (security == .implicitTLS ? 465 : 587)
        // RFC 8314 §3.3: TLS begins with the connection. Each end would wait for the other's first word.
        guard port != 465 || security != .startTLS else {
            throw SMTPURLError(
                "port 465 speaks TLS from the first byte, and smtp:// begins without; "
                    + "write smtps:// instead, or leave out the port for 587"
            )
        }

        credentials = try Self.credentials(userinfo: parts.userinfo, separatePassword: password)
        guard credentials == nil || security != .plaintext else {
            throw SMTPURLError(
                "the SMTP URL has credentials and \"tls=none\", which would send the password readable to all; "
                    + "leave out one of the two"
            )
        }
        guard options.caFile == nil || security != .plaintext else {
            throw SMTPURLError("the option \"ca\" has no meaning with \"tls=none\"; leave out one of the two")
        }
        caFile = options.caFile
        heloName = options.heloName
    }

    private static func host(_ text: Substring) throws(SMTPURLError) -> String {
        guard !text.isEmpty else {
            throw SMTPURLError("the SMTP URL has no host; write it as in smtps://mail.example.com")
        }
        if text.first == "[" {
            let address = text.dropFirst().dropLast()
            guard text.last == "]", address.contains(":"), address.utf8.allSatisfy(isIPv6Byte) else {
                throw SMTPURLError("the host in brackets is not an IPv6 address; write it as in smtp://[2001:db8::1]")
            }
            return String(address)
        }
        guard text.utf8.count <= 253, text.utf8.allSatisfy(isHostByte) else {
            throw SMTPURLError(
                "the host has a character that no host name has; use letters, digits, \"-\" and \".\", "
                    + "an international name in its xn-- form, and percent-encode user and password"
            )
        }
        return text.lowercased()
    }

    private static func port(_ text: Substring?) throws(SMTPURLError) -> Int? {
        guard let text else { return nil }
        guard text.utf8.allSatisfy({ isDigit($0) }), let port = Int(text), (1...65535).contains(port) else {
            throw SMTPURLError("the port is not a number from 1 to 65535; write it as in smtps://mail.example.com:465")
        }
        return port
    }

    private static func credentials(
        userinfo: Substring?,
        separatePassword: String?
    ) throws(SMTPURLError) -> SMTPCredentials? {
        guard let userinfo else {
            guard separatePassword == nil else {
                throw SMTPURLError(
                    "a password is set but the SMTP URL has no user; write it as in smtps://user@mail.example.com"
                )
            }
            return nil
        }
        let halves = userinfo.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let username = try decoded(halves[0], part: "user name")
        guard !username.isEmpty else {
            throw SMTPURLError("the SMTP URL has no user before the \"@\"; write user:password@ or leave out the \"@\"")
        }
        let inURL = halves.count == 2 ? try decoded(halves[1], part: "password") : nil
        guard inURL == nil || separatePassword == nil else {
            throw SMTPURLError("the password is set twice, in the SMTP URL and beside it; leave out one of the two")
        }
        guard let password = inURL ?? separatePassword, !password.isEmpty else {
            throw SMTPURLError("the SMTP URL has a user and no password; set the password in the URL or beside it")
        }
        try refuseControlCharacters(password, part: "password")
        return SMTPCredentials(username: username, password: password)
    }

    private static func decoded(_ text: Substring, part: String) throws(SMTPURLError) -> String {
        guard let decoded = PercentEncoding.decodedText(text) else {
            throw SMTPURLError(
                "the \(part) in the SMTP URL has a \"%\" that begins no percent escape; write it as %25",
                wantsEscape: true
            )
        }
        try refuseControlCharacters(decoded, part: part)
        return decoded
    }

    private static func refuseControlCharacters(_ text: String, part: String) throws(SMTPURLError) {
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw SMTPURLError(
                "the \(part) has a control character, often the line end of the file it was read from; take it out"
            )
        }
    }
}

extension SMTPEndpoint {
    /// The URL taken apart (RFC 3986 §3), nothing decoded.
    private struct Parts {
        let scheme: String
        let userinfo: Substring?
        let host: Substring
        let port: Substring?
        let query: Substring

        init(_ url: String) throws(SMTPURLError) {
            guard let colon = url.firstIndex(of: ":"), url[colon...].hasPrefix("://") else {
                throw SMTPURLError("the SMTP URL has no scheme; begin it with smtps:// or smtp://")
            }
            scheme = url[..<colon].lowercased()
            guard scheme == "smtps" || scheme == "smtp" else {
                throw SMTPURLError("the scheme of the SMTP URL is neither \"smtps\" nor \"smtp\"; use one of the two")
            }
            let rest = url[url.index(colon, offsetBy: 3)...]
            // By bytes: as characters, a delimiter under a combining accent would not be found.
            let authorityEnd = rest.utf8.firstIndex { "/?#".utf8.contains($0) } ?? rest.endIndex
            let authority = rest[..<authorityEnd]
            var tail = rest[authorityEnd...]
            if let end = tail.utf8.first, tail.utf8.contains(UInt8(ascii: "@")) {
                // The password holds it raw, so that what looks like the host is a piece of the account.
                let character = Unicode.Scalar(end)
                let escape = "%" + String(end, radix: 16, uppercase: true)
                throw SMTPURLError(
                    "the SMTP URL has a \"\(character)\" before its last \"@\"; "
                        + "in user and password write it as \(escape), in an option write \"@\" as %40",
                    wantsEscape: true
                )
            }
            if tail.first == "/" { tail = tail.dropFirst() }
            guard tail.isEmpty || tail.first == "?" else {
                throw SMTPURLError("the SMTP URL has a path or a fragment after its host; leave it out")
            }
            query = tail.dropFirst()

            var hostport = authority
            if let at = authority.utf8.lastIndex(of: UInt8(ascii: "@")) {
                userinfo = authority[..<at]
                hostport = authority[authority.index(after: at)...]
            } else {
                userinfo = nil
            }
            // The colons inside an IPv6 literal's brackets are not the port's.
            let portSearch = hostport.lastIndex(of: "]").map { hostport[$0...] } ?? hostport
            if let colon = portSearch.firstIndex(of: ":") {
                host = hostport[..<colon]
                port = hostport[hostport.index(after: colon)...]
            } else {
                host = hostport
                port = nil
            }
        }
    }

    /// The part after the question mark. An unknown option is an error: one that does nothing would mislead.
    private struct Options {
        var isPlaintext = false
        var caFile: String?
        var heloName: String?

        init(_ query: Substring) throws(SMTPURLError) {
            var seen: Set<Substring> = []
            for item in query.split(separator: "&") {
                let halves = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                let name = halves[0]
                guard seen.insert(name).inserted else {
                    throw SMTPURLError("an option stands twice in the SMTP URL; leave out one of the two")
                }
                guard halves.count == 2, let value = PercentEncoding.decodedText(halves[1]), !value.isEmpty else {
                    throw SMTPURLError("an option of the SMTP URL has no value; write it as in ?helo=example.com")
                }
                switch name {
                case "tls":
                    guard value == "none" else {
                        throw SMTPURLError("the option \"tls\" knows only \"none\"; use it or leave tls out")
                    }
                    isPlaintext = true
                case "ca":
                    caFile = value
                case "helo":
                    guard value.utf8.count <= 255, value.utf8.allSatisfy(isHeloByte) else {
                        throw SMTPURLError(
                            "the option \"helo\" is neither a host name nor an address in brackets; "
                                + "write it as in ?helo=example.com"
                        )
                    }
                    heloName = value
                default:
                    throw SMTPURLError("the SMTP URL has an unknown option; use tls, ca or helo")
                }
            }
        }
    }
}

private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

private func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) }

private func isHostByte(_ byte: UInt8) -> Bool {
    isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
        || byte == UInt8(ascii: "_")
}

private func isIPv6Byte(_ byte: UInt8) -> Bool {
    isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
        || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
}

private func isHeloByte(_ byte: UInt8) -> Bool {
    isHostByte(byte) || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: ":")
}

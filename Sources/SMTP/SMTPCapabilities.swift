// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What a server offers, as it said in its reply to EHLO (RFC 5321 §4.1.1.1). Empty after HELO.
struct SMTPCapabilities: Sendable, Hashable {
    private var parameters: [String: [String]] = [:]

    init() {}

    init(ehlo reply: SMTPReply) {
        // The first line is the server's greeting, not a keyword.
        for line in reply.lines.dropFirst() {
            var words = line.split(whereSeparator: \.isWhitespace).map { $0.uppercased() }
            guard var keyword = words.first else { continue }
            words.removeFirst()
            if keyword.hasPrefix("AUTH=") {
                // The form from before RFC 2554 that some servers still send beside the right one.
                words.insert(String(keyword.dropFirst(5)), at: 0)
                keyword = "AUTH"
            }
            parameters[keyword, default: []] += words
        }
    }

    /// The keywords, sorted.
    var keywords: [String] { parameters.keys.sorted() }

    var offersStartTLS: Bool { parameters["STARTTLS"] != nil }
    /// RFC 6152.
    var offersEightBitMIME: Bool { parameters["8BITMIME"] != nil }
    /// RFC 6531.
    var offersSMTPUTF8: Bool { parameters["SMTPUTF8"] != nil }
    var offersSize: Bool { parameters["SIZE"] != nil }

    /// The most bytes a message may have, if the server says so. RFC 1870 §4: 0 means no fixed limit.
    var maximumMessageSize: Int? {
        guard let size = parameters["SIZE"]?.first.flatMap({ Int($0) }), size > 0 else { return nil }
        return size
    }

    func offersAuthentication(_ mechanism: String) -> Bool {
        authenticationMechanisms.contains(mechanism)
    }

    /// In the server's order.
    var authenticationMechanisms: [String] { parameters["AUTH"] ?? [] }
}

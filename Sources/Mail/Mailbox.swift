// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// An address with the name to show for it.
package struct Mailbox: Hashable, Sendable {
    /// As a reader sees it, neither quoted nor encoded; nil rather than empty, and free of control characters.
    package let displayName: String?
    package let address: EmailAddress

    package init(displayName: String? = nil, address: EmailAddress) {
        let name = displayName.map { HeaderText($0).text } ?? ""
        self.displayName = name.isEmpty ? nil : name
        self.address = address
    }

    /// Reads `name@example.com`, `<name@example.com>`, `Name <name@example.com>` or `"Name, X" <name@example.com>`.
    ///
    /// White space around the whole and between the name and the address is ignored. A name that is not quoted is taken
    /// as it stands, commas included, for one mailbox is expected and not a list. An owner types it, so it may be at `localhost`.
    package init(parsing text: String) throws(MailboxError) {
        let scalars = Self.trimmed(Array(text.unicodeScalars)[...])
        guard !scalars.isEmpty else { throw .invalidAddress(.empty) }
        if scalars.first == "\"" {
            try self.init(parsingQuotedName: scalars)
        } else if let bracket = scalars.firstIndex(of: "<") {
            try self.init(name: scalars[..<bracket], bracketed: scalars[bracket...])
        } else {
            self.init(address: try Self.address(scalars))
        }
    }

    private init(parsingQuotedName scalars: ArraySlice<Unicode.Scalar>) throws(MailboxError) {
        var name: [Unicode.Scalar] = []
        var index = scalars.startIndex + 1
        while index < scalars.endIndex, scalars[index] != "\"" {
            if scalars[index] == "\\" { index += 1 }
            guard index < scalars.endIndex else { throw .unterminatedQuote }
            name.append(scalars[index])
            index += 1
        }
        guard index < scalars.endIndex else { throw .unterminatedQuote }
        let rest = Self.trimmed(scalars[(index + 1)...])
        // A quoted local part begins the same way: "a b"@example.com.
        guard rest.first != "@" else {
            self.init(address: try Self.address(scalars))
            return
        }
        guard rest.first == "<" else { throw .missingAngleBracket }
        try self.init(name: name[...], bracketed: rest)
    }

    private init(
        name: ArraySlice<Unicode.Scalar>,
        bracketed: ArraySlice<Unicode.Scalar>
    ) throws(MailboxError) {
        guard let end = bracketed.lastIndex(of: ">") else { throw .unclosedAngleBracket }
        guard end == bracketed.endIndex - 1 else { throw .textAfterAddress }
        let address = try Self.address(bracketed[(bracketed.startIndex + 1)..<end])
        self.init(displayName: Self.string(name), address: address)
    }

    private static func address(_ scalars: ArraySlice<Unicode.Scalar>) throws(MailboxError) -> EmailAddress {
        do {
            return try EmailAddress(parsing: string(scalars), allowsLocalhost: true)
        } catch {
            throw .invalidAddress(error)
        }
    }

    private static func trimmed(_ scalars: ArraySlice<Unicode.Scalar>) -> ArraySlice<Unicode.Scalar> {
        var result = scalars
        while result.first?.properties.isWhitespace == true { result.removeFirst() }
        while result.last?.properties.isWhitespace == true { result.removeLast() }
        return result
    }

    private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var result = ""
        result.unicodeScalars.append(contentsOf: scalars)
        return result
    }
}

extension Mailbox {
    /// The name-addr of RFC 5322 §3.4, in pieces between which a header may be folded.
    var headerTokens: [String] {
        guard let displayName else { return [address.transportAddress] }
        return HeaderText(displayName).phraseTokens + ["<\(address.transportAddress)>"]
    }
}

extension Mailbox: CustomStringConvertible {
    /// As a person reads it, unencoded: `"Name, X" <name@example.com>`. Not for a header.
    package var description: String {
        guard let displayName else { return address.description }
        return "\(HeaderText.quoted(displayName)) <\(address)>"
    }
}

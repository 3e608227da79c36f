// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import Mail

extension ConfigurationType<[String]> {
    /// What `SpamRules.blockedAddresses` can find: what never matches is a slip, and not for the owner to find out.
    package static let blockedAddresses = list("list of texts", of: .blockedAddress)
    package static let blockedWords = list("list of texts", of: .blockedWord)
}

extension ConfigurationType<String> {
    fileprivate static let blockedAddress = ConfigurationType("address or domain") {
        text throws(ConfigurationTextError) in
        guard !isAddressOrDomain(text) else { return text }
        let start = text.contains("://") ? text.drop { $0 != "/" } : text[...]
        // What ends with "@" lacks its domain, and what is before it is none.
        let plain = start.drop { "*@.</".contains($0) }.droppingLast { "*.>/".contains($0) }
        let meant = plain.count < text.count && isAddressOrDomain(String(plain)) ? String(plain) : nil
        throw ConfigurationTextError(
            "neither an address nor a domain; write \(meant ?? "it like spammer@example.org or example.org")",
            value: text
        )
    }

    /// A star within a word is a mark as any other; at its edge it is meant to stand for something.
    fileprivate static let blockedWord = ConfigurationType("word or phrase") { text throws(ConfigurationTextError) in
        let words = text.split(separator: " ")
        guard words.contains(where: { $0.hasPrefix("*") || $0.hasSuffix("*") }) else { return text }
        let plain = words.map { $0.drop { $0 == "*" }.droppingLast { $0 == "*" } }.filter { !$0.isEmpty }.joined(
            separator: " "
        )
        throw ConfigurationTextError(
            "with stars, which have no meaning here, for words are matched whole; write "
                + (plain.isEmpty ? "a word" : plain),
            value: text
        )
    }

    private static func isAddressOrDomain(_ text: String) -> Bool {
        // A domain that stands for all below it may have one label only.
        let address = text.contains("@") ? text : "any@any." + text
        // RFC 5321 lets a local part have stars; an owner who writes one means all of the domain.
        return !text.contains("*") && (try? EmailAddress(parsing: address)) != nil
    }
}

extension Substring {
    fileprivate func droppingLast(while belongs: (Character) -> Bool) -> Substring {
        prefix(upTo: lastIndex { !belongs($0) }.map(index(after:)) ?? startIndex)
    }
}

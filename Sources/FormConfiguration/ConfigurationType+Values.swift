// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
package import Mail

extension ConfigurationType {
    package init(
        _ name: String,
        single read: @escaping @Sendable (String) throws(ConfigurationTextError) -> Value
    ) {
        self.init(name: name) { text throws(ConfigurationTextError) in try read(try text.single()) }
    }

    /// A list of what `element` reads, in the order written.
    package static func list<Element>(
        _ name: String,
        of element: ConfigurationType<Element>
    ) -> ConfigurationType<[Element]> {
        ConfigurationType<[Element]>(name: name) { text throws(ConfigurationTextError) in
            var values: [Element] = []
            var errors: [ConfigurationTextError] = []
            for item in text.elements() {
                do throws(ConfigurationTextError) {
                    values.append(try element.read(ConfigurationText(content: .single(item), folder: text.folder)))
                } catch {
                    errors.append(error)
                }
            }
            if var error = errors.first {
                error.others = Array(errors.dropFirst())
                throw error
            }
            return values
        }
    }
}

extension ConfigurationType<String> {
    package static let text = ConfigurationType("text") { text throws(ConfigurationTextError) in text }

    /// `https://example.com`, in the form that browsers send as `Origin`.
    package static let origin = ConfigurationType("web address") { text throws(ConfigurationTextError) in
        // Browsers never send one, and it would match none.
        guard !text.contains("*") else {
            throw ConfigurationTextError(
                "a pattern; name each web address by itself, like https://www.example.com",
                value: text
            )
        }
        var origin = text.lowercased()
        while origin.hasSuffix("/") { origin.removeLast() }
        guard let authority = OriginPolicy.authority(of: origin) else {
            throw ConfigurationTextError(
                "not a web address without a path; write it like https://www.example.com, other letters than a to z "
                    + "in their xn-- form",
                value: text
            )
        }
        let standardPort = origin.hasPrefix("https:") ? ":443" : ":80"
        return authority.hasSuffix(standardPort) ? String(origin.dropLast(standardPort.utf8.count)) : origin
    }

    /// Where a visitor goes: a path on the site or a whole address.
    package static let location = ConfigurationType("path or address") { written throws(ConfigurationTextError) in
        let text = NextLocation.percentEncoded(written)
        let isPath = text.hasPrefix("/") && !text.hasPrefix("//")
        let isPrintable = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }
        guard isPrintable, isPath || text.hasPrefix("https://") || text.hasPrefix("http://") else {
            throw ConfigurationTextError(
                "not a place on the web; write a path like /thanks.html or an address like https://example.com/thanks",
                value: written
            )
        }
        return text
    }

    /// The name of a hidden field that only robots fill in.
    package static let honeypot = ConfigurationType("field name") { text throws(ConfigurationTextError) in
        guard !text.isEmpty, text.count <= 100 else {
            throw ConfigurationTextError("not a name of 1 to 100 characters; write one like _gotcha", value: text)
        }
        let plain = text.lowercased().filter { $0.isLetter }
        guard !filledByBrowsers.contains(plain) else {
            throw ConfigurationTextError(
                "a name that browsers fill in by themselves, so that people would be taken for robots; write one like "
                    + "_gotcha",
                value: text
            )
        }
        return text
    }

    /// What browsers and password safes know how to fill in (the HTML Standard, "Autofill").
    private static let filledByBrowsers: Set<String> = [
        "name", "fullname", "firstname", "lastname", "givenname", "familyname", "surname", "nickname", "username",
        "email", "mail", "phone", "telephone", "tel", "mobile", "fax", "address", "street", "streetaddress", "city",
        "zip", "zipcode", "postalcode", "postcode", "state", "country", "company", "organization", "organisation",
        "website", "url", "homepage", "password", "birthday", "bday", "title",
    ]
}

extension ConfigurationType<[String]> {
    package static let texts = list("list of texts", of: .text)
    package static let origins = list("list of web addresses", of: .origin)
}

extension ConfigurationType<Int> {
    package static func number(_ range: ClosedRange<Int>) -> Self {
        ConfigurationType("number, \(range.lowerBound) to \(range.upperBound)") { text throws(ConfigurationTextError) in
            guard let number = Int(text), range.contains(number) else {
                throw ConfigurationTextError(
                    "not a whole number from \(range.lowerBound) to \(range.upperBound); write one in digits",
                    value: text
                )
            }
            return number
        }
    }
}

extension ConfigurationType<Bool> {
    package static let flag = ConfigurationType("true or false") { text throws(ConfigurationTextError) in
        switch text.lowercased() {
        case "true", "yes", "on": return true
        case "false", "no", "off": return false
        default: throw ConfigurationTextError("neither true nor false; write one of the two", value: text)
        }
    }
}

extension ConfigurationType where Value: CaseIterable & RawRepresentable<String> {
    /// One of the words that the type knows.
    package static var choice: Self {
        let words = Value.allCases.map(\.rawValue)
        return ConfigurationType(words.joined(separator: ", ")) { text throws(ConfigurationTextError) in
            guard let value = Value(rawValue: text.lowercased()) else {
                let meant = Suggestion.nearest(to: text, among: words).map { "; did you mean \"\($0)\"?" }
                throw ConfigurationTextError(
                    "none of its values" + (meant ?? "; write one of \(words.joined(separator: ", "))"),
                    value: text
                )
            }
            return value
        }
    }
}

extension ConfigurationType<Mailbox> {
    package static let mailbox = ConfigurationType("mail address") { text throws(ConfigurationTextError) in
        do throws(MailboxError) {
            return try Mailbox(parsing: text)
        } catch {
            guard text.count(where: { $0 == "@" }) < 2 else {
                throw ConfigurationTextError(
                    text.contains(",")
                        ? "more than one mail address; write one"
                        : "more than one mail address without a comma between them; write the comma, or one address alone",
                    value: text
                )
            }
            throw ConfigurationTextError("no mail address: \(error)", value: text)
        }
    }
}

extension ConfigurationType<[Mailbox]> {
    package static let mailboxes = list("list of mail addresses", of: .mailbox)
}

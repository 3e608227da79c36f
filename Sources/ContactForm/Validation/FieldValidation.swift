// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Mail

extension FormDefinition {
    /// Everything that is wrong with the fields, in the order of the rules; empty when they are fine.
    ///
    /// - Parameter addressField: The field that the rule of `email` holds for; see `SpecialFields.addressField`.
    package func errors(in fields: FieldList, addressField: String = "email", language: Language) -> [FieldError] {
        let sentences = Sentences(language)
        var errors: [FieldError] = []
        for rule in self.fields {
            // The error stands by the field that the page has: older forms call the message `msg`.
            let name =
                switch rule.name {
                case "message" where fields.values(of: "message") == nil && fields.values(of: "msg") != nil: "msg"
                case "email": addressField
                default: rule.name
                }
            // The field that holds the address may have a rule of its own, which says the same.
            guard !errors.contains(where: { $0.field == name }), let code = rule.error(in: fields.values(of: name))
            else { continue }
            errors.append(FieldError(code, field: name, message: sentences.error(code, for: rule)))
        }
        return errors
    }
}

extension FieldRule {
    /// Whether a value says nothing: a single box may come as `false`, and that is no consent.
    func isEmpty(_ value: String) -> Bool {
        type == .checkbox && options.isEmpty ? value.isUnticked : value.isBlank
    }

    /// What is wrong with the values of this field; nil when nothing is.
    package func error(in values: [String]?) -> ErrorCode? {
        guard let values else { return isRequired ? .requiredFieldMissing : nil }
        guard !values.allSatisfy(isEmpty) else { return isRequired ? .requiredFieldEmpty : nil }
        if !options.isEmpty, !values.allSatisfy({ options.contains($0) || $0.isBlank }) { return .notAnOption }
        if type == .checkbox { return nil }
        // A list of boxes may send several values; any other field is one text.
        guard values.count == 1 || type == .select, let value = values.first else {
            return type == .email ? .typeEmail : type == .number ? .typeNumeric : .typeText
        }
        let length = value.unicodeScalars.count
        if let maxLength, length > maxLength { return .tooLong }
        if let minLength, length < minLength { return .tooShort }
        return typeError(value.trimmedSpaces)
    }

    private func typeError(_ value: String) -> ErrorCode? {
        switch type {
        case .text, .textarea, .select, .checkbox: nil
        case .email: (try? EmailAddress(parsing: value.trimmedAddress)) == nil ? .typeEmail : nil
        case .number: value.isDecimalNumber ? nil : .typeNumeric
        case .tel: value.isTelephoneNumber ? nil : .typeText
        case .url: value.isWebAddress ? nil : .typeText
        case .date: value.isCalendarDate ? nil : .typeText
        }
    }
}

extension String {
    /// A valid floating-point number (HTML §2.3.4.3), which browsers send from `<input type="number">`: `.5` and `-1.5e+2`
    /// are, `1.` is not. People may also write a plus sign and, as Swedes do, a comma for the point, and digits of any script.
    fileprivate var isDecimalNumber: Bool {
        let number = String(String.UnicodeScalarView(unicodeScalars.map(\.asInASCII)))
        var rest = number.utf8[...]
        _ = rest.take(oneOf: "+-")
        let hasWhole = rest.takeDigits()
        if rest.take(oneOf: ".,") {
            guard rest.takeDigits() else { return false }
        } else if !hasWhole {
            return false
        }
        if rest.take(oneOf: "eE") {
            _ = rest.take(oneOf: "+-")
            guard rest.takeDigits() else { return false }
        }
        return rest.isEmpty
    }

    /// At least three digits of any script, among what people write between them, and what comes along when they paste: other spaces and
    /// dashes than the keyboard's, and the marks of direction in which address books wrap a number (UAX #9 §2).
    fileprivate var isTelephoneNumber: Bool {
        let scalars = unicodeScalars.map(\.asInASCII)
        return scalars.count { ("0"..."9").contains($0) } >= 3
            && scalars.allSatisfy { scalar in
                guard !scalar.isASCII else { return "0123456789 +-()./#*,;extEXT".unicodeScalars.contains(scalar) }
                let properties = scalar.properties
                return properties.isDash || properties.isBidiControl || properties.generalCategory == .spaceSeparator
            }
    }

    fileprivate var isWebAddress: Bool {
        guard let scheme = ["https://", "http://"].first(where: { lowercased().hasPrefix($0) }) else { return false }
        let host = dropFirst(scheme.count).prefix { !"/?#".contains($0) }
        return !host.isEmpty && !contains(where: \.isWhitespace)
    }

    /// A day that exists, as `<input type="date">` sends it: `2026-11-23`.
    fileprivate var isCalendarDate: Bool { utf8.count == 10 && Timestamp(iso8601: self) != nil }
}

extension Unicode.Scalar {
    /// What means the same in a number and is ASCII: for a digit of any script (Nd), a full-width form, the minus sign and the
    /// decimal separator of Arabic.
    fileprivate var asInASCII: Unicode.Scalar {
        if let digit = properties.generalCategory == .decimalNumber ? properties.numericValue : nil {
            return Unicode.Scalar(UInt8(ascii: "0") + UInt8(digit))
        }
        switch self {
        case "\u{FF01}"..."\u{FF5E}": return Unicode.Scalar(UInt8(value - 0xFEE0))
        case "\u{2212}": return "-"
        case "\u{66B}": return "."
        default: return self
        }
    }
}

extension Substring.UTF8View {
    /// Takes one of some bytes off the front; false when another one, or none, stands there.
    fileprivate mutating func take(oneOf bytes: StaticString) -> Bool {
        guard let first, bytes.withUTF8Buffer({ $0.contains(first) }) else { return false }
        removeFirst()
        return true
    }

    /// Takes the digits off the front; false when there are none.
    fileprivate mutating func takeDigits() -> Bool {
        let digits = prefix(while: \.isASCIIDigit)
        self = self[digits.endIndex...]
        return !digits.isEmpty
    }
}

extension UInt8 {
    fileprivate var isASCIIDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}

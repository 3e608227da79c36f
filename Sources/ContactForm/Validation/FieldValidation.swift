// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Mail

extension FormDefinition {
    /// Everything that is wrong with the fields, in the order of the rules; empty when they are fine.
    package func errors(in fields: FieldList, language: Language) -> [FieldError] {
        let sentences = Sentences(language)
        return self.fields.compactMap { rule in
            // Older forms call the message `msg`; the error then stands by that field.
            let name =
                rule.name == "message" && fields.values(of: "message") == nil && fields.values(of: "msg") != nil
                ? "msg" : rule.name
            guard let code = rule.error(in: fields.values(of: name)) else { return nil }
            return FieldError(code, field: name, message: sentences.error(code, for: rule))
        }
    }
}

extension FieldRule {
    /// What is wrong with the values of this field; nil when nothing is.
    func error(in values: [String]?) -> ErrorCode? {
        guard let values else { return isRequired ? .requiredFieldMissing : nil }
        guard !values.allSatisfy(\.isBlank) else { return isRequired ? .requiredFieldEmpty : nil }
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
        case .email: (try? EmailAddress(parsing: value)) == nil ? .typeEmail : nil
        case .number: value.isDecimalNumber ? nil : .typeNumeric
        case .tel: value.isTelephoneNumber ? nil : .typeText
        case .url: value.isWebAddress ? nil : .typeText
        case .date: value.isCalendarDate ? nil : .typeText
        }
    }
}

extension String {
    /// Digits with an optional sign and an optional fraction behind a point or, as Swedes write it, a comma.
    fileprivate var isDecimalNumber: Bool {
        var rest = utf8[...]
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        let parts = rest.split(omittingEmptySubsequences: false) { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ",") }
        return parts.count <= 2 && parts.allSatisfy { part in !part.isEmpty && part.allSatisfy(\.isASCIIDigit) }
    }

    /// At least three digits, among what people write between them.
    fileprivate var isTelephoneNumber: Bool {
        utf8.count { $0.isASCIIDigit } >= 3
            && utf8.allSatisfy { $0.isASCIIDigit || " +-()./#*,;extEXT".utf8.contains($0) }
    }

    fileprivate var isWebAddress: Bool {
        guard let scheme = ["https://", "http://"].first(where: { lowercased().hasPrefix($0) }) else { return false }
        let host = dropFirst(scheme.count).prefix { !"/?#".contains($0) }
        return !host.isEmpty && !contains(where: \.isWhitespace)
    }

    /// A day that exists, as `<input type="date">` sends it: `2026-11-23`.
    fileprivate var isCalendarDate: Bool {
        let parts = utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.map(\.count) == [4, 2, 2], parts.allSatisfy({ $0.allSatisfy(\.isASCIIDigit) }) else { return false }
        let numbers = parts.compactMap { Int(String(Substring($0))) }
        let (year, month, day) = (numbers[0], numbers[1], numbers[2])
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...12).contains(month) && (1...days[month - 1]).contains(day)
    }
}

extension UInt8 {
    fileprivate var isASCIIDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// A parameter, or a member of a body, that is not what it must be.
struct ParameterError: Error, Sendable {
    /// Nil when it is about the body as a whole.
    var parameter: String?
    var message: @Sendable (InboxSentences) -> String

    init(_ parameter: String, _ wanted: InboxSentences.Wanted) {
        self.parameter = parameter
        message = { $0.wrongParameter(parameter, wanted) }
    }

    /// About the body as a whole.
    init(body message: @escaping @Sendable (InboxSentences) -> String) {
        self.message = message
    }

    init(_ parameter: String, message: @escaping @Sendable (InboxSentences) -> String) {
        self.parameter = parameter
        self.message = message
    }
}

/// The parameters of a request, taken one by one; what is left over at the end is unknown.
///
/// An empty value counts as not sent, as a form's empty box has it.
struct OwnerParameters {
    private var values: [String: String] = [:]
    private let names: [String]

    /// - Parameter names: All that there may be.
    init(_ parameters: [OwnerRequest.Parameter], names: [String]) throws(ParameterError) {
        self.names = names
        for parameter in parameters {
            let name = String(parameter.name.prefix(40))
            guard names.contains(parameter.name) else {
                throw ParameterError(name) { $0.unknownParameter(name, known: names) }
            }
            guard values.updateValue(parameter.value, forKey: parameter.name) == nil else {
                throw ParameterError(name) { $0.repeatedParameter(name) }
            }
        }
        values = values.filter { !$0.value.isEmpty }
    }

    subscript(name: String) -> String? { values[name] }

    func moment(_ name: String) throws(ParameterError) -> Timestamp? {
        guard let text = values[name] else { return nil }
        guard let moment = Timestamp(iso8601: text) else { throw ParameterError(name, .moment) }
        return moment
    }

    func number(_ name: String, _ range: ClosedRange<Int>) throws(ParameterError) -> Int? {
        guard let text = values[name] else { return nil }
        let isPlain = text.utf8.count <= 9 && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isPlain, let number = Int(text), range.contains(number) else {
            throw ParameterError(name, .number(range))
        }
        return number
    }

    func flag(_ name: String) throws(ParameterError) -> Bool? {
        try word(name, ["true": true, "false": false])
    }

    func word<Value>(_ name: String, _ words: KeyValuePairs<String, Value>) throws(ParameterError) -> Value? {
        guard let text = values[name] else { return nil }
        guard let pair = words.first(where: { $0.key == text }) else {
            throw ParameterError(name, .oneOf(words.map(\.key)))
        }
        return pair.value
    }

    /// From and until, the first before the second.
    func period() throws(ParameterError) -> (from: Timestamp?, until: Timestamp?) {
        let from = try moment("from")
        let until = try moment("until")
        if let from, let until, from >= until { throw ParameterError("until", .orderedMoments) }
        return (from, until)
    }
}

extension SubmissionQuery {
    /// The names of what chooses among messages.
    static let filterNames = ["form", "status", "from", "until", "q", "unread", "archived"]
    static let longestText = 200

    /// What the parameters ask for, newest first. `archived` shows what is not archived unless it says otherwise.
    init(_ parameters: OwnerParameters) throws(ParameterError) {
        var form: FormName?
        if let text = parameters["form"] {
            form = FormName(rawValue: text)
            guard form != nil else { throw ParameterError("form", .form) }
        }
        var statuses: Set<SubmissionStatus> = []
        for text in parameters["status"]?.split(separator: ",", omittingEmptySubsequences: false) ?? [] {
            guard let status = SubmissionStatus(rawValue: String(text)) else {
                throw ParameterError("status", .oneOf(SubmissionStatus.allCases.map(\.rawValue)))
            }
            statuses.insert(status)
        }
        let period = try parameters.period()
        if let text = parameters["q"], text.unicodeScalars.count > Self.longestText {
            throw ParameterError("q", .shorter(Self.longestText))
        }
        let archived: Bool?? = try parameters.word("archived", ["true": true, "false": false, "any": nil])
        self.init(
            form: form,
            statuses: statuses,
            from: period.from,
            until: period.until,
            text: parameters["q"],
            unreadOnly: try parameters.flag("unread") ?? false,
            archived: archived ?? false
        )
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

extension Submission {
    /// The message, which a form may call otherwise: see `FormDefinition.ownMessageField`.
    package func message(in form: FormDefinition?) -> String? {
        message ?? form?.ownMessageField.flatMap { fields[$0] }
    }

    /// What stands for the submission in lists and digests: the message, and without one what the other fields say, as
    /// "boat: Cruiser · length: 7". Who sent it is not among them, for that stands beside it.
    ///
    /// - Parameter length: So many characters will be shown. More may come, but not much more of what is long, and no more than
    ///   four Unicode scalars for each: a single character may have thousands.
    /// - Parameter label: What a field is called; by default what the form says, else its name.
    package func gist(in form: FormDefinition?, length: Int, label: ((String) -> String)? = nil) -> String {
        if let message = message(in: form), !message.isBlank { return message.cut(toScalars: length * 4) }
        let label = label ?? { name in form?.label(of: name) ?? name }
        var gist = ""
        // Counted as it grows: to count all of it after each field takes ever longer.
        var (characters, scalars) = (0, 0)
        for field in fields.fields where !isOfSender(field) {
            let values = field.values.lazy.filter { !$0.isBlank }.map { value in
                String(value.trimmedSpaces.unicodeScalars.prefix(length * 4)).prefix(length)
            }
            guard !values.isEmpty else { continue }
            let part = "\(gist.isEmpty ? "" : " · ")\(label(field.name)): \(values.joined(separator: ", "))"
            gist += part
            characters += part.count
            scalars += part.unicodeScalars.count
            if characters > length || scalars > length * 4 { break }
        }
        return gist.cut(toScalars: length * 4)
    }

    /// Whether a field says no more than the sender's name or address.
    private func isOfSender(_ field: Field) -> Bool {
        guard field.values.count == 1, let value = field.values.first, value.utf8.count <= 1_500 else { return false }
        let address = value.trimmedAddress
        return address == email || address == replyTo || value.trimmedSpaces == name
    }
}

extension String {
    /// Itself, or its beginning and "…" when it has more scalars than that.
    func cut(toScalars count: Int) -> String {
        let scalars = unicodeScalars
        guard let end = scalars.index(startIndex, offsetBy: count, limitedBy: endIndex), end < endIndex else {
            return self
        }
        return String(scalars[..<end]) + "…"
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

extension IntakeError {
    /// See `FieldList.named`.
    func named(by form: FormDefinition, among fields: FieldList) -> IntakeError {
        switch self {
        case .valueTooLong(let field): .valueTooLong(field: fields.name(of: field, in: form))
        case .fileNotAccepted(let field): .fileNotAccepted(field: fields.name(of: field, in: form))
        default: self
        }
    }
}

extension FieldList {
    /// With the names of the form's rules: boxes that PHP or Rails shall read as a list are called `wishes[]`, and the rule
    /// `wishes`.
    func named(by form: FormDefinition) -> FieldList {
        guard fields.contains(where: { $0.name.hasSuffix("[]") }) else { return self }
        return FieldList(fields.map { Field(name: name(of: $0.name, in: form), values: $0.values) })
    }

    /// The names that no rule of the form has.
    func namesWithoutRule(in form: FormDefinition) -> [String] {
        fields.map(\.name).filter { name in !form.fields.contains { $0.name == name } }
    }

    fileprivate func name(of sent: String, in form: FormDefinition) -> String {
        guard sent.hasSuffix("[]"), !form.fields.contains(where: { $0.name == sent }) else { return sent }
        let name = String(sent.dropLast(2))
        return form.fields.contains { $0.name == name } && values(of: name) == nil ? name : sent
    }
}

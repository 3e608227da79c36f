// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What the owner configured for all forms of a site.
package struct FormSettings: Sendable {
    /// By name; the default form `contact` is always there.
    package var forms: [FormName: FormDefinition]
    package var origins = OriginPolicy()
    package var spam = SpamRules()
    package var limits = IntakeLimits()
    /// The site's address, when forms are posted to another one; nil when both are the same.
    package var siteURL: String?
    /// The AWS Region this runs in; nil on one machine.
    package var region: String?

    package init(forms: [FormDefinition] = []) {
        self.forms = [.contact: FormDefinition(name: .contact)]
        for form in forms { self.forms[form.name] = form }
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Where forms are posted to: the routes that a page, a script and Formspree's client know.
package enum FormPath {
    /// The form that a path names, not checked yet; nil for a path that is no form's.
    package static func form(at path: Substring) -> Substring? {
        switch path {
        case "/api/contact", "/api/AddContactInfo": "contact"
        default:
            // Formspree's client posts to `/f/{form}`.
            ["/api/f/", "/f/"].lazy.compactMap { prefix in
                path.hasPrefix(prefix) ? path.dropFirst(prefix.count) : nil
            }.first
        }
    }
}

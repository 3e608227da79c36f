// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Where forms are posted to: the routes that a page, a script and Formspree's client know.
package enum FormPath {
    /// The form that a request is for, not checked yet; nil for one that is no form's. A slash too many at the end
    /// changes nothing.
    package static func form(at path: Substring, method: String) -> Substring? {
        // Of a visitor's requests most are for pages.
        guard path.utf8.starts(with: "/api/".utf8) || path.utf8.starts(with: "/f/".utf8) else { return nil }
        let path = path.hasSuffix("/") ? path.dropLast() : path
        if path == "/api/contact" || path == "/api/AddContactInfo" { return "contact" }
        if path.hasPrefix("/api/f/") { return path.dropFirst("/api/f/".count) }
        // A site may have pages of its own below these; whoever sends something means a form.
        guard method != "GET", method != "HEAD" else { return nil }
        // Formspree's client posts to `/f/{form}`.
        if path.hasPrefix("/f/") { return path.dropFirst("/f/".count) }
        return path.hasPrefix("/api/") ? "" : nil
    }
}

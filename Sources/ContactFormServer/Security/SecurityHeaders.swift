// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import HTTPTypes

/// The fields that tell a browser what a page of ours may do and who may use it, on every answer.
///
/// A response that sets one of them itself keeps its own.
package struct SecurityHeaders: Sendable {
    /// Everything from this site and nothing from any other; no inline script or style, no plug-in, no frame of others around
    /// it. The site may have itself in a frame: many an old form is sent into a hidden one, and its page takes whatever comes,
    /// the browser's refusal too, for the answer.
    package static let strictContentSecurityPolicy = contentSecurityPolicy(challengeSources: nil, formTargets: [])

    /// The strict policy, with what a challenge loads and where a form may send the visitor on to.
    ///
    /// - Parameters:
    ///   - challengeSources: Sources of the challenge's script and frame, separated by spaces; nil without a challenge.
    ///   - formTargets: Other origins that `_next` may name: Chromium applies `form-action` to the redirect after a
    ///     post.
    package static func contentSecurityPolicy(challengeSources: String?, formTargets: [String]) -> String {
        let challenge = challengeSources.map { " \($0)" } ?? ""
        let targets = (["'self'"] + formTargets).joined(separator: " ")
        return "default-src 'none'; style-src 'self'; script-src 'self'\(challenge); img-src 'self' data:; "
            + "media-src 'self'; manifest-src 'self'; font-src 'self'; connect-src 'self'\(challenge); "
            + "frame-src 'self'\(challenge); form-action \(targets); base-uri 'none'; frame-ancestors 'self'"
    }

    private let fields: [HTTPField]
    private let fieldsOverTLS: [HTTPField]

    /// - Parameter contentSecurityPolicy: must leave `form-action` to this site, or the form cannot be sent.
    package init(contentSecurityPolicy: String = Self.strictContentSecurityPolicy) {
        fields = [
            HTTPField(name: .contentSecurityPolicy, value: contentSecurityPolicy),
            HTTPField(name: .xContentTypeOptions, value: "nosniff"),
            HTTPField(name: .referrerPolicy, value: "strict-origin-when-cross-origin"),
            // For browsers that do not know frame-ancestors.
            HTTPField(name: .xFrameOptions, value: "SAMEORIGIN"),
            HTTPField(name: .permissionsPolicy, value: Self.permissionsPolicy),
            HTTPField(name: .crossOriginOpenerPolicy, value: "same-origin"),
        ]
        // RFC 6797 §7.2: never over plain HTTP. A year; other hosts of the domain are not ours to decide about.
        fieldsOverTLS = fields + [HTTPField(name: .strictTransportSecurity, value: "max-age=31536000")]
    }

    /// - Parameter isOverTLS: whether the visitor's own connection is encrypted.
    package func add(to headers: inout HTTPFields, isOverTLS: Bool) {
        let added = isOverTLS ? fieldsOverTLS : fields
        // One allocation for these and for what the server adds after them.
        headers.reserveCapacity(headers.count + added.count + 2)
        for field in added where !headers.contains(field.name) { headers.append(field) }
    }

    private static let permissionsPolicy = [
        "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope",
        "magnetometer", "microphone", "midi", "payment", "usb",
    ].map { "\($0)=()" }.joined(separator: ", ")
}

extension HTTPField.Name {
    static let referrerPolicy = Self("Referrer-Policy")!
    static let xFrameOptions = Self("X-Frame-Options")!
    static let permissionsPolicy = Self("Permissions-Policy")!
    static let crossOriginOpenerPolicy = Self("Cross-Origin-Opener-Policy")!
}

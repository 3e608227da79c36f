// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import ContactFormChallenge
package import ContactFormServer
package import FormConfiguration
package import Logging
package import SMTP

/// Everything that `brevlada serve` needs to know, checked.
package struct Configuration: Sendable {
    /// The file it came from; nil when there was none and all is standard.
    package var file: String?
    /// Absolute paths.
    package var siteFolder: String
    package var dataFolder: String
    package var listen: ListenAddress
    package var siteURL: String?
    package var trustedProxies: TrustedProxies
    package var forms: FormSettings
    package var notifications: NotificationSettings
    /// Nil: mail is captured and shown when `showsCapturedMail` says so, else it waits. Nil also when it was read without
    /// secrets, as are `challenge` and `alerts`.
    package var smtp: SMTPEndpoint?
    package var rates: RateSettings
    package var connections: ConnectionLimits
    package var challenge: ChallengeSettings?
    /// Nil: nobody is told but by the log and the audit.
    package var alerts: AlertSettings?
    /// Whether the owner's inbox is served at `/inbox/`.
    package var servesInbox: Bool
    /// The policy of the site's pages; nil is the strict one.
    package var contentSecurityPolicy: String?
    package var log: LogSettings
    /// Nothing of it matters to serving.
    package var cloud: CloudSettings
    /// Whether a password or key stands in the file itself.
    package var fileHoldsSecrets: Bool
    /// The files that hold a password or key each, by their absolute paths.
    package var secretFiles: [String]
    /// What is odd but keeps nothing from starting.
    package var warnings: [ConfigurationProblem]

    /// The Content-Security-Policy that the site's pages are served under.
    package var policyOfPages: String {
        contentSecurityPolicy
            ?? SecurityHeaders.contentSecurityPolicy(
                challengeSources: challenge?.provider.contentSources,
                formTargets: forms.origins.allowed.sorted()
            )
    }

    /// Where the database is.
    package var databasePath: String { FilePath.joined(dataFolder, Self.databaseName) }

    /// Where mail lies while no mail server is configured.
    package static func capturedMailFolder(in dataFolder: String) -> String { FilePath.joined(dataFolder, "mail") }

    /// Whether captured mail is shown at `/_mail`: while the site is tried out on this machine, and never when strangers may
    /// reach it. A proxy hands on whatever `Host` they send, so what a request says can't decide it.
    package var showsCapturedMail: Bool { smtp == nil && !isPublic }

    /// Whether other machines reach the site, by themselves or through a proxy.
    private var isPublic: Bool {
        let isNamedElsewhere = siteURL.map { !OriginPolicy(allowsLoopback: true).allows($0, host: nil) } ?? false
        return !listen.isLoopback || trustedProxies != .none || isNamedElsewhere
    }

    package static let databaseName = "brevlada.sqlite"
}

/// How often forms may be sent.
package struct RateSettings: Sendable, Hashable {
    package var perAddressPerMinute = 6
    package var perAddressBurst = 10
    package var perFormPerMinute = 600
    package var perFormBurst = 1_000

    package init() {}
}

package struct LogSettings: Sendable, Hashable {
    package enum Format: String, Sendable, Hashable, CaseIterable {
        case text, json
    }

    package var level = Logger.Level.info
    package var format = Format.text

    package init() {}
}

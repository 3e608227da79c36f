// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormChallenge
import ContactFormServer
import FormConfiguration
import Logging
import SMTP

/// Everything that `brevlada serve` needs to know, checked.
struct Configuration: Sendable {
    /// The file it came from; nil when there was none and all is standard.
    var file: String?
    /// Absolute paths.
    var siteFolder: String
    var dataFolder: String
    var listen: ListenAddress
    var siteURL: String?
    var trustedProxies: TrustedProxies
    var forms: FormSettings
    var notifications: NotificationSettings
    /// Nil: mail is captured and shown when `showsCapturedMail` says so, else it waits. Nil also when it was read without
    /// secrets, as are `challenge` and `alerts`.
    var smtp: SMTPEndpoint?
    var rates: RateSettings
    var connections: ConnectionLimits
    var challenge: ChallengeSettings?
    /// Nil: nobody is told but by the log and the audit.
    var alerts: AlertSettings?
    /// Whether the owner's inbox is served at `/inbox/`.
    var servesInbox: Bool
    /// The policy of the site's pages; nil is the strict one.
    var contentSecurityPolicy: String?
    var log: LogSettings
    /// Nothing of it matters to serving.
    var cloud: CloudSettings
    /// Whether a password or key stands in the file itself.
    var fileHoldsSecrets: Bool
    /// The files that hold a password or key each, by their absolute paths.
    var secretFiles: [String]
    /// What is odd but keeps nothing from starting.
    var warnings: [ConfigurationProblem]

    /// The Content-Security-Policy that the site's pages are served under.
    var policyOfPages: String {
        contentSecurityPolicy
            ?? SecurityHeaders.contentSecurityPolicy(
                challengeSources: challenge?.provider.contentSources,
                formTargets: forms.origins.allowed.sorted()
            )
    }

    /// Where the database is.
    var databasePath: String { FilePath.joined(dataFolder, Self.databaseName) }

    /// Where mail lies while no mail server is configured.
    static func capturedMailFolder(in dataFolder: String) -> String { FilePath.joined(dataFolder, "mail") }

    /// Whether captured mail is shown at `/_mail`: while the site is tried out on this machine, and never when strangers may
    /// reach it. A proxy hands on whatever `Host` they send, so what a request says can't decide it.
    var showsCapturedMail: Bool { smtp == nil && !isPublic }

    /// Whether other machines reach the site, by themselves or through a proxy.
    private var isPublic: Bool {
        let isNamedElsewhere = siteURL.map { !OriginPolicy(allowsLoopback: true).allows($0, host: nil) } ?? false
        return !listen.isLoopback || trustedProxies != .none || isNamedElsewhere
    }

    static let databaseName = "brevlada.sqlite"
}

/// How often forms may be sent.
struct RateSettings: Sendable, Hashable {
    var perAddressPerMinute = 6
    var perAddressBurst = 10
    var perFormPerMinute = 600
    var perFormBurst = 1_000

    init() {}
}

struct LogSettings: Sendable, Hashable {
    enum Format: String, Sendable, Hashable, CaseIterable {
        case text, json
    }

    var level = Logger.Level.info
    var format = Format.text

    init() {}
}

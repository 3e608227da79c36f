// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormChallenge
import ContactFormServer
import FormConfiguration
import Mail
import NIOCore
import SMTP

extension Configuration {
    /// Reads and checks the whole configuration. Asks for no file but the secrets'; whether folders exist is not
    /// looked at here.
    ///
    /// - Throws: all that is wrong, at once.
    static func read(_ source: ConfigurationSource) throws(ConfigurationError) -> Configuration {
        var reader = reader(of: source)
        return try read(source, &reader)
    }

    /// A reader of the source's file; that the file is no YAML is its first problem.
    static func reader(of source: ConfigurationSource) -> ConfigurationReader {
        do throws(YAMLProblem) {
            let root = try source.file.flatMap { file throws(YAMLProblem) in try ConfigurationNode.parse(file.text) }
            return ConfigurationReader(source, root: root, keys: ConfigurationKeys.all)
        } catch {
            var reader = ConfigurationReader(source, root: nil, keys: ConfigurationKeys.all)
            reader.report(error.reason, at: error.position)
            return reader
        }
    }

    /// For tests, which look at the reader afterwards.
    static func read(
        _ source: ConfigurationSource,
        _ reader: inout ConfigurationReader
    ) throws(ConfigurationError) -> Configuration {
        typealias Keys = ConfigurationKeys
        let siteFolder = reader.value(Keys.site) ?? ""
        let dataFolder = reader.value(Keys.data) ?? ""
        checkFolders(site: siteFolder, data: dataFolder, file: source.file, &reader)
        let listen = readListen(&reader)
        let siteURL = reader.value(Keys.siteURL)
        let origins = reader.value(Keys.origins) ?? []
        let trustedProxies = reader.value(Keys.trustedProxies) ?? .none
        let language = reader.value(Keys.language) ?? .english

        let smtp = readSMTP(&reader)
        var forms = FormSettings(forms: reader.forms(language: language))
        forms.origins = OriginPolicy(
            allowed: Set(origins + [siteURL].compactMap(\.self)),
            // With a public address the site is not just being tried out, though a proxy may stand before loopback.
            allowsLoopback: listen.isLoopback && siteURL == nil
        )
        forms.spam = reader.spamRules()
        forms.limits = reader.intakeLimits()
        reader.checkNext(of: forms)
        var notifications = readNotifications(language: language, forms: forms.forms, sends: smtp.isGiven, &reader)
        if reader.hasSecrets, !smtp.isGiven, !listen.isLoopback {
            reader.report(
                "listen is \"\(listen)\", reachable from other machines, but mail.smtp is not set, so that mail could "
                    + "be neither sent nor shown; set mail.smtp, or listen on 127.0.0.1",
                at: reader.position(of: Keys.listen)
            )
        }
        let rates = readRates(&reader)
        let connections = readConnections(&reader)
        let challenge = reader.challenge()
        let alerts = reader.alerts()
        let servesInbox = reader.value(Keys.inbox) ?? true
        let contentSecurityPolicy = reader.value(Keys.contentSecurityPolicy)
        if let contentSecurityPolicy, let sources = challenge?.provider.contentSources,
            !sources.split(separator: " ").allSatisfy({ contentSecurityPolicy.contains($0) })
        {
            reader.warn(
                "content_security_policy keeps the challenge out, so that no message can be sent; add \(sources) to its "
                    + "script-src, frame-src and connect-src",
                at: reader.position(of: Keys.contentSecurityPolicy)
            )
        }
        if servesInbox { notifications?.inbox = siteURL.map { "\($0)/inbox/" } }
        notifications?.offset = \.localOffset
        var log = LogSettings()
        if let level = reader.value(Keys.Log.level) { log.level = level }
        if let format = reader.value(Keys.Log.format) { log.format = format }
        let cloud = CloudSettings.read(
            &reader,
            environment: source.environment,
            language: language,
            forms: forms.forms
        )
        reader.warnOfUnknownVariables()

        guard reader.problems.isEmpty, let notifications else { throw ConfigurationError(problems: reader.problems) }
        return Configuration(
            file: source.file?.name,
            siteFolder: siteFolder,
            dataFolder: dataFolder,
            listen: listen,
            siteURL: siteURL,
            trustedProxies: trustedProxies,
            forms: forms,
            notifications: notifications,
            smtp: smtp.endpoint,
            rates: rates,
            connections: connections,
            challenge: challenge,
            alerts: alerts,
            servesInbox: servesInbox,
            contentSecurityPolicy: contentSecurityPolicy,
            log: log,
            cloud: cloud,
            fileHoldsSecrets: reader.isInFile(Keys.Mail.smtpPassword) || reader.isInFile(Keys.Challenge.secret)
                || reader.isInFile(Keys.Alerts.webhook) || reader.isInFile(Keys.Alerts.secret)
                || reader.textInFile(of: Keys.Mail.smtp).map(holdsPassword) == true,
            secretFiles: reader.secretFiles,
            warnings: reader.warnings
        )
    }

    private static func holdsPassword(_ url: String) -> Bool {
        (try? SMTPEndpoint(url: url, password: nil))?.credentials != nil
    }

    /// What is published must hold neither the database nor the file with the passwords. Where links lead is looked at when
    /// the server starts (`PublishedSecret.found(in:)`).
    private static func checkFolders(
        site: String,
        data: String,
        file: ConfigurationSource.File?,
        _ reader: inout ConfigurationReader
    ) {
        guard !site.isEmpty, !data.isEmpty else { return }
        if FilePath.isInside(data, site) {
            let fault = PublishedSecret.data(data, site: site)
            reader.report(fault.description, at: reader.position(of: ConfigurationKeys.data))
        }
        if let file, FilePath.isInside(file.folder, site) {
            let fault = PublishedSecret.file(file.name, site: site)
            reader.report(fault.description, at: reader.position(of: ConfigurationKeys.site))
        }
    }

    private static func readListen(_ reader: inout ConfigurationReader) -> ListenAddress {
        let variable = reader.alias("BREVLADA_LISTEN")
        var listen = reader.value(ConfigurationKeys.listen) ?? ListenAddress(host: "127.0.0.1", port: 8080)
        guard let text = reader.alias("PORT"), variable == nil else { return listen }
        if let port = ListenAddress.port(text) {
            listen.port = port
        } else {
            reader.report("PORT is \"\(text)\", not a number from 0 to 65535; write one in digits")
        }
        return listen
    }

    /// - Returns: The server, nil without one or without secrets; and whether there is to be one.
    private static func readSMTP(_ reader: inout ConfigurationReader) -> (endpoint: SMTPEndpoint?, isGiven: Bool) {
        typealias Keys = ConfigurationKeys.Mail
        let url = reader.value(Keys.smtp)?.trimmedSpaces
        let password = reader.value(Keys.smtpPassword)
        let passwordFile = "\(Keys.smtpPassword.documentation.variable)_FILE"
        let position = reader.position(of: Keys.smtp)
        let subject = reader.subject(of: Keys.smtp)
        guard reader.isGiven(Keys.smtp) else {
            if reader.isGiven(Keys.smtpPassword) {
                reader.report(
                    "\(reader.subject(of: Keys.smtpPassword)) is set but mail.smtp is not; set mail.smtp to the server, as in "
                        + "smtps://user@mail.example.com",
                    at: reader.position(of: Keys.smtpPassword)
                )
            }
            return (nil, false)
        }
        // A secret that can't be read was reported; an endpoint without it would bring a second, wrong complaint.
        guard let url, password != nil || !reader.isGiven(Keys.smtpPassword) else { return (nil, true) }
        do throws(SMTPURLError) {
            return (try SMTPEndpoint(url: url, password: password), true)
        } catch {
            if password == nil, (try? SMTPEndpoint(url: url, password: "any")) != nil {
                reader.report(
                    missing: Keys.smtpPassword,
                    "\(subject) has a user and no password; set mail.smtp_password, or the variable "
                        + "\(passwordFile) to a file that holds it",
                    at: position
                )
            } else if let password, (try? SMTPEndpoint(url: url, password: "any")) != nil {
                let subject = reader.subject(of: Keys.smtpPassword)
                reader.report(
                    password.isEmpty ? "\(subject) is empty; write the password" : "\(subject) can't be used: \(error)",
                    at: reader.position(of: Keys.smtpPassword)
                )
            } else {
                // Cut short, it has other faults than the one that its writer can mend.
                let cut =
                    "mail.smtp ends before the first \" #\", for YAML takes what follows for a comment, and can't be used so; "
                    + "put the whole value into single quotation marks"
                let asItIs = "; mail.smtp_password and the file of \(passwordFile) take a password as it is"
                reader.report(
                    reader.endsAtComment(Keys.smtp)
                        ? cut : "\(subject) can't be used: \(error)\(error.wantsEscape ? asItIs : "")",
                    at: position
                )
            }
            return (nil, true)
        }
    }

    /// - Parameter sends: Whether mail goes to a server. If not, made-up addresses do.
    private static func readNotifications(
        language: Language,
        forms: [FormName: FormDefinition],
        sends: Bool,
        _ reader: inout ConfigurationReader
    ) -> NotificationSettings? {
        typealias Keys = ConfigurationKeys.Mail
        let from = reader.value(Keys.from)
        let to = reader.value(Keys.to)
        let recipients = to ?? []
        let position = reader.position(of: Keys.smtp)
        if sends, !reader.isGiven(Keys.from) {
            reader.report("mail.from is not set; set it to the address that mail comes from", at: position)
        }
        // What is wrong with mail.to was reported; that it names nobody was not.
        if sends, to?.isEmpty ?? !reader.isGiven(Keys.to) {
            let silent = forms.values.filter { $0.isActive && $0.recipients.isEmpty }.map(\.name.rawValue).sorted()
            if !silent.isEmpty {
                let names = silent.map { "\"\($0)\"" }.joined(separator: ", ")
                reader.report(
                    "mail.to is not set, and the form \(names) names no recipient; set mail.to to your address",
                    at: reader.position(of: Keys.to) ?? position
                )
            }
        }
        let retry = reader.retrySchedule()
        let digest = reader.digestRule()
        let reminderSpacing = reader.reminderSpacing()

        guard let sender = from ?? (try? Mailbox(parsing: "Brevlåda <brevlada@localhost>")),
            let owner = try? Mailbox(parsing: "owner@localhost")
        else { return nil }
        var settings = NotificationSettings(
            sender: sender,
            recipients: recipients.isEmpty && !sends ? [owner] : recipients,
            language: language,
            forms: forms
        )
        settings.retry = retry
        settings.digest = digest
        settings.reminderSpacing = reminderSpacing
        return settings
    }

    private static func readRates(_ reader: inout ConfigurationReader) -> RateSettings {
        typealias Keys = ConfigurationKeys.Limits
        var rates = RateSettings()
        if let rate = reader.value(Keys.perAddressPerMinute) { rates.perAddressPerMinute = rate }
        if let burst = reader.value(Keys.perAddressBurst) { rates.perAddressBurst = burst }
        if let rate = reader.value(Keys.perFormPerMinute) { rates.perFormPerMinute = rate }
        if let burst = reader.value(Keys.perFormBurst) { rates.perFormBurst = burst }
        return rates
    }

    private static func readConnections(_ reader: inout ConfigurationReader) -> ConnectionLimits {
        typealias Keys = ConfigurationKeys.Limits
        var limits = ConnectionLimits()
        if let maximum = reader.value(Keys.maxConnections) { limits.maximumConnections = maximum }
        if let seconds = reader.value(Keys.headSeconds) { limits.headTimeout = .seconds(Int64(seconds)) }
        if let seconds = reader.value(Keys.bodySeconds) { limits.bodyTimeout = .seconds(Int64(seconds)) }
        if let seconds = reader.value(Keys.idleSeconds) { limits.idleTimeout = .seconds(Int64(seconds)) }
        return limits
    }
}

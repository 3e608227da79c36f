// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import FormConfiguration
import JSON
import Logging
import Mail
import SiteDeployment

/// What of the configuration is for AWS: the stack, and the values of the template's parameters.
struct CloudSettings: Sendable {
    var stackName: String
    var region: String?
    var profile: String?
    /// What stands under `aws.parameters`, then what the rest of the configuration says. Not checked against the template,
    /// which only deploying needs.
    var parameters: StackParameters
    /// What can't be taken to AWS as it is; a reason not to deploy, but none not to serve.
    var problems: [ConfigurationProblem]
}

extension CloudSettings {
    /// The parameters that deploying sets by itself.
    private static let own = Set(["CodeBucket"] + SiteFunction.allCases.map(\.keyParameter))

    static func read(
        _ reader: inout ConfigurationReader,
        environment: [String: String],
        language: Language,
        forms: [FormName: FormDefinition]
    ) -> CloudSettings {
        typealias Keys = ConfigurationKeys.AWS
        var settings = CloudSettings(
            stackName: reader.value(Keys.stack) ?? "brevlada",
            region: reader.value(Keys.region),
            profile: reader.value(Keys.profile),
            parameters: StackParameters(),
            problems: []
        )
        for entry in reader.names(under: "aws", "parameters") {
            if own.contains(entry.name) {
                reader.report(
                    "aws.parameters.\(entry.name) is set by \"brevlada deploy\" itself; take it out",
                    at: entry.position
                )
                continue
            }
            if let value = reader.value(Keys.parameter, entry.name) {
                settings.parameters.set(entry.name, value, source: "aws.parameters.\(entry.name)")
            }
        }
        // These keys were read before, and what is wrong with them was said then.
        var again = reader
        settings.takeMail(&again, forms: forms)
        settings.takeForms(&again, environment: environment, language: language)
        settings.takeSite(&again)
        return settings
    }

    private mutating func takeMail(_ reader: inout ConfigurationReader, forms: [FormName: FormDefinition]) {
        typealias Keys = ConfigurationKeys.Mail
        if reader.isGiven(Keys.from), let from = reader.value(Keys.from) {
            parameters.set("MailFromAddress", from.address.transportAddress, source: "mail.from")
            parameters.set("MailFromName", from.displayName, source: "mail.from")
        }
        if reader.isGiven(Keys.to), let to = reader.value(Keys.to), !to.isEmpty {
            parameters.set("MailTo", to.map(\.address.transportAddress).joined(separator: ","), source: "mail.to")
            parameters.set("OwnerEmail", to[0].address.transportAddress, source: "mail.to")
        }
        var others: [String] = []
        for form in forms.values.sorted(by: { $0.name < $1.name }) {
            for recipient in form.recipients where !others.contains(recipient.address.transportAddress) {
                others.append(recipient.address.transportAddress)
            }
        }
        if !others.isEmpty { parameters.set("FormRecipients", others.joined(separator: ","), source: "forms") }
        take("DigestBatch", Keys.digestBatch, &reader)
        take("DigestPerHour", Keys.digestPerHour, &reader)
        take("GiveUpAfterDays", Keys.giveUpAfterDays, &reader)
        take("ReminderDays", Keys.reminderDays, &reader)
    }

    private mutating func takeForms(
        _ reader: inout ConfigurationReader,
        environment: [String: String],
        language: Language
    ) {
        parameters.set("Language", language.rawValue, source: "language")
        for (parameter, section) in [("Forms", "forms"), ("Spam", "spam")] {
            let entries = reader.names(under: section)
            if !entries.isEmpty { parameters.set(parameter, Self.json(entries), source: section) }
            let prefix = "BREVLADA_\(section.uppercased())_"
            for variable in environment.keys.sorted() where variable.hasPrefix(prefix) && environment[variable] != "" {
                problems.append(
                    ConfigurationProblem(
                        "\(variable) is set, and a variable of this machine does not reach AWS; write it under \(section) in "
                            + "the configuration file"
                    )
                )
            }
        }
        typealias Limits = ConfigurationKeys.Limits
        if reader.isGiven(Limits.perFormPerMinute), let rate = reader.value(Limits.perFormPerMinute) {
            parameters.set("FormRate", "\(max(1, (rate + 59) / 60))", source: "limits.per_form_per_minute")
        }
        take("FormBurst", Limits.perFormBurst, &reader)
        take("BodyKilobytes", ConfigurationKeys.bodyKilobytes, &reader)
    }

    private mutating func takeSite(_ reader: inout ConfigurationReader) {
        if let url = reader.value(ConfigurationKeys.siteURL), parameters["Hosting"] != "S3Website" {
            let host = url.hasPrefix("https://") ? String(url.dropFirst("https://".count)) : ""
            if host.contains("."), !host.contains(":"), !host.allSatisfy({ $0.isNumber || $0 == "." }) {
                parameters.set("DomainName", host, source: "site_url")
            }
        }
        if let policy = reader.value(ConfigurationKeys.contentSecurityPolicy) {
            parameters.set("ContentSecurityPolicy", policy, source: "content_security_policy")
        }
        if let origins = reader.value(ConfigurationKeys.origins), !origins.isEmpty {
            parameters.set("AllowedOrigins", origins.joined(separator: ","), source: "origins")
        }
        if reader.isGiven(ConfigurationKeys.Alerts.webhook), parameters["AlertWebhookSecretName"] == nil {
            problems.append(
                ConfigurationProblem(
                    "alerts.webhook is set, and on AWS it stands with its secret in Secrets Manager; put them there with "
                        + "\"aws secretsmanager create-secret --name brevlada/alerts --secret-string "
                        + "'{\"url\":\"…\",\"secret\":\"whsec_…\"}'\", and set "
                        + "aws.parameters.AlertWebhookSecretName to brevlada/alerts, or to '' to call none there"
                )
            )
        }
        if reader.isGiven(ConfigurationKeys.Log.level), let level = reader.value(ConfigurationKeys.Log.level) {
            parameters.set("LogLevel", level.rawValue, source: "log.level")
        }
        guard reader.isGiven(ConfigurationKeys.Challenge.kind),
            let kind = reader.value(ConfigurationKeys.Challenge.kind)
        else { return }
        parameters.set("ChallengeKind", kind.rawValue, source: "challenge.kind")
        if parameters["ChallengeKind"] != "", parameters["ChallengeSecretName"] == nil {
            problems.append(
                ConfigurationProblem(
                    "challenge.kind is set, and on AWS its secret stands in Secrets Manager; put it there with \"aws "
                        + "secretsmanager create-secret --name brevlada/challenge --secret-string "
                        + "'{\"secret\":\"…\"}'\", and set aws.parameters.ChallengeSecretName to brevlada/challenge"
                )
            )
        }
    }

    /// The key's value when it has one of its own.
    private mutating func take(_ parameter: String, _ key: ConfigurationKey<Int>, _ reader: inout ConfigurationReader) {
        guard reader.isGiven(key), let value = reader.value(key) else { return }
        parameters.set(parameter, "\(value)", source: key.documentation.path)
    }

    // MARK: - Sections as JSON

    private static func json(_ entries: [ConfigurationNode.Entry]) -> String {
        JSONWriter.text { writer in write(entries, to: &writer) }
    }

    private static func write(_ entries: [ConfigurationNode.Entry], to writer: inout JSONWriter) {
        writer.object { object in
            for entry in entries {
                object.name(entry.name)
                write(entry.value, to: &object)
            }
        }
    }

    private static func write(_ node: ConfigurationNode, to writer: inout JSONWriter) {
        switch node.content {
        case .null: writer.raw("null")
        // As written; the functions read it by the same rules as the file.
        case .scalar(let text): writer.string(text)
        case .list(let elements):
            writer.array { array in
                for element in elements { write(element, to: &array) }
            }
        case .mapping(let entries): write(entries, to: &writer)
        }
    }
}

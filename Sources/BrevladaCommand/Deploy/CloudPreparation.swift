// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import FormConfiguration
import SiteDeployment

/// Everything that can be known to be wrong before AWS is asked, gathered at once.
struct CloudPreparation {
    let configuration: Configuration
    let template: [TemplateParameter]
    /// The folder of the zips, absolute; nil looks for it.
    let lambdas: String?

    struct Prepared {
        var parameters: StackParameters
        var packages: [FunctionPackage]
    }

    /// - Throws: `CommandFailure` with a line for each problem.
    func prepared(region: String?) throws(CommandFailure) -> Prepared {
        let (prepared, others) = examined(region: region)
        let problems = siteProblems + others
        guard problems.isEmpty else {
            throw CommandFailure(.configuration, problems.map(\.sentence).joined(separator: "\n"))
        }
        return prepared
    }

    /// What the site's folder lacks, or has too much of.
    var siteProblems: [Finding] {
        var problems = FolderChecks(configuration: configuration).site().filter { $0.outcome == .failed }
            .map { Finding.failed($0.text, remedy: $0.remedy) }
        if let secret = PublishedSecret.found(in: configuration) {
            problems.append(.failed(secret.description))
        }
        return problems
    }

    /// All but ``siteProblems``.
    func examined(region: String?) -> (Prepared, problems: [Finding]) {
        var parameters = configuration.cloud.parameters
        let access = parameters.effective("OwnerAccess", in: template)
        let zips = FunctionZips(folder: lambdas, needsReader: access != "None").find()
        for package in zips.packages {
            parameters.set(package.function.keyParameter, package.key, source: package.path)
        }
        var problems = configuration.cloud.problems.map { Finding.failed($0.description) }
        problems += zips.problems
        if let built = zips.packages.first?.architecture.rawValue {
            if let wanted = parameters["Architecture"], wanted != built {
                problems.append(
                    .failed(
                        "aws.parameters.Architecture is \"\(wanted)\", and the zips are built for \(built)",
                        remedy: "take it out, or build them on such a machine"
                    )
                )
            }
            parameters.set("Architecture", built, source: "the zips")
        }
        problems += missingMail(parameters)
        problems += domainProblems(parameters, region: region)
        // Those that this command sets are complete once the zips are there; their absence was said already.
        let keys = SiteFunction.allCases.map(\.keyParameter)
        let others = template.filter { parameter in
            parameter.name != "CodeBucket" && !keys.contains(parameter.name)
                && !(Self.mailKeys[parameter.name] != nil && parameters[parameter.name] == nil)
        }
        var checked = parameters
        checked.remove(keys)
        problems += checked.problems(against: others)
        return (Prepared(parameters: parameters, packages: zips.packages), problems)
    }

    private static let mailKeys = ["MailFromAddress": "mail.from", "MailTo": "mail.to", "OwnerEmail": "mail.to"]

    private func missingMail(_ parameters: StackParameters) -> [Finding] {
        var problems: [Finding] = []
        func miss(_ key: String, _ remedy: String) {
            problems.append(.failed("\(key) is not set", remedy: remedy))
        }
        if parameters["MailFromAddress"] == nil {
            miss("mail.from", "set it to the address that mail comes from, the site's own")
        }
        if parameters["MailTo"] == nil {
            miss("mail.to", "set it to your address")
        } else if parameters["OwnerEmail"] == nil {
            miss("aws.parameters.OwnerEmail", "set it to who gets the alarms")
        }
        return problems
    }

    /// The template's own rule, said before the account is looked at.
    private func domainProblems(_ parameters: StackParameters, region: String?) -> [Finding] {
        guard let domain = parameters["DomainName"], !domain.isEmpty, (parameters["CertificateArn"] ?? "").isEmpty
        else {
            return []
        }
        if region == "us-east-1", !(parameters["HostedZoneId"] ?? "").isEmpty { return [] }
        return [
            .failed(
                "the site's name \"\(domain)\" needs a certificate in us-east-1",
                remedy:
                    "set aws.parameters.CertificateArn, or deploy in us-east-1 with aws.parameters.HostedZoneId, or set "
                    + "aws.parameters.DomainName to \"\" and use the name that CloudFront gives"
            )
        ]
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import FormConfiguration
import SiteDeployment
import StackTemplate

/// Whether `brevlada deploy` would find everything it needs of AWS; of the site's folder the doctor has said it already. Changes
/// nothing.
struct CloudChecks {
    let configuration: Configuration
    let options: CloudOptions
    let lambdas: String?

    /// - Parameter record: Called with each finding as it comes.
    func run(_ record: (DoctorFinding) -> Void) async {
        let template = TemplateParameter.all(in: StackTemplate.text)
        let preparation = CloudPreparation(configuration: configuration, template: template, lambdas: lambdas)
        let session = Result { () throws(AWSFailure) in try options.session(configuration.cloud) }
        let (prepared, problems) = preparation.examined(region: try? session.get().region)
        for problem in problems { record(DoctorFinding(problem)) }
        for package in prepared.packages {
            record(.passed(.aws, "\(package.function.name).zip is fit for Lambda, \(package.architecture.rawValue)"))
        }
        do {
            let process = AWSProcess()
            record(.passed(.aws, "the AWS CLI is \(try await process.version())"))
            let aws = try session.get()
            let caller = try await CallerIdentity.ask(aws)
            record(.passed(.aws, "the account is \(caller.account), as \(caller.arn), in \(aws.region)"))
            let name = options.stackName(configuration.cloud)
            let cloudFormation = CloudFormation(aws: aws)
            let stack = try await cloudFormation.stack(name)
            var isOurs = true
            if let stack { isOurs = try await cloudFormation.isOfBrevlada(stack) }
            record(Self.finding(stack, isOurs: isOurs, name: name, region: aws.region))
            // Of somebody else's stack nothing is to be reckoned with.
            guard isOurs else { return }
            let findings = try await Preflight(
                aws: aws,
                account: caller.account,
                parameters: prepared.parameters,
                template: template,
                stack: stack
            ).look().findings
            for finding in findings { record(DoctorFinding(finding)) }
        } catch let failure as AWSFailure {
            record(DoctorFinding(failure.finding))
        } catch {
            record(.failed(.aws, "the account can't be looked at: \(error)", remedy: nil))
        }
    }

    static func finding(_ stack: Stack?, isOurs: Bool, name: String, region: String) -> DoctorFinding {
        guard let stack else { return .passed(.aws, "there is no stack \"\(name)\" yet; deploying makes it") }
        guard isOurs else { return DoctorFinding(DeploymentFailure.foreign(name, in: region)) }
        let text = "the stack \"\(name)\" is \(stack.status.words)"
        guard let remedy = stack.status.remedy else { return .passed(.aws, text) }
        return stack.status.mustBeRemoved
            ? .failed(.aws, text, remedy: remedy) : .warning(.aws, text, remedy: remedy)
    }
}

extension DoctorFinding {
    init(_ finding: Finding) {
        let outcome: Outcome =
            switch finding.outcome {
            case .passed: .passed
            case .warning: .warning
            case .failed: .failed
            }
        self.init(area: .aws, outcome: outcome, text: finding.text, remedy: finding.remedy)
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What is live of the API: a picture of its routes, which a deployment takes.
/// https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html
struct LiveRoutes: Sendable {
    let cloudFormation: CloudFormation
    let console: any DeploymentConsole

    /// Takes a new picture after an update that removed routes. CloudFormation removes last of all what is no longer in the
    /// template, so that its own picture still has them: they would go on answering, with 401 or an error.
    ///
    /// A failure is said and no more, for all else is as it should be. When CloudFormation sets the stage's deployment anew,
    /// with the next change of the routes, its own is live again.
    func renew(after outcome: StackWatch.Outcome) async {
        guard let stack = outcome.stack, stack.status.isGood,
            outcome.events.contains(where: { $0.type == .method && $0.status == .deleteComplete })
        else { return }
        do throws(AWSFailure) {
            let api = try await cloudFormation.physicalID(of: "Api", in: stack.id)
            let stage = try await cloudFormation.physicalID(of: "Stage", in: stack.id)
            _ = try await cloudFormation.aws.call([
                "apigateway", "create-deployment", "--rest-api-id", api, "--stage-name", stage,
                "--description", "Without the routes that were removed",
            ])
            await console.say(.passed, "the routes that were removed answer no more")
        } catch {
            await console.say(.warning, "routes that were removed still answer: \(error)")
            await console.say(
                .todo,
                "deploy the API \"\(stack.name)\" to its stage in the API Gateway console of "
                    + cloudFormation.aws.region
            )
        }
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSLambda
import AWSServices
import ContactForm
import ContactFormAWS
import ContactFormChallenge
import ContactFormLambda
import FormConfiguration
import HTTPAddress

LambdaFunction.run("AddContactInfo") { context, invocation in
    // Calls end a moment before the invocation does: the visitor gets an answer in any case.
    await AWSCall(invocationEndingAt: context.deadline, traceID: context.traceID).run { await invocation() }
} makeHandler: { start in
    let settings = try AddContactInfoSettings(environment: start.environment)
    let aws = try AWSConfiguration(environment: start.environment)
    let dynamoDB = DynamoDBClient(configuration: aws, eventLoop: start.eventLoop, logger: start.logger)
    await dynamoDB.warmUp()
    let store = DynamoDBSubmissionStore(
        client: dynamoDB,
        table: settings.table.name,
        shardCount: settings.table.shards,
        forms: settings.forms.forms.keys,
        logger: start.logger
    )
    let challenge = try settings.challenge.map { challenge throws(LambdaFailure) -> SiteverifyChallenge in
        // As AWS_ENDPOINT_URL is for AWS: set by tests alone, not by the template.
        let other = start.environment["BREVLADA_CHALLENGE_ENDPOINT"]
        // Without its checker the form would stand open, and nobody would notice.
        guard let endpoint = other.map({ HTTPLocation(url: $0) }) ?? challenge.provider.endpoint else {
            throw LambdaFailure(
                type: "Configuration.Invalid",
                message: "BREVLADA_CHALLENGE_ENDPOINT is no address that can be called; unset it"
            )
        }
        return SiteverifyChallenge(
            provider: challenge.provider,
            secret: challenge.secret,
            transport: SiteverifyCall(to: endpoint, on: start.eventLoop),
            logger: start.logger
        )
    }
    return AddContactInfoHandler(settings: settings.forms, store: store, challenge: challenge, metrics: start.metrics)
}

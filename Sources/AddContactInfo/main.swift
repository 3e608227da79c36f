// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSLambda
import AWSServices
import ContactForm
import ContactFormAWS
import ContactFormChallenge
import ContactFormLambda
import FormConfiguration

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
    let challenge = settings.challenge.flatMap { challenge -> SiteverifyChallenge? in
        // As AWS_ENDPOINT_URL is for AWS: set by tests alone, not by the template.
        let endpoint = start.environment["BREVLADA_CHALLENGE_ENDPOINT"]
        guard let provider = SiteverifyChallenge.Provider(rawValue: challenge.kind.rawValue),
            let call = SiteverifyCall(url: endpoint ?? provider.endpoint, on: start.eventLoop)
        else { return nil }
        return SiteverifyChallenge(
            provider: provider,
            secret: challenge.secret,
            transport: call,
            logger: start.logger
        )
    }
    return AddContactInfoHandler(settings: settings.forms, store: store, challenge: challenge, metrics: start.metrics)
}

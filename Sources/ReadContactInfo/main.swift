// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSLambda
import AWSServices
import ContactForm
import ContactFormAWS
import ContactFormLambda

LambdaFunction.run("ReadContactInfo") { context, invocation in
    // Calls end a moment before the invocation does: the owner gets an answer in any case.
    await AWSCall(invocationEndingAt: context.deadline, traceID: context.traceID).run { await invocation() }
} makeHandler: { start in
    let settings = try ReadContactInfoSettings(environment: start.environment)
    let aws = try AWSConfiguration(environment: start.environment)
    let dynamoDB = DynamoDBClient(configuration: aws, eventLoop: start.eventLoop, logger: start.logger)
    await dynamoDB.warmUp()
    let store = DynamoDBSubmissionStore(
        client: dynamoDB,
        table: settings.table.name,
        shardCount: settings.table.shards,
        forms: settings.forms.keys,
        logger: start.logger
    )
    return ReadContactInfoHandler(archive: store, language: settings.language, forms: settings.forms)
}

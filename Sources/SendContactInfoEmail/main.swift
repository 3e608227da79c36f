// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSLambda
import AWSServices
import ContactForm
import ContactFormAWS
import ContactFormLambda
import ContactFormWebhook
import FormConfiguration

LambdaFunction.run("SendContactInfoEmail") { context, invocation in
    // Calls end a moment before the invocation does: what is not done is reported.
    await AWSCall(invocationEndingAt: context.deadline, traceID: context.traceID).run { await invocation() }
} makeHandler: { start in
    let settings = try SendContactInfoEmailSettings(environment: start.environment)
    let aws = try AWSConfiguration(environment: start.environment)
    let dynamoDB = DynamoDBClient(configuration: aws, eventLoop: start.eventLoop, logger: start.logger)
    let ses = SESClient(configuration: aws, eventLoop: start.eventLoop, logger: start.logger)
    await dynamoDB.warmUp()
    await ses.warmUp()
    let store = DynamoDBSubmissionStore(
        client: dynamoDB,
        table: settings.table.name,
        shardCount: settings.table.shards,
        forms: settings.notifications.forms.keys,
        logger: start.logger
    )
    let mailer = SESMailer(client: ses, configurationSet: settings.configurationSet)
    let sender = NotificationSender(settings: settings.notifications, store: store, mailer: mailer)
    let region = settings.table.region
    let watch = settings.alerts.map { alerts in
        MailWatch(
            outbox: store,
            channel: WebhookChannel(
                secret: alerts.secret,
                transport: WebhookCall(to: alerts.address, on: start.eventLoop)
            ),
            memory: DynamoDBAlertMemory(store: store, of: .alerts, region: region),
            // The sweep sends all that is due, as the digest rule has it or not: nothing waits for its turn.
            late: LateRule(retry: settings.notifications.retry),
            region: region
        )
    }
    let reminder = UnmailedReminder(
        settings: settings.notifications,
        outbox: store,
        mailer: mailer,
        memory: DynamoDBAlertMemory(store: store, of: .reminders, region: region),
        region: region,
        interval: .hours(1)
    )
    return SendContactInfoEmailHandler(
        sender: sender,
        outbox: store,
        books: store,
        region: region,
        watch: watch,
        reminder: reminder,
        metrics: start.metrics
    )
}

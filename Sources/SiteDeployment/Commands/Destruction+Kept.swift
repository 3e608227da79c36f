// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

extension Destruction {
    /// What stays, each with how to get at it.
    func kept(_ stack: Stack) -> [ReportLine] {
        let outputs = stack.outputs
        var lines: [ReportLine] = []
        func keep(_ what: String, _ how: String) {
            lines += [ReportLine(.passed, "kept: \(what)"), ReportLine("     \(how)")]
        }
        if let table = outputs["TableName"] {
            if wish.deletesTable {
                // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html
                lines += [
                    ReportLine(.removed, "DELETED with every message in it: the table \(table)"),
                    ReportLine(
                        "     AWS keeps a backup of it for 35 days, \(table)$DeletedTableBackup, for nothing: who may restore "
                            + "it has the messages"
                    ),
                ]
            } else {
                let shards = outputs["TableShards"].map { " --shards \($0)" } ?? ""
                keep(
                    "the messages, in the table \(table)",
                    "read them with: brevlada inbox export --aws --table \(table)\(shards) --region \(aws.region)"
                )
            }
        }
        if let bucket = outputs["SiteBucketName"] {
            if wish.deletesSite {
                lines.append(ReportLine(.removed, "DELETED with every file in it: the bucket \(bucket)"))
            } else {
                keep("the site's files, in the bucket \(bucket)", "copy them with: aws s3 sync s3://\(bucket) site")
            }
        }
        if let bucket = outputs["LogBucketName"] {
            keep("access logs, in the bucket \(bucket)", "copy them with: aws s3 sync s3://\(bucket) logs")
        }
        if outputs["PipelineUrl"] != nil {
            keep("what the pipeline built, in its bucket ArtifactBucket", "its name is told when the stack is gone")
        }
        if let pool = outputs["OwnerPoolId"] {
            keep("the owners' accounts, in the user pool \(pool)", "see it in the Cognito console of \(aws.region)")
        }
        if let key = outputs["DataKeyArn"] {
            if wish.deletesTable {
                keep(
                    "the key \(key), a dollar a month",
                    "when nobody needs that backup, the logs and the files any more: aws kms schedule-key-deletion --key-id "
                        + "\(key) --region \(aws.region)"
                )
            } else {
                keep("the key \(key), a dollar a month", "do not delete it: without it the messages can't be read")
            }
        }
        if let identity = outputs["MailIdentityName"], (stack.parameters["MailIdentity"] ?? "") != "Existing" {
            keep(
                "the verified sender \(identity)",
                "remove it with: aws sesv2 delete-email-identity --email-identity \(identity) --region \(aws.region)"
            )
        }
        if let zone = stack.parameters["MailHostedZoneId"], !zone.isEmpty {
            keep("the DNS records that show that SES may sign its mail", "in the zone \(zone), until the sender goes")
        }
        if (stack.parameters["ApiLoggingRole"] ?? "") == "Create" {
            keep(
                "the role by which API Gateway writes logs",
                "it is the account's: its other APIs use it, and it costs nothing"
            )
        }
        let secrets = ["ChallengeSecretName", "AlertWebhookSecretName", "GitHubSecretName"]
            .compactMap { stack.parameters[$0] }.filter { !$0.isEmpty }
        for secret in secrets {
            keep(
                "the secret \(secret), which you made, 40 cents a month",
                "remove it with: aws secretsmanager delete-secret --secret-id \(secret) --region \(aws.region)"
            )
        }
        return lines
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SiteDeployment

@Suite("What is left in the account")
struct KeptResourcesTests {
    @Test("is listed with its name and how to remove it, each once, and without what was removed by other means")
    func lines() throws {
        let events = [
            event(1, "Table", "DynamoDB::GlobalTable", "DELETE_SKIPPED", id: "site-Table-1"),
            event(1, "Table", "DynamoDB::GlobalTable", "DELETE_SKIPPED", id: "site-Table-1"),
            event(2, "DataKey", "KMS::Key", "DELETE_SKIPPED", id: "k1"),
            event(2, "LogBucket", "S3::Bucket", "DELETE_SKIPPED", id: "site-logbucket-1"),
            event(2, "SiteBucket", "S3::Bucket", "DELETE_SKIPPED", id: "site-sitebucket-1"),
            event(2, "Api", "ApiGateway::RestApi", "DELETE_COMPLETE", id: "a1"),
            event(3, "Identity", "SES::EmailIdentity", "DELETE_SKIPPED", id: "example.com"),
            event(3, "IdentityRecords", "Route53::RecordSetGroup", "DELETE_SKIPPED", id: "site-Iden-1"),
            event(3, "OwnerPool", "Cognito::UserPool", "DELETE_SKIPPED", id: "eu-north-1_1"),
            event(3, "Owner", "Cognito::UserPoolUser", "DELETE_SKIPPED", id: "eva@example.com"),
            event(3, "ApiLoggingRoleForAccount", "IAM::Role", "DELETE_SKIPPED", id: "site-Role-1"),
            // It was never made.
            event(4, "Thing", "New::Thing", "DELETE_SKIPPED"),
            event(4, "Other", "New::Thing", "DELETE_SKIPPED", id: "t1"),
        ]
        let kept = KeptResources(of: events, removed: ["site-sitebucket-1"], stack: "site", in: "eu-north-1")
        try expectGolden("kept.txt", plain(kept.lines))
        #expect(KeptResources(of: [events[5]], stack: "site", in: "eu-north-1").lines.isEmpty)
    }

    @Test(
        "does not name the sender that the stack mails from as before, nor its records",
        arguments: [
            ("Existing", "form@example.com", "example.com", false),
            ("Existing", "Form@Mail.example.com", "example.com", false),
            ("Existing", "form@example.com", "form@example.com", false),
            ("Existing", "form@example.org", "example.com", true),
            ("Existing", "form@anexample.com", "example.com", true),
            ("Existing", "eva.form@example.com", "form@example.com", true),
            ("Domain", "form@example.com", "example.com", true), (nil, "form@example.com", "example.com", true),
        ]
    )
    func sender(_ identity: String?, _ address: String, _ kept: String, _ isNamed: Bool) {
        let events = [
            event(1, "Identity", "SES::EmailIdentity", "DELETE_SKIPPED", id: kept),
            event(1, "IdentityRecords", "Route53::RecordSetGroup", "DELETE_SKIPPED", id: "site-Iden-1"),
            event(2, "LogBucket", "S3::Bucket", "DELETE_SKIPPED", id: "site-logbucket-1"),
        ]
        let stack = identity.map { identity in
            Stack(
                id: stackID,
                name: "site",
                status: StackStatus(rawValue: "UPDATE_COMPLETE"),
                parameters: ["MailIdentity": identity, "MailFromAddress": address]
            )
        }
        let outcome = StackWatch.Outcome(stack: stack, cause: nil, events: events)
        let text = plain(KeptResources(of: outcome, stack: "site", in: "eu-north-1").lines)
        #expect(text.contains("Identity (sender of the mail): \(kept)") == isNamed)
        #expect(text.contains("IdentityRecords") == isNamed)
        #expect(text.contains("LogBucket"))
    }
}

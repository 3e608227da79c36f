// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// A service of AWS and its three names.
package struct AWSService: Sendable, Hashable {
    /// What its servers' names begin with.
    package var hostPrefix: String
    /// What requests are signed for.
    package var signingName: String
    /// How it is called in `AWS_ENDPOINT_URL_…`
    /// (https://docs.aws.amazon.com/sdkref/latest/guide/ss-endpoints-table.html).
    package var endpointName: String

    package static let dynamoDB = AWSService(
        hostPrefix: "dynamodb",
        signingName: "dynamodb",
        endpointName: "DYNAMODB"
    )
    /// Version 2 of SES's API; the first has the same servers and another name here.
    package static let ses = AWSService(hostPrefix: "email", signingName: "ses", endpointName: "SESV2")
}

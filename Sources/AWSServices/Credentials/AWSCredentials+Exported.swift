// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import JSON

extension AWSCredentials {
    /// Reads what `aws configure export-credentials --format process` prints, which every way of signing in that the AWS
    /// CLI knows ends in; nil when it holds no keys.
    /// See https://docs.aws.amazon.com/cli/latest/reference/configure/export-credentials.html
    package init?(exported: JSONValue) {
        guard exported["Version"]?.integer == 1 else { return nil }
        self.init(
            accessKeyID: exported["AccessKeyId"]?.string,
            secretAccessKey: exported["SecretAccessKey"]?.string,
            sessionToken: exported["SessionToken"]?.string
        )
    }
}

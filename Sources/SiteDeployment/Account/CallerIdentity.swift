// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Who is calling.
package struct CallerIdentity: Sendable, Hashable {
    package var account: String
    package var arn: String

    /// The part of AWS that the account is in, such as `aws-cn`: the second field of every ARN.
    /// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
    package var partition: String {
        let fields = arn.split(separator: ":", omittingEmptySubsequences: false)
        return fields.count > 1 ? String(fields[1]) : "aws"
    }

    /// What the names of servers in that part end with.
    /// See https://github.com/boto/botocore/blob/develop/botocore/data/partitions.json
    package var domain: String {
        switch partition {
        case "aws-cn": "amazonaws.com.cn"
        case "aws-eusc": "amazonaws.eu"
        default: "amazonaws.com"
        }
    }

    /// Asks STS, which every caller with credentials may; it changes nothing and may be repeated.
    ///
    /// - Throws: also when AWS answers without an account.
    package static func ask(_ aws: AWSSession) async throws(AWSFailure) -> CallerIdentity {
        let answer = try await aws.call(["sts", "get-caller-identity"])
        guard let account = answer.text("Account"), let arn = answer.text("Arn") else {
            throw AWSFailure(.other, "AWS did not say which account this is")
        }
        return CallerIdentity(account: account, arn: arn)
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Who is calling.
package struct CallerIdentity: Sendable, Hashable {
    package var account: String
    package var arn: String

    package static func ask(_ aws: AWSSession) async throws(AWSFailure) -> CallerIdentity {
        let answer = try await aws.call("sts", "get-caller-identity")
        guard let account = answer.text("Account"), let arn = answer.text("Arn") else {
            throw AWSFailure(.other, "AWS did not say which account this is")
        }
        return CallerIdentity(account: account, arn: arn)
    }
}

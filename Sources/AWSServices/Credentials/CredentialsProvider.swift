// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Has the keys for the next request.
package protocol CredentialsProvider: Sendable {
    /// - Throws: An error of kind permanent, with the remedy in its message, when there are none.
    func credentials() async throws(AWSError) -> AWSCredentials
}

/// Keys that stay the same as long as the process runs, as a function's do.
package struct StaticCredentials: CredentialsProvider {
    private let value: AWSCredentials

    package init(_ value: AWSCredentials) {
        self.value = value
    }

    package func credentials() async throws(AWSError) -> AWSCredentials { value }
}

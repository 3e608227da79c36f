// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Why a deployment can't go on, when not AWS says so.
package struct DeploymentFailure: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// Something must be set or said otherwise before it is tried again.
        case notPrepared
        /// It was tried and did not work, or the operator said no.
        case notDone
    }

    package var kind: Kind
    /// Lower case, subject first, remedy last. Empty when all has been said.
    package var description: String

    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }

    package static func noStack(_ name: String, in region: String) -> DeploymentFailure {
        DeploymentFailure(
            .notPrepared,
            "there is no stack \"\(name)\" in \(region); \"brevlada deploy\" makes it, and --stack and --region name another"
        )
    }

    /// What is said of a stack that somebody else made, before anything is done to it.
    package static func foreign(_ name: String, in region: String) -> Finding {
        .failed(
            "the stack \"\(name)\" in \(region) is not one of Brevlåda's, and is left as it is",
            remedy: "choose another name with --stack or aws.stack, or another Region with --region"
        )
    }

    /// - Throws: When somebody else made the stack; `AWSFailure` when that can't be told.
    static func refuseForeign(_ stack: Stack, _ cloudFormation: CloudFormation) async throws {
        guard try await !cloudFormation.isOfBrevlada(stack) else { return }
        throw DeploymentFailure(.notPrepared, foreign(stack.name, in: cloudFormation.aws.region).sentence)
    }
}

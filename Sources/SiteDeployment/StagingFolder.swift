// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Files that the AWS CLI is to read: a folder of this run's own, which goes away with it.
package protocol StagingFolder: Sendable {
    /// Its absolute path.
    var folder: String { get }

    /// Writes a file at a relative path and gives its absolute one.
    func write(_ bytes: [UInt8], to path: String) async throws(DeploymentFailure) -> String

    /// Makes a symbolic link at a relative path and gives its absolute one.
    func link(to target: String, at path: String) async throws(DeploymentFailure) -> String
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import Logging
package import NIOCore

/// What a function starts with.
package struct LambdaInitialization: Sendable {
    package var environment: [String: String]
    /// The only event loop; handlers run on its thread too.
    package var eventLoop: any EventLoop
    /// Its lines carry the request id of the invocation that runs when they are written.
    package var logger: Logger
    package var metrics: EmbeddedMetricsWriter
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import NIOSSL
import Synchronization

/// The certificates that servers are checked against, read when the first connection needs them and kept.
package final class TLSTrust: Sendable {
    private let caBundle: String?
    private let cached = Mutex<NIOSSLContext?>(nil)

    /// The system's, for whoever is not told of others.
    package static let system = TLSTrust()

    /// - Parameter caBundle: A file in PEM to trust instead of the system's certificates.
    package init(caBundle: String? = nil) {
        self.caBundle = caBundle
    }

    /// Reading the system's certificates takes milliseconds, so it is done once for all clients that share this.
    package func context() throws -> NIOSSLContext {
        try cached.withLock { cached in
            if let cached { return cached }
            var configuration = TLSConfiguration.makeClientConfiguration()
            // Older versions are not to be used (RFC 8996).
            configuration.minimumTLSVersion = .tlsv12
            if let caBundle { configuration.trustRoots = .file(caBundle) }
            let context = try NIOSSLContext(configuration: configuration)
            cached = context
            return context
        }
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
package import NIOSSL

/// The certificates that stand beside the tests of SMTP.
package enum TestCertificates {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Tests/SMTPTests/Fixtures")

    /// The authority that they are under.
    package static let caBundle = folder.appending(path: "ca.pem").path

    /// - Parameter latest: The latest version of TLS that the server speaks; nil for every one.
    package static func serverTLS(_ certificate: String, latest: TLSVersion? = nil) throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMFile(folder.appending(path: "\(certificate).pem").path)
        let key = try NIOSSLPrivateKey(file: folder.appending(path: "server.key").path, format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.maximumTLSVersion = latest
        return try NIOSSLContext(configuration: configuration)
    }
}

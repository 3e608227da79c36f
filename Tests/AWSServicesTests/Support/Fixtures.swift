// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import NIOSSL

/// What stands in `Fixtures/` beside the tests, and the certificates beside the tests of SMTP.
enum Fixtures {
    private static let tests = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The authority that the certificates for tests are under.
    static let caBundle = tests.appending(path: "SMTPTests/Fixtures/ca.pem").path

    /// - Parameter latest: The latest version of TLS that the server speaks; nil for every one.
    static func serverTLS(certificate: String, latest: TLSVersion? = nil) throws -> NIOSSLContext {
        let folder = tests.appending(path: "SMTPTests/Fixtures")
        let chain = try NIOSSLCertificate.fromPEMFile(folder.appending(path: "\(certificate).pem").path)
        let key = try NIOSSLPrivateKey(file: folder.appending(path: "server.key").path, format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.maximumTLSVersion = latest
        return try NIOSSLContext(configuration: configuration)
    }

    static func json(_ name: String) throws -> JSONValue {
        let data = try Data(contentsOf: tests.appending(path: "AWSServicesTests/Fixtures/\(name)"))
        return try JSONParser.parse(Array(data), maximumDepth: 16)
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Signs requests with AWS Signature Version 4.
/// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
package struct SigV4Signer: Sendable {
    private let scope: String
    private let keys: SigningKeyCache

    /// - Parameter service: The name the service signs under; SES's is `ses`, unlike its host's.
    package init(region: String, service: String) {
        scope = "/\(region)/\(service)/aws4_request"
        keys = SigningKeyCache(region: region, service: service)
    }

    /// Adds the date, the session token and the signature of the request as it then stands.
    ///
    /// Every header that is there is signed, so those that a proxy may change are added after.
    package func sign(_ request: inout HTTPRequest, with credentials: AWSCredentials, at time: AWSTime) {
        let date = time.basic
        request.headers.append(HTTPHeaderField("x-amz-date", date))
        if let token = credentials.sessionToken {
            request.headers.append(HTTPHeaderField("x-amz-security-token", token))
        }
        let canonical = CanonicalRequest(
            method: request.method,
            target: request.target,
            headers: request.headers,
            payloadHash: Self.hexadecimal(SHA256.hash(data: request.body))
        )
        let value = authorization(for: canonical, date: date, credentials: credentials)
        request.headers.append(HTTPHeaderField("authorization", value))
    }

    func authorization(for canonical: CanonicalRequest, date: String, credentials: AWSCredentials) -> String {
        let day = String(date.prefix(8))
        var hmac = keys.hmac(secret: credentials.secretAccessKey, date: day)
        hmac.update(data: stringToSign(canonical, date: date))
        var value = "AWS4-HMAC-SHA256 Credential="
        value.reserveCapacity(320)
        value += credentials.accessKeyID
        value += "/"
        value += day
        value += scope
        value += ", SignedHeaders="
        value += String(decoding: canonical.signedHeaders, as: UTF8.self)
        value += ", Signature="
        value += String(decoding: Self.hexadecimal(hmac.finalize()), as: UTF8.self)
        return value
    }

    func stringToSign(_ canonical: CanonicalRequest, date: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(160)
        bytes.append(contentsOf: "AWS4-HMAC-SHA256\n".utf8)
        bytes.append(contentsOf: date.utf8)
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: date.utf8.prefix(8))
        bytes.append(contentsOf: scope.utf8)
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: Self.hexadecimal(SHA256.hash(data: canonical.bytes)))
        return bytes
    }

    static func hexadecimal(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        let digits: StaticString = "0123456789abcdef"
        return digits.withUTF8Buffer { digits in
            var text: [UInt8] = []
            text.reserveCapacity(64)
            for byte in bytes {
                text.append(digits[Int(byte >> 4)])
                text.append(digits[Int(byte & 15)])
            }
            return text
        }
    }
}

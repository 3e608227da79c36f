// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes
package import OutgoingHTTP

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
            payloadHash: Hexadecimal.encode(SHA256.digest(request.body))
        )
        let value = authorization(for: canonical, date: date, credentials: credentials)
        request.headers.append(HTTPHeaderField("authorization", value))
    }

    func authorization(for canonical: CanonicalRequest, date: String, credentials: AWSCredentials) -> String {
        let day = String(date.prefix(8))
        var hmac = keys.hmac(secret: credentials.secretAccessKey, date: day)
        hmac.update(stringToSign(canonical, date: date))
        var value = "AWS4-HMAC-SHA256 Credential="
        value.reserveCapacity(320)
        value += credentials.accessKeyID
        value += "/"
        value += day
        value += scope
        value += ", SignedHeaders="
        value += String(decoding: canonical.signedHeaders, as: UTF8.self)
        value += ", Signature="
        value += String(decoding: Hexadecimal.encode(hmac.finish()), as: UTF8.self)
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
        bytes.append(contentsOf: Hexadecimal.encode(SHA256.digest(canonical.bytes)))
        return bytes
    }
}

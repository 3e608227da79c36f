// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes
import JSON
import OutgoingHTTP
import Testing

@testable import AWSServices

@Suite("Signature Version 4, on AWS's own vectors")
struct SigV4VectorTests {
    static let vectors: [Vector] = {
        guard let elements = try? Fixtures.json("aws-signing-test-suite.json").array else { return [] }
        // The others are for S3, which alone leaves a path as it is.
        return elements.compactMap(Vector.init).filter(\.normalizesPath)
    }()

    @Test("all of AWS's vectors for services other than S3 are there")
    func count() {
        #expect(Self.vectors.count == 31)
    }

    @Test("a request has AWS's canonical form, string to sign and signature", arguments: vectors)
    func matches(_ vector: Vector) throws {
        var request = vector.request
        let payloadHash = Hexadecimal.encode(SHA256.digest(request.body))
        request.headers.append(HTTPHeaderField("x-amz-date", vector.date))
        if let token = vector.credentials.sessionToken, !vector.omitsSessionToken {
            request.headers.append(HTTPHeaderField("x-amz-security-token", token))
        }
        if vector.signsBody {
            request.headers.append(
                HTTPHeaderField("x-amz-content-sha256", String(decoding: payloadHash, as: UTF8.self))
            )
        }
        let canonical = CanonicalRequest(
            method: request.method,
            target: request.target,
            headers: request.headers,
            payloadHash: payloadHash
        )
        #expect(String(decoding: canonical.bytes, as: UTF8.self) == vector.canonicalRequest)
        let signer = SigV4Signer(region: vector.region, service: vector.service)
        let stringToSign = signer.stringToSign(canonical, date: vector.date)
        #expect(String(decoding: stringToSign, as: UTF8.self) == vector.stringToSign)
        let value = signer.authorization(for: canonical, date: vector.date, credentials: vector.credentials)
        #expect(value.hasSuffix("Signature=\(vector.signature)"))
    }

    @Test(
        "what signs a request of ours gives the same signature",
        arguments: ["get-vanilla", "get-vanilla-with-session-token"]
    )
    func signsWhole(name: String) throws {
        let vector = try #require(Self.vectors.first { $0.name == name })
        var request = vector.request
        let signer = SigV4Signer(region: vector.region, service: vector.service)
        // 2015-08-30T12:36:00Z
        signer.sign(&request, with: vector.credentials, at: AWSTime(seconds: 1_440_938_160))
        let authorization = try #require(request.headers.last)
        #expect(authorization.name == "authorization")
        #expect(authorization.value.hasSuffix("Signature=\(vector.signature)"))
    }

    @Test("another day, secret, Region or service gives another signature, and going back the first one")
    func keyCache() throws {
        let vector = try #require(Self.vectors.first { $0.name == "get-vanilla" })
        let signer = SigV4Signer(region: "us-east-1", service: "service")
        func signature(_ signer: SigV4Signer, secret: String, day: Int64) -> String {
            var request = vector.request
            let credentials = AWSCredentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: secret)
            signer.sign(&request, with: credentials, at: AWSTime(seconds: 1_440_938_160 + day * 86_400))
            return request.headers.last?.value.split(separator: "=").last.map(String.init) ?? ""
        }
        let secret = vector.credentials.secretAccessKey
        let signatures = [
            signature(signer, secret: secret, day: 0),
            signature(signer, secret: secret, day: 1),
            signature(signer, secret: "another", day: 1),
            signature(SigV4Signer(region: "eu-north-1", service: "service"), secret: secret, day: 0),
            signature(SigV4Signer(region: "us-east-1", service: "ses"), secret: secret, day: 0),
        ]
        #expect(Set(signatures).count == signatures.count)
        #expect(signature(signer, secret: secret, day: 0) == vector.signature)
    }
}

/// One of AWS's vectors, read from the fixture.
struct Vector: Sendable, CustomTestStringConvertible {
    var name: String
    var request: HTTPRequest
    var credentials: AWSCredentials
    var region: String
    var service: String
    var date: String
    var normalizesPath: Bool
    var signsBody: Bool
    var omitsSessionToken: Bool
    var canonicalRequest: String
    var stringToSign: String
    var signature: String

    var testDescription: String { name }

    init?(_ json: JSONValue) {
        func text(_ name: String) -> String { json[name]?.string ?? "" }
        guard let name = json["name"]?.string, let request = HTTPRequest(vector: text("request")) else { return nil }
        self.name = name
        self.request = request
        credentials = AWSCredentials(
            accessKeyID: text("accessKeyID"),
            secretAccessKey: text("secretAccessKey"),
            sessionToken: json["sessionToken"]?.string
        )
        region = text("region")
        service = text("service")
        date = text("timestamp").filter { $0 != "-" && $0 != ":" }
        normalizesPath = json["normalizesPath"] == .bool(true)
        signsBody = json["signsBody"] == .bool(true)
        omitsSessionToken = json["omitsSessionToken"] == .bool(true)
        canonicalRequest = text("canonicalRequest")
        stringToSign = text("stringToSign")
        signature = text("signature")
    }
}

extension HTTPRequest {
    /// Reads a request as the vectors write it: lines end with LF, and a header may go on in an indented line.
    fileprivate init?(vector text: String) {
        let parts = text.split(separator: "\n\n", maxSplits: 1)
        guard let head = parts.first else { return nil }
        let lines = head.split(separator: "\n")
        guard let first = lines.first, let space = first.firstIndex(of: " "), let end = first.lastIndex(of: " ") else {
            return nil
        }
        var headers: [HTTPHeaderField] = []
        for line in lines.dropFirst() {
            if line.first == " ", let last = headers.indices.last {
                headers[last].value += "\n" + line
            } else if let colon = line.firstIndex(of: ":") {
                headers.append(
                    HTTPHeaderField(line[..<colon].lowercased(), String(line[line.index(after: colon)...]))
                )
            }
        }
        self.init(
            method: String(first[..<space]),
            target: String(first[first.index(after: space)..<end]),
            headers: headers,
            body: parts.count > 1 ? Array(parts[1].utf8) : []
        )
    }
}

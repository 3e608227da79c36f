// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
import Foundation
import HTTPTestSupport
import JSON
import Logging
import NIOPosix
import OutgoingHTTP
import Testing

@Suite("SES")
struct SESClientTests {
    private static let message = Array("From: a@example.com\r\n\r\nÅ \u{0}\r\n".utf8)

    private static func send(
        _ script: [ScriptedServer.Step],
        mails: Int = 1,
        certificate: String? = nil,
        configurationSet: String? = nil
    ) async throws -> (id: Result<String?, AWSError>, received: [ScriptedServer.Received]) {
        try await ScriptedServer.run(script, certificate: certificate) { server, endpoint in
            var configuration = AWSConfiguration.test(endpoint)
            configuration.tls = TLSTrust(caBundle: TestCertificates.caBundle)
            let client = SESClient(
                configuration: configuration,
                eventLoop: MultiThreadedEventLoopGroup.singleton.next(),
                policy: .patient,
                logger: Logger(label: "test")
            )
            defer { client.close() }
            let result: Result<String?, AWSError>
            do throws(AWSError) {
                for _ in 1..<mails {
                    _ = try await client.send(
                        message,
                        from: "a@example.com",
                        to: ["b@example.net"],
                        configurationSet: nil
                    )
                }
                result = .success(
                    try await client.send(
                        message,
                        from: "a@example.com",
                        to: ["b@example.net", "c@example.net"],
                        configurationSet: configurationSet
                    )
                )
            } catch {
                result = .failure(error)
            }
            return (result, server.received)
        }
    }

    @Test("a mail arrives byte by byte, for those it is for", arguments: [nil, "contact"])
    func request(configurationSet: String?) async throws {
        let sent = try await Self.send(
            [.answer(200, body: #"{"MessageId":"0102-x"}"#)],
            configurationSet: configurationSet
        )
        #expect(try sent.id.get() == "0102-x")
        let request = try #require(sent.received.first)
        #expect(request.method == "POST" && request.target == "/v2/email/outbound-emails")
        #expect(request["authorization"]?.contains("/eu-north-1/ses/aws4_request") == true)
        let json = try JSONParser.parse(request.body, maximumDepth: 8)
        #expect(json["FromEmailAddress"]?.string == "a@example.com")
        #expect(json["Destination"]?["ToAddresses"]?.array == [.string("b@example.net"), .string("c@example.net")])
        #expect(json["ConfigurationSetName"]?.string == configurationSet)
        let data = try #require(json["Content"]?["Raw"]?["Data"]?.string.flatMap { Data(base64Encoded: $0) })
        #expect(Array(data) == Self.message)
    }

    @Test(
        "status 200 is a promise, whatever comes of the rest of the answer",
        arguments: [
            ScriptedServer.Step.answer(200, body: "{}"), .answer(200, body: "not json"),
            .bytes("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"Mess"),
        ]
    )
    func promise(step: ScriptedServer.Step) async throws {
        let sent = try await Self.send([step, .answer(200)])
        #expect(try sent.id.get() == nil)
        #expect(sent.received.count == 1)
    }

    @Test(
        "a mail whose fate is not known is not sent again here, on a new connection or a kept one",
        arguments: [ScriptedServer.Step.close, .cut(), .answer(500)],
        [nil, "server"]
    )
    func unknown(step: ScriptedServer.Step, certificate: String?) async throws {
        for kept in 0...1 {
            let script = Array(repeating: ScriptedServer.Step.answer(200), count: kept) + [step, .answer(200)]
            let sent = try await Self.send(script, mails: kept + 1, certificate: certificate)
            let error = try #require(throws: AWSError.self) { try sent.id.get() }
            #expect(error.mayHaveHappened && error.code != HTTPClientError.Code.unreachable.rawValue)
            #expect(sent.received.count == kept + 1)
        }
    }
}

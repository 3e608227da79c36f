// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import HTTPAddress
import HTTPTestSupport
import Logging
import NIOPosix
import OutgoingHTTP
import Synchronization
import Testing

@testable import AWSServices

@Suite("calls of a service")
struct AWSClientTests {
    typealias Step = ScriptedServer.Step

    /// What came of a call on a server that follows a script.
    struct Outcome: Sendable {
        var result: Result<HTTPResponse, AWSError>
        var received: [ScriptedServer.Received]
        var pauses: [Milliseconds]
    }

    private static func call(
        _ script: [Step],
        isRepeatable: Bool = true,
        policy: RetryPolicy = .patient,
        basePath: String = "",
        clock: @escaping @Sendable () -> Int64 = { 1_795_435_200_000 },
        call: AWSCall = AWSCall()
    ) async throws -> Outcome {
        try await ScriptedServer.run(script) { server, endpoint in
            let pauses = Mutex<[Milliseconds]>([])
            var endpoint = endpoint
            endpoint.basePath = basePath
            let client = AWSClient(
                .dynamoDB,
                configuration: .test(endpoint),
                eventLoop: MultiThreadedEventLoopGroup.singleton.next(),
                policy: policy,
                logger: Logger(label: "test"),
                clock: clock,
                pause: { pause in pauses.withLock { $0.append(pause) } }
            )
            defer { client.close() }
            let result: Result<HTTPResponse, AWSError>
            do throws(AWSError) {
                result = .success(
                    try await call.run { () async throws(AWSError) -> HTTPResponse in
                        var request = HTTPRequest.test
                        request.isRepeatable = isRepeatable
                        return try await client.call(request) { response in
                            response.body.first == UInt8(ascii: "{") ? response : nil
                        }
                    }
                )
            } catch {
                result = .failure(error)
            }
            return Outcome(result: result, received: server.received, pauses: pauses.withLock { $0 })
        }
    }

    private static func error(_ code: String, _ status: Int = 400) -> Step {
        .answer(status, body: #"{"__type":"com.amazonaws.dynamodb.v20120810#\#(code)","message":"m"}"#)
    }

    @Test("a request is signed, and arrives whole")
    func signed() async throws {
        let context = AWSCall(traceID: "Root=1-5759e988-bd862e3fe1be46a994272793")
        let outcome = try await Self.call([.answer(200)], call: context)
        #expect(try outcome.result.get().status == 200)
        let request = try #require(outcome.received.first)
        #expect(request.method == "POST" && request.target == "/" && request.body == Array("{}".utf8))
        #expect(request["x-amz-date"] == "20261123T120000Z")
        #expect(request["x-amz-security-token"] == "token")
        #expect(request["content-length"] == "2")
        #expect(request["x-amzn-trace-id"] == "Root=1-5759e988-bd862e3fe1be46a994272793")
        let authorization = try #require(request["authorization"])
        #expect(authorization.contains("Credential=AKIA/20261123/eu-north-1/dynamodb/aws4_request, "))
        #expect(
            authorization.contains("SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, ")
        )
    }

    @Test("below a path, what is sent is what was signed")
    func basePath() async throws {
        let outcome = try await Self.call([.answer(200)], basePath: "/stand/in")
        #expect(try outcome.result.get().status == 200)
        let sent = try #require(outcome.received.first)
        #expect(sent.target == "/stand/in/")
        var signed = HTTPRequest.test
        signed.target = sent.target
        signed.headers.append(HTTPHeaderField("host", try #require(sent["host"])))
        SigV4Signer(region: "eu-north-1", service: "dynamodb")
            .sign(&signed, with: .test, at: AWSTime(seconds: 1_795_435_200))
        #expect(sent["authorization"] == signed.headers.first { $0.name == "authorization" }?.value)
    }

    static let repeated: [(name: String, steps: [Step])] = [
        ("throttled", [error("ProvisionedThroughputExceededException"), error("ThrottlingException"), .answer(200)]),
        ("failing", [error("InternalServerError", 500), .answer(503, body: "<html>"), .answer(200)]),
        ("closing at once", [.close, .close, .answer(200)]),
        ("cutting its answer", [.bytes("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}"), .answer(200)]),
        ("answering nonsense", [.bytes("SSH-2.0-OpenSSH_9.2\r\n"), .answer(200, body: "not json"), .answer(200)]),
    ]

    @Test("a service that is for a while", arguments: repeated)
    func repeats(name: String, steps: [Step]) async throws {
        let outcome = try await Self.call(steps)
        #expect(try outcome.result.get().status == 200)
        #expect(outcome.received.count == steps.count)
        #expect(outcome.pauses.count == steps.count - 1)
        // What does not change in a repeat is the same: the service can tell that it is one.
        #expect(Set(outcome.received.map(\.body)).count == 1)
    }

    @Test(
        "what would fail again is not tried again",
        arguments: [
            "ConditionalCheckFailedException", "ValidationException", "AccessDeniedException",
            "ResourceNotFoundException", "UnrecognizedClientException",
        ]
    )
    func permanent(code: String) async throws {
        let outcome = try await Self.call([Self.error(code), .answer(200)])
        let error = try #require(throws: AWSError.self) { try outcome.result.get() }
        #expect(error.code == code && error.status == 400 && error.kind == .permanent)
        #expect(outcome.received.count == 1)
    }

    @Test("a call is given up after five attempts, with the last error")
    func givesUp() async throws {
        let steps = (1...5).map { Self.error($0 == 5 ? "ThrottlingException" : "InternalServerError", 500) }
        let outcome = try await Self.call(steps + [.answer(200)])
        let error = try #require(throws: AWSError.self) { try outcome.result.get() }
        #expect(error.code == "ThrottlingException")
        #expect(outcome.received.count == 5 && outcome.pauses.count == 4)
    }

    @Test("what must not be done twice is not sent again when its outcome is not known")
    func notRepeatable() async throws {
        for step in [
            Self.error("InternalServerError", 500), .close, .bytes("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n"),
        ] {
            let outcome = try await Self.call([step, .answer(200)], isRepeatable: false)
            let error = try #require(throws: AWSError.self) { try outcome.result.get() }
            #expect(error.mayHaveHappened)
            #expect(outcome.received.count == 1)
        }
        let throttled = try await Self.call([Self.error("ThrottlingException"), .answer(200)], isRepeatable: false)
        #expect(throttled.received.count == 2)
    }

    @Test("what one attempt may have done is not forgotten at the next one's failure")
    func mayHaveHappened() async throws {
        for (first, may) in [(Step.close, true), (Self.error("ThrottlingException"), false)] {
            let outcome = try await Self.call([first, Self.error("AccessDeniedException")])
            let error = try #require(throws: AWSError.self) { try outcome.result.get() }
            #expect(error.code == "AccessDeniedException" && error.mayHaveHappened == may)
        }
    }

    @Test("a server that keeps silent is left at the attempt's time-out")
    func silence() async throws {
        var policy = RetryPolicy.patient
        policy.attemptTimeout = 1000
        // On a busy machine an answer may come too late as well, and then there is another attempt.
        let outcome = try await Self.call([.silence] + Array(repeating: .answer(200), count: 4), policy: policy)
        #expect(try outcome.result.get().status == 200)
        #expect(outcome.received.count > 1)
        #expect(Set(outcome.received.map(\.connection)).count == outcome.received.count)
    }

    @Test("nothing is sent after the deadline, and no wait reaches beyond it")
    func deadline() async throws {
        let now: Int64 = 1_795_435_200_000
        let late = try await Self.call([.answer(200)], clock: { now }, call: AWSCall(deadline: now))
        #expect(late.received.isEmpty)
        #expect(throws: AWSError.self) { try late.result.get() }
        // Each look at the clock takes ten seconds, so that the deadline comes between two attempts.
        let ticks = Atomic<Int64>(now)
        let step = Self.error("InternalServerError", 500)
        var policy = RetryPolicy.patient
        policy.callTimeout = .max / 4
        let outcome = try await Self.call(
            Array(repeating: step, count: 9),
            policy: policy,
            clock: { ticks.add(10_000, ordering: .relaxed).newValue },
            call: AWSCall(deadline: now + 70_000)
        )
        let error = try #require(throws: AWSError.self) { try outcome.result.get() }
        #expect(error.code == "InternalServerError")
        #expect((1...2).contains(outcome.received.count))
    }

    @Test("a clock that is wrong is corrected from the service's date, once")
    func clockSkew() async throws {
        // Two hours behind what the client believes.
        let date = [("date", "Mon, 23 Nov 2026 10:00:00 GMT")]
        let body = #"{"__type":"com.amazon.coral.service#InvalidSignatureException","message":"Signature expired"}"#
        let refusal = Step.answer(400, headers: date, body: body)
        let outcome = try await Self.call([refusal, .answer(200)])
        #expect(try outcome.result.get().status == 200)
        #expect(outcome.received.map { $0["x-amz-date"] } == ["20261123T120000Z", "20261123T100000Z"])
        #expect(outcome.pauses.isEmpty)
        let stubborn = try await Self.call([refusal, refusal, .answer(200)])
        #expect(stubborn.received.count == 2)
        #expect(throws: AWSError.self) { try stubborn.result.get() }
    }

    @Test("calls side by side are each corrected")
    func clockSkewSideBySide() async throws {
        /// Keys that the first two calls get together, so that both are signed before either is refused.
        actor Pair: CredentialsProvider {
            private var first: CheckedContinuation<Void, Never>?
            private var calls = 0

            func credentials() async throws(AWSError) -> AWSCredentials {
                calls += 1
                switch calls {
                case 1: await withCheckedContinuation { first = $0 }
                case 2: first?.resume()
                default: break
                }
                return .test
            }
        }
        let refuse = Step.decide { request in
            request["x-amz-date"] == "20261123T100000Z"
                ? .answer(200)
                : .answer(
                    400,
                    headers: [("date", "Mon, 23 Nov 2026 10:00:00 GMT")],
                    body: #"{"__type":"x#RequestTimeTooSkewed"}"#
                )
        }
        try await ScriptedServer.run(Array(repeating: refuse, count: 4)) { server, endpoint in
            var configuration = AWSConfiguration.test(endpoint)
            configuration.credentials = Pair()
            let client = AWSClient(
                .dynamoDB,
                configuration: configuration,
                eventLoop: MultiThreadedEventLoopGroup.singleton.next(),
                policy: .patient,
                logger: Logger(label: "test"),
                clock: { 1_795_435_200_000 }
            )
            async let one = client.call(.test) { $0.status }
            async let other = client.call(.test) { $0.status }
            let statuses = try await [one, other]
            #expect(statuses == [200, 200])
            #expect(server.received.count == 4)
            client.close()
        }
    }

    @Test("a wrong key is not taken for a wrong clock")
    func wrongKey() async throws {
        let date = [("date", "Mon, 23 Nov 2026 12:00:30 GMT")]
        let refusal = Step.answer(400, headers: date, body: #"{"__type":"x#InvalidSignatureException"}"#)
        let outcome = try await Self.call([refusal, .answer(200)])
        #expect(outcome.received.count == 1)
    }

    @Test("keys that are missing are said, and nothing is sent")
    func noCredentials() async throws {
        struct Missing: CredentialsProvider {
            func credentials() async throws(AWSError) -> AWSCredentials {
                throw AWSError(code: "no-credentials", message: "sign in", kind: .permanent)
            }
        }
        try await ScriptedServer.run([.answer(200)]) { server, endpoint in
            var configuration = AWSConfiguration.test(endpoint)
            configuration.credentials = Missing()
            let client = AWSClient(
                .ses,
                configuration: configuration,
                eventLoop: MultiThreadedEventLoopGroup.singleton.next(),
                logger: Logger(label: "test")
            )
            let error = await #expect(throws: AWSError.self) { try await client.call(.test) { $0 } }
            #expect(error?.code == "no-credentials")
            #expect(server.received.isEmpty)
        }
    }
}

extension AWSConfiguration {
    static func test(_ endpoint: HTTPEndpoint) -> AWSConfiguration {
        var endpoints = EndpointRules()
        endpoints.override = endpoint
        var configuration = AWSConfiguration(
            region: "eu-north-1",
            credentials: StaticCredentials(.test),
            endpoints: endpoints
        )
        configuration.limits = .patient
        return configuration
    }
}

extension AWSCredentials {
    static let test = AWSCredentials(accessKeyID: "AKIA", secretAccessKey: "secret", sessionToken: "token")
}

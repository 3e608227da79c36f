// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import OutgoingHTTP
import Testing

@testable import AWSServices

@Suite("whether and when a call is made again")
struct RetryPolicyTests {
    static let decisions: [(code: String, status: Int, kind: AWSError.Kind)] = [
        ("ProvisionedThroughputExceededException", 400, .throttled), ("ThrottlingException", 400, .throttled),
        ("RequestLimitExceeded", 400, .throttled), ("TooManyRequestsException", 429, .throttled),
        ("HTTP429", 429, .throttled), ("InternalServerError", 500, .transient), ("HTTP500", 500, .transient),
        ("HTTP502", 502, .transient), ("ServiceUnavailable", 503, .transient), ("HTTP504", 504, .transient),
        ("RequestTimeout", 400, .transient), ("InvalidSignatureException", 400, .clockSkew),
        ("RequestTimeTooSkewed", 403, .clockSkew), ("ConditionalCheckFailedException", 400, .permanent),
        ("ValidationException", 400, .permanent), ("AccessDeniedException", 400, .permanent),
        ("ResourceNotFoundException", 400, .permanent), ("UnrecognizedClientException", 400, .permanent),
        ("ExpiredTokenException", 403, .permanent), ("HTTP501", 501, .permanent), ("MessageRejected", 400, .permanent),
    ]

    @Test("code and status decide", arguments: decisions)
    func kind(code: String, status: Int, kind: AWSError.Kind) {
        #expect(AWSError.Kind(code: code, status: status) == kind)
        let body = Array(#"{"__type":"com.amazonaws.x#\#(code)","Message":"why"}"#.utf8)
        let error = AWSError(HTTPResponse(status: status, headers: [], body: body))
        #expect(error.code == code && error.kind == kind && error.message == "why")
    }

    @Test(
        "the code is found wherever a service says it",
        arguments: [
            (#"{"__type":"com.amazon.coral.service#AccessDeniedException"}"#, nil, "AccessDeniedException"),
            (#"{"message":"x"}"#, "MessageRejected:http://internal.amazon.com/coral/", "MessageRejected"),
            (#"{"code":"Slow"}"#, nil, "Slow"),
            ("<E><Error><Code>AccessDenied</Code><Message>x</Message></Error></E>", nil, "AccessDenied"),
            ("<html><Code>no code</Code></html>", nil, "HTTP403"), ("<Code></Code>", nil, "HTTP403"),
            ("<Code>", nil, "HTTP403"), ("", nil, "HTTP403"),
        ] as [(String, String?, String)]
    )
    func code(body: String, header: String?, code: String) {
        let headers = header.map { [HTTPHeaderField("x-amzn-errortype", $0)] } ?? []
        #expect(AWSError(HTTPResponse(status: 403, headers: headers, body: Array(body.utf8))).code == code)
    }

    @Test("what may have been done is made again only when that does no harm")
    func repeats() {
        let policy = RetryPolicy()
        let lost = AWSError(code: "connection-lost", kind: .transient, mayHaveHappened: true)
        let refused = AWSError(code: "unreachable", kind: .transient, mayHaveHappened: false)
        let throttled = AWSError(code: "ThrottlingException", kind: .throttled)
        let wrong = AWSError(code: "ValidationException", kind: .permanent)
        #expect(
            [lost, refused, throttled, wrong].map { policy.repeats($0, isRepeatable: true) } == [
                true, true, true, false,
            ]
        )
        #expect(
            [lost, refused, throttled, wrong].map { policy.repeats($0, isRepeatable: false) } == [
                false, true, true, false,
            ]
        )
    }

    @Test("waits double up to the longest and are spread from nothing on")
    func delays() {
        let policy = RetryPolicy()
        let longest = (1...10).map { policy.delay(afterAttempt: $0, kind: .transient, random: 1) }
        #expect(longest == [25, 50, 100, 200, 400, 800, 1600, 2000, 2000, 2000])
        let throttled = (1...6).map { policy.delay(afterAttempt: $0, kind: .throttled, random: 1) }
        #expect(throttled == [100, 200, 400, 800, 1600, 2000])
        #expect((1...99).allSatisfy { policy.delay(afterAttempt: $0, kind: .transient, random: 0) == 0 })
        #expect(policy.delay(afterAttempt: 3, kind: .transient, random: 0.5) == 50)
    }
}

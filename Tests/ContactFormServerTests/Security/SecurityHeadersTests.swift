// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Logging
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import ContactFormServer

@Suite("Security headers")
struct SecurityHeadersTests {
    private static let expected: [(String, String)] = [
        ("Content-Security-Policy", SecurityHeaders.strictContentSecurityPolicy),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "strict-origin-when-cross-origin"),
        ("X-Frame-Options", "SAMEORIGIN"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ]

    @Test("every field is on every answer")
    func fields() throws {
        var response = Response(status: .ok, headers: [.contentType: "text/html"])
        SecurityHeaders().add(to: &response.headers, isOverTLS: false)
        for (name, value) in Self.expected {
            #expect(response.headers[try #require(HTTPField.Name(name))] == value)
        }
        let permissions = try #require(response.headers[.permissionsPolicy])
        #expect(permissions.contains("camera=()") && permissions.contains("geolocation=()"))
        #expect(response.headers[.contentType] == "text/html")
    }

    @Test("the strict policy allows the site itself and nothing inline")
    func strictPolicy() {
        let directives = SecurityHeaders.strictContentSecurityPolicy.split(separator: "; ").map(String.init)
        #expect(directives.first == "default-src 'none'")
        #expect(directives.contains("frame-ancestors 'self'") && directives.contains("form-action 'self'"))
        #expect(!SecurityHeaders.strictContentSecurityPolicy.contains("unsafe"))
    }

    @Test("strict transport security is for encrypted connections only", arguments: [true, false])
    func transportSecurity(_ isOverTLS: Bool) {
        var response = Response(status: .ok)
        SecurityHeaders().add(to: &response.headers, isOverTLS: isOverTLS)
        #expect((response.headers[.strictTransportSecurity] == "max-age=31536000") == isOverTLS)
    }

    @Test("a response keeps what it has set itself")
    func ownFields() {
        var response = Response(
            status: .ok,
            headers: [.contentSecurityPolicy: "sandbox", .xFrameOptions: "SAMEORIGIN"]
        )
        SecurityHeaders().add(to: &response.headers, isOverTLS: false)
        #expect(response.headers[values: .contentSecurityPolicy] == ["sandbox"])
        #expect(response.headers[values: .xFrameOptions] == ["SAMEORIGIN"])
    }

    @Test("a configured policy takes the place of the strict one")
    func configured() {
        var response = Response(status: .ok)
        SecurityHeaders(contentSecurityPolicy: "default-src 'self'").add(to: &response.headers, isOverTLS: false)
        #expect(response.headers[.contentSecurityPolicy] == "default-src 'self'")
    }

    private struct Failure: Error {}

    @Test(
        "routes, missing routes and errors of every kind carry the fields",
        arguments: [("/ok", 200), ("/nope", 404), ("/teapot", 418), ("/failure", 500)]
    )
    func responder(_ path: String, _ status: Int) async throws {
        let router = Router()
        router.get("ok") { _, _ in "ok" }
        router.get("teapot") { _, _ -> String in throw HTTPError(.init(code: 418)) }
        router.get("failure") { _, _ -> String in throw Failure() }
        let responder = SecuredResponder(router.buildResponder()) { request, _ in
            request.headers[.xForwardedProto] == "https"
        }
        try await LiveServer.run(responder) { port, _ in
            let answer = try await PatientClient.run(port: port) {
                try await $0.execute(uri: path, method: .get, headers: [.xForwardedProto: "https"])
            }
            #expect(answer.status.code == status)
            #expect(answer.headers[.contentSecurityPolicy] == SecurityHeaders.strictContentSecurityPolicy)
            #expect(answer.headers[.strictTransportSecurity] != nil)
            #expect(!String(buffer: answer.body).contains("Failure"))
        }
    }

    @Test("a request that breaks off is left to the server")
    func brokenRequest() async throws {
        let broken = CallbackResponder<BasicRequestContext> { _, _ in throw HTTPParserError.invalidEOFState }
        let responder = SecuredResponder(broken) { _, _ in false }
        let context = BasicRequestContext(
            source: ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: Logger(label: "test"))
        )
        let head = HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/")
        await #expect(throws: HTTPParserError.invalidEOFState) {
            try await responder.respond(
                to: Request(head: head, body: RequestBody(buffer: ByteBuffer())),
                context: context
            )
        }
    }
}

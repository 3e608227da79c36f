// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormLogging
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// The owner's page, sign-in and API: brings requests to the core's `OwnerHandler` when the owner is signed in.
struct OwnerRoutes: Sendable {
    let inbox: OwnerInbox
    let proxies: TrustedProxies
    let siteURL: String?
    let isOverTLS: @Sendable (Request, SiteRequestContext) -> Bool
    let now: @Sendable () -> Timestamp
    /// Called when a mail may be due.
    let didMove: @Sendable () -> Void

    private let pages: InboxPages
    private let session: SignInRoutes

    /// Octets of a body: an address or a few words of JSON.
    static let largestBody = 16 * 1024

    init(
        inbox: OwnerInbox,
        capturedMail: String? = nil,
        proxies: TrustedProxies,
        siteURL: String?,
        isOverTLS: @escaping @Sendable (Request, SiteRequestContext) -> Bool,
        now: @escaping @Sendable () -> Timestamp,
        didMove: @escaping @Sendable () -> Void
    ) {
        self.inbox = inbox
        self.proxies = proxies
        self.siteURL = siteURL
        self.isOverTLS = isOverTLS
        self.now = now
        self.didMove = didMove
        pages = InboxPages(
            files: inbox.files,
            language: inbox.language,
            forms: inbox.forms,
            capturedMail: capturedMail
        )
        session = SignInRoutes(signIn: inbox.signIn)
    }

    /// Whether a path is the owner's.
    static func handles(_ path: Substring) -> Bool {
        if InboxPages.handles(path) { return true }
        guard path.hasPrefix("/api/") else { return false }
        let rest = path.dropFirst("/api".count)
        // Whatever stands below the messages is the owner's, also when it is no message's id.
        return rest == "/session" || rest == "/session/password" || rest.hasPrefix("/submissions/")
            || OwnerRoute(path: rest) != nil
    }

    func respond(to request: Request, path: Substring, context: SiteRequestContext) async -> Response {
        if InboxPages.handles(path) { return pages.respond(to: request, path: path) }
        let path = path.dropFirst("/api".count)
        let reply = OwnerReply(
            acceptLanguage: request.headers[.acceptLanguage],
            language: inbox.language,
            reference: Self.reference(of: context)
        )
        let isOverTLS = isOverTLS(request, context)
        let cookie = SessionCookie(isOverTLS: isOverTLS, authority: request.head.authority)
        let isSession = path.hasPrefix("/session")
        if !isSession {
            // Before anything is said about the request itself.
            guard inbox.signIn.isSignedIn(cookie.token(in: request.headers)) else {
                return Response(reply.notSignedIn())
            }
        }
        if request.method != .get && request.method != .head {
            guard RequestOrigin.isOwn(request, isOverTLS: isOverTLS, siteURL: siteURL) else {
                return Response(reply.failure(403, .blocked, "Origin not allowed", reply.sentences.foreignOrigin))
            }
        }
        let body: [UInt8]
        switch await self.body(of: request) {
        case .complete(let bytes): body = bytes
        case .tooLarge: return Response(reply.failure(413, .tooLong, "Body too large", reply.sentences.tooLarge))
        case .broken: return Response(status: .badRequest)
        }
        if isSession {
            guard request.method != .post || Self.isJSON(request) else {
                return Response(
                    reply.failure(415, .unsupportedType, "Unsupported content type", reply.sentences.wantsJSONType)
                )
            }
            let peer = context.peer
            let client = ClientAddress(peer: peer, fields: request.headers, trusting: proxies)
            return await session.respond(
                to: request,
                path: path,
                SignInRoutes.Circumstances(
                    isOverTLS: isOverTLS,
                    cookie: cookie,
                    client: client.address,
                    isFromThisMachine: peer?.isLoopback == true && RequestOrigin.isToThisMachine(request),
                    body: body,
                    reply: reply
                )
            )
        }
        let response = await inbox.handler.handle(
            OwnerRequest(
                method: request.method.rawValue,
                path: String(path),
                parameters: RequestTarget(request.head).query.map { OwnerRequest.parameters(query: String($0)) } ?? [],
                contentType: request.headers[.contentType],
                acceptLanguage: request.headers[.acceptLanguage],
                body: body,
                receivedAt: now(),
                reference: Self.reference(of: context)
            )
        )
        context.logger.report(response.outcome)
        await act(on: response.outcome)
        return Response(response, logger: context.logger)
    }

    private static func isJSON(_ request: Request) -> Bool {
        request.headers[.contentType].map { ContentType($0).mediaType == "application/json" } ?? false
    }

    private static func reference(of context: SiteRequestContext) -> String {
        context.logger[metadataKey: "hb.request.id"].map { "\($0)" } ?? ""
    }

    private enum Body {
        case complete([UInt8])
        case tooLarge
        /// The client went away or was too slow.
        case broken
    }

    private func body(of request: Request) async -> Body {
        // Who waits to be told to go on (RFC 9110 §10.1.1) sends no more of it.
        guard request.headers.announcedLength <= Self.largestBody else { return .tooLarge }
        var bytes: [UInt8] = []
        do {
            for try await buffer in request.body {
                guard bytes.count + buffer.readableBytes <= Self.largestBody else { return .tooLarge }
                bytes.append(contentsOf: buffer.readableBytesView)
            }
        } catch {
            return .broken
        }
        return .complete(bytes)
    }

    private func act(on outcome: OwnerResponse.Outcome) async {
        switch outcome {
        case .moved(_, to: .received): didMove()
        case .resent(let count) where count > 0: didMove()
        case .erased(let ids): await inbox.didErase(ids)
        default: break
        }
    }
}

extension Response {
    init(_ response: OwnerResponse, logger: Logger? = nil) {
        let body: ResponseBody
        switch response.body {
        case .complete(let bytes):
            body = bytes.isEmpty ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        case .stream(let stream):
            body = ResponseBody { writer in
                do {
                    for try await bytes in stream { try await writer.write(ByteBuffer(bytes: bytes)) }
                } catch let error as StoreError {
                    // Too late for another status: the answer breaks off, which the client sees.
                    logger?.error("export broken off", metadata: .of(error))
                    throw error
                }
                try await writer.finish(nil)
            }
        }
        self.init(status: HTTPResponse.Status(code: response.status), headers: HTTPFields(response.headers), body: body)
    }
}

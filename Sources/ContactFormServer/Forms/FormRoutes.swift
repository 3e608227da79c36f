// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Brings form posts to the core's `FormHandler` and its answers back.
struct FormRoutes: Sendable {
    let handler: FormHandler
    let proxies: TrustedProxies
    let now: @Sendable () -> Timestamp
    /// Called when a submission with a mail to send was stored.
    let didStore: @Sendable () -> Void

    func respond(to request: Request, form: Substring, path: Substring, context: SiteRequestContext) async -> Response {
        let client = ClientAddress(peer: context.remoteAddress, fields: request.headers, trusting: proxies)
        let body: FormRequest.Body
        do {
            body = try await self.body(of: request)
        } catch {
            // The client went away or was too slow; there is nobody to answer and nothing was stored.
            context.logger.debug("form request broke off", metadata: ["form.name": "\(form)"])
            return Response(status: .badRequest)
        }
        let response = await handler.handle(
            FormRequest(
                method: request.method.rawValue,
                form: String(form),
                path: String(path),
                headers: Self.headers(of: request),
                body: body,
                clientAddress: client.limitKey.description,
                receivedAt: now(),
                reference: Self.reference(of: context)
            )
        )
        report(response.outcome, context: context)
        return Response(response)
    }

    /// The number that Hummingbird gave the request and that its log lines carry. `RequestContext.id` traps when the log
    /// handler keeps no metadata.
    private static func reference(of context: SiteRequestContext) -> String {
        context.logger[metadataKey: "hb.request.id"].map { "\($0)" } ?? ""
    }

    /// Reads the body once, straight into the bytes that the core decodes.
    private func body(of request: Request) async throws -> FormRequest.Body {
        let limit = handler.settings.limits.bodyBytes
        let announced = request.headers[.contentLength].flatMap { Int($0) } ?? 0
        guard announced <= limit else { return .tooLarge }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(announced)
        for try await buffer in request.body {
            guard bytes.count + buffer.readableBytes <= limit else { return .tooLarge }
            bytes.append(contentsOf: buffer.readableBytesView)
        }
        return .complete(bytes)
    }

    private static func headers(of request: Request) -> FormRequest.Headers {
        var headers = FormRequest.Headers { _ in nil }
        // One pass over the fields instead of a search for each name.
        for field in request.headers {
            switch field.name {
            case .accept: headers.accept = joined(headers.accept, field.value)
            case .acceptLanguage: headers.acceptLanguage = joined(headers.acceptLanguage, field.value)
            case .contentType: headers.contentType = headers.contentType ?? field.value
            case .origin: headers.origin = headers.origin ?? field.value
            case .referer: headers.referer = headers.referer ?? field.value
            case .xRequestedWith: headers.requestedWith = headers.requestedWith ?? field.value
            case .idempotencyKey: headers.idempotencyKey = headers.idempotencyKey ?? field.value
            case .formspreeSessionData: headers.formspreeSessionData = headers.formspreeSessionData ?? field.value
            default: continue
            }
        }
        headers.host = request.head.authority
        return headers
    }

    /// A list that came in several fields is one list (RFC 9110 §5.3).
    private static func joined(_ first: String?, _ next: String) -> String {
        first.map { "\($0), \(next)" } ?? next
    }

    /// One line for each submission, without anything the visitor typed.
    private func report(_ outcome: FormResponse.Outcome, context: SiteRequestContext) {
        let logger = context.logger
        switch outcome {
        case .stored(let key):
            didStore()
            logger.info("submission stored", metadata: Self.metadata(key))
        case .held(let key, let reasons):
            let reasons = Logger.MetadataValue.array(reasons.map { "\($0.rawValue)" })
            logger.info("submission held", metadata: Self.metadata(key).merging(["spam.reasons": reasons]) { $1 })
        case .repeated(let key):
            logger.info("submission repeated", metadata: Self.metadata(key))
        case .refused(let code):
            logger.info("submission refused", metadata: ["error.code": "\(code.rawValue)"])
        case .failed(let error):
            logger.error(
                "submission not stored",
                metadata: ["error.code": "\(error.code)", "error.reason": "\(error.reason)"]
            )
        case .preflight: break
        }
    }

    private static func metadata(_ key: SubmissionKey) -> Logger.Metadata {
        ["submission.id": "\(key.id)", "form.name": "\(key.form)"]
    }
}

extension Response {
    /// An answer of the core as an HTTP response.
    init(_ response: FormResponse) {
        var headers = HTTPFields()
        headers.reserveCapacity(response.headers.count + 10)
        for header in response.headers {
            // Names come from the core's own source; values that HTTP can't carry are dropped by HTTPField.
            if let name = HTTPField.Name(header.name) { headers.append(HTTPField(name: name, value: header.value)) }
        }
        let body = response.body.isEmpty ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: response.body))
        self.init(status: HTTPResponse.Status(code: response.status), headers: headers, body: body)
    }
}

extension HTTPField.Name {
    // These are tokens (RFC 9110 §5.6.2), so that they can't fail.
    fileprivate static let xRequestedWith = HTTPField.Name("X-Requested-With")!
    fileprivate static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
    fileprivate static let formspreeSessionData = HTTPField.Name("Formspree-Session-Data")!
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormLogging
import HTTPTypes
import Hummingbird
import Logging
import Mail
import NIOCore

/// Brings form posts to the core's `FormHandler` and its answers back.
struct FormResponder: Sendable {
    let handler: FormHandler
    let security: SecurityHeaders
    let transport: TransportSecurity
    /// Whether the owner's addresses below `/api/` are somebody's.
    let servesInbox: Bool
    let logger: Logger
    let now: @Sendable () -> Timestamp
    /// Called when a submission with a mail to send was stored.
    let didStore: @Sendable () -> Void
    private let dates = DateField()
    private let unnamedProxy = UnnamedProxyWarning()

    struct Answer: Sendable {
        var head: HTTPResponse
        var body: ByteBuffer
        /// Whether the connection ends with it.
        var isLast: Bool { head.headerFields.endsConnection }
    }

    /// Octets of a body.
    var largestBody: Int { handler.settings.limits.bodyBytes }

    /// Whether a request is for a form, be it one that is known or not.
    func handles(_ head: HTTPRequest) -> Bool {
        let path = RequestTarget(head).path
        guard let form = FormPath.form(at: path, method: head.method.rawValue) else { return false }
        return !form.isEmpty || !servesInbox || !OwnerRoutes.handles(path)
    }

    /// Answers a request for which `handles` holds.
    ///
    /// - Parameter peer: The other end of the socket; nil for a Unix domain socket.
    func respond(to head: HTTPRequest, body: FormRequest.Body, peer: IPAddress?) async -> Answer {
        let path = RequestTarget(head).path
        let client = ClientAddress(peer: peer, fields: head.headerFields, trusting: transport.proxies)
        unnamedProxy.look(at: peer, fields: head.headerFields, trusting: transport.proxies, logger: logger)
        let receivedAt = now()
        let reference = RequestID().description
        let request = FormRequest(
            method: head.method.rawValue,
            form: FormPath.form(at: path, method: head.method.rawValue).map(String.init) ?? "",
            path: String(path),
            headers: Self.headers(of: head),
            body: body,
            clientAddress: client.address?.bits,
            receivedAt: receivedAt,
            reference: reference
        )
        let response = await handler.handle(request)
        logger.report(response.outcome, ["hb.request.id": .string(reference)])
        if case .stored = response.outcome { didStore() }
        return Answer(
            head: self.head(of: response, to: head, peer: peer, at: receivedAt),
            body: head.method == .head ? ByteBuffer() : ByteBuffer(bytes: response.body)
        )
    }

    private func head(
        of response: FormResponse,
        to request: HTTPRequest,
        peer: IPAddress?,
        at moment: Timestamp
    ) -> HTTPResponse {
        var fields = HTTPFields(response.headers)
        fields.append(HTTPField(name: .contentLength, value: String(response.body.count)))
        fields.append(HTTPField(name: .date, value: dates.value(at: moment)))
        // RFC 9112 §9.6: whoever will close says so.
        if request.headerFields.endsConnection {
            fields.append(HTTPField(name: .connection, value: "close"))
        }
        security.add(to: &fields, isOverTLS: transport.isOverTLS(peer: peer, fields: request.headerFields))
        return HTTPResponse(status: HTTPResponse.Status(code: response.status), headerFields: fields)
    }

    static func headers(of head: HTTPRequest) -> FormRequest.Headers {
        var headers = FormRequest.Headers { _ in nil }
        // One pass over the fields instead of a search for each name.
        for field in head.headerFields {
            switch field.name {
            case .accept: headers.accept = joined(headers.accept, field.value)
            case .acceptLanguage: headers.acceptLanguage = joined(headers.acceptLanguage, field.value)
            case .contentType: headers.contentType = headers.contentType ?? field.value
            case .origin: headers.origin = headers.origin ?? field.value
            case .referer: headers.referer = headers.referer ?? field.value
            case .secFetchDest: headers.fetchDestination = headers.fetchDestination ?? field.value
            case .secFetchSite: headers.fetchSite = headers.fetchSite ?? field.value
            case .xRequestedWith: headers.requestedWith = headers.requestedWith ?? field.value
            case .idempotencyKey: headers.idempotencyKey = headers.idempotencyKey ?? field.value
            case .formspreeSessionData: headers.formspreeSessionData = headers.formspreeSessionData ?? field.value
            default: continue
            }
        }
        headers.host = head.authority
        return headers
    }

    /// A list that came in several fields is one list (RFC 9110 §5.3).
    private static func joined(_ first: String?, _ next: String) -> String {
        first.map { "\($0), \(next)" } ?? next
    }
}

extension HTTPField.Name {
    // These are tokens (RFC 9110 §5.6.2), so that they can't fail.
    fileprivate static let xRequestedWith = HTTPField.Name("X-Requested-With")!
    fileprivate static let secFetchDest = HTTPField.Name("Sec-Fetch-Dest")!
    fileprivate static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
    fileprivate static let formspreeSessionData = HTTPField.Name("Formspree-Session-Data")!
}

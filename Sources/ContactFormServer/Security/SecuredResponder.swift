// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import Hummingbird
import Logging
import NIOHTTP1

/// Adds the security headers to every answer of the responder within, errors included, takes the body from those to
/// HEAD, and says in the last one of a connection that it is.
///
/// Stands around the responder, so that no answer leaves without them. An error that it throws is logged and answered with an
/// empty 500.
package struct SecuredResponder<Base: HTTPResponder>: HTTPResponder where Base.Context: RequestContext {
    package typealias Context = Base.Context

    private let base: Base
    private let headers: SecurityHeaders
    private let isOverTLS: @Sendable (Request, Context) -> Bool

    /// - Parameter isOverTLS: whether the visitor's own connection is encrypted, as a trusted proxy or the
    ///   configuration says.
    package init(
        _ base: Base,
        headers: SecurityHeaders = SecurityHeaders(),
        isOverTLS: @escaping @Sendable (Request, Context) -> Bool
    ) {
        self.base = base
        self.headers = headers
        self.isOverTLS = isOverTLS
    }

    package func respond(to request: Request, context: Context) async throws -> Response {
        var response: Response
        do {
            response = try await base.respond(to: request, context: context)
        } catch let error as HTTPParserError {
            // Not an error of ours but a request that broke off: the server answers it and closes the connection.
            throw error
        } catch {
            context.logger.error("request failed", metadata: ["error.type": "\(type(of: error))"])
            response = Response(status: .internalServerError)
        }
        // RFC 9112 §9.6: whoever will close says so.
        if request.headers.endsConnection { response.headers[.connection] = "close" }
        headers.add(to: &response.headers, isOverTLS: isOverTLS(request, context))
        // RFC 9110 §9.3.2: the head of the answer to GET, and nothing after it.
        return request.method == .head ? SiteAnswer.withoutBody(response) : response
    }
}

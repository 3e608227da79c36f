// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import Hummingbird

/// Decides who answers: the owner's inbox, the health check, the captured mail, or the static site. What is sent to a form
/// does not come here (`FormConnectionHandler`).
///
/// Own code instead of a router, since there are four places to go and one of them is "everything else".
struct SiteResponder: HTTPResponder {
    let site: StaticSite
    /// Nil unless captured mail may be shown.
    let mailbox: MailboxPages?
    /// Nil when the inbox is switched off.
    let owner: OwnerRoutes?
    let health: HealthCheck

    func respond(to request: Request, context: SiteRequestContext) async throws -> Response {
        try await answer(request, context).paced(by: context.channel)
    }

    private func answer(_ request: Request, _ context: SiteRequestContext) async throws -> Response {
        let path = RequestTarget(request.head).path
        if let owner, OwnerRoutes.handles(path) {
            return await owner.respond(to: request, path: path, context: context)
        }
        if path == "/health" { return await health.respond(to: request) }
        if let mailbox, MailboxPages.handles(path) { return await mailbox.respond(to: request, path: path) }
        return try await site.respond(to: request)
    }
}

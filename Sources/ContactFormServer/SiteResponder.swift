// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import Hummingbird

/// Decides who answers: the owner's inbox, a form, the health check, the captured mail, or the static site.
///
/// Own code instead of a router, since there are five places to go and one of them is "everything else".
struct SiteResponder: HTTPResponder {
    let site: StaticSite
    /// Nil unless captured mail may be shown.
    let mailbox: MailboxPages?
    /// Nil when the inbox is switched off.
    let owner: OwnerRoutes?
    let health: HealthCheck

    func respond(to request: Request, context: SiteRequestContext) async throws -> Response {
        let path = request.head.path?.prefix { $0 != "?" } ?? "/"
        if let owner, OwnerRoutes.handles(path) {
            return await owner.respond(to: request, path: path, context: context)
        }
        if path == "/health" { return await health.respond(to: request) }
        if let mailbox, MailboxPages.handles(path) { return await mailbox.respond(to: request, path: path) }
        return try await site.respond(to: request)
    }
}

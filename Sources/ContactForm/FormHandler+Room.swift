// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

extension FormHandler {
    /// Refuses a request whose body the adapter had no room to receive, in the shape of every other answer.
    ///
    /// The visitor may send again at once when the others are through; nothing was read of this message.
    package func refuseForWantOfRoom(_ request: FormRequest) -> FormResponse {
        var reply = Reply(request: request, settings: settings, errorPagePolicy: errorPagePolicy)
        if case .allowed(let origin) = settings.origins.verdict(
            origin: request.headers.origin,
            host: request.headers.host
        ) {
            // Or a page of another site could not read why.
            reply.allowedOrigin = origin
        }
        if let form = FormName(rawValue: request.form).flatMap({ settings.forms[$0] }) { reply.use(form) }
        return reply.failure(
            Failure(503, .unavailable, "No room", message: reply.sentences.noRoom, retryAfterSeconds: 10)
        )
    }
}

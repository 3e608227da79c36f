// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting

@testable import ContactFormServer

extension FormResponder {
    /// Behind no proxy, without a log, at one moment.
    static func sample(_ handler: FormHandler) -> FormResponder {
        FormResponder(
            handler: handler,
            security: SecurityHeaders(),
            transport: TransportSecurity(isAlwaysOverTLS: false, proxies: .none),
            servesInbox: true,
            logger: LiveServer.logger,
            now: { .sample },
            didStore: {}
        )
    }
}

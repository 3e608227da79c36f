// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import Hummingbird
package import Logging
package import NIOCore
import NIOPosix
package import ServiceLifecycle

/// The site on one machine: static files, forms and the worker that mails, in one process.
package struct SiteServer: Sendable {
    /// What the server needs to know; where its data go is the business of the adapters handed in.
    package struct Settings: Sendable {
        /// Loopback unless the owner says otherwise.
        package var host = "127.0.0.1"
        /// 0 takes a free port.
        package var port = 8080
        /// The folder with the site.
        package var site: String
        package var proxies = TrustedProxies.none
        package var connections = ConnectionLimits()
        package var contentSecurityPolicy = SecurityHeaders.strictContentSecurityPolicy
        /// The site's public address is https, though the proxy in front of us may not say so.
        package var isAlwaysOverTLS = false
        /// The site's public address, when it is not the one that requests come in with.
        package var siteURL: String?

        package init(site: String) {
            self.site = site
        }
    }

    package var settings: Settings
    package var forms: FormHandler
    package var worker: NotificationWorker?
    /// Nil unless captured mail is to be shown.
    package var mailbox: (any MailboxSource)?
    /// Nil when the owner's inbox is switched off.
    package var inbox: OwnerInbox?
    package var isStoreWritable: @Sendable () async -> Bool
    package var logger: Logger

    package init(
        settings: Settings,
        forms: FormHandler,
        worker: NotificationWorker?,
        mailbox: (any MailboxSource)?,
        inbox: OwnerInbox?,
        isStoreWritable: @escaping @Sendable () async -> Bool,
        logger: Logger
    ) {
        self.settings = settings
        self.forms = forms
        self.worker = worker
        self.mailbox = mailbox
        self.inbox = inbox
        self.isStoreWritable = isStoreWritable
        self.logger = logger
    }

    /// The HTTP server as a service. It accepts no new connection after graceful shutdown begins and answers what it has.
    ///
    /// - Parameters:
    ///   - eventLoopGroup: Runs the connections.
    ///   - didStart: Called with the port once it listens.
    /// - Throws: When the site's folder can't be opened.
    package func makeHTTPService(
        on eventLoopGroup: any EventLoopGroup,
        didStart: @escaping @Sendable (_ port: Int) async -> Void
    ) throws -> some Service {
        let worker = worker
        let proxies = settings.proxies
        let transport = TransportSecurity(isAlwaysOverTLS: settings.isAlwaysOverTLS, proxies: proxies)
        let isOverTLS: @Sendable (Request, SiteRequestContext) -> Bool = { request, context in
            transport.isOverTLS(peer: context.peer, fields: request.headers)
        }
        let siteURL = settings.siteURL
        let responder = SiteResponder(
            site: try StaticSite(root: settings.site, logger: logger),
            mailbox: mailbox.map { MailboxPages(source: $0) },
            owner: inbox.map { inbox in
                OwnerRoutes(
                    inbox: inbox,
                    capturedMail: mailbox == nil ? nil : MailboxPages.root + "/",
                    proxies: proxies,
                    siteURL: siteURL,
                    isOverTLS: isOverTLS,
                    now: { .now() },
                    didMove: { worker?.hurry() }
                )
            },
            health: HealthCheck(isStoreWritable: isStoreWritable)
        )
        let security = SecurityHeaders(contentSecurityPolicy: settings.contentSecurityPolicy)
        let forms = FormResponder(
            handler: forms,
            security: security,
            transport: transport,
            servesInbox: inbox != nil,
            logger: logger,
            now: { .now() },
            didStore: { worker?.wake() }
        )
        return Application(
            responder: SecuredResponder(responder, headers: security, isOverTLS: isOverTLS),
            server: settings.connections.httpServer(forms: forms),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port),
                // No name and version for scanners to collect.
                serverName: nil,
                availableConnectionsDelegate: settings.connections.availableConnections(
                    fileDescriptors: FileDescriptorLimit.raise(),
                    logger: logger
                )
            ),
            onServerRunning: { channel in await didStart(channel.localAddress?.port ?? 0) },
            eventLoopGroupProvider: .shared(eventLoopGroup),
            logger: logger
        )
    }
}

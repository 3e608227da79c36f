// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import CLinux
import ContactForm
import ContactFormChallenge
import ContactFormLocal
import ContactFormServer
import ContactFormWebhook
import FormConfiguration
import Glibc
import InboxPage
import Logging
import NIOCore
import NIOPosix
import SMTP
import ServiceLifecycle
import UnixSignals

/// Joins the adapters to the core as the configuration says, and runs them until the process is told to end.
struct SiteRun {
    let configuration: Configuration
    let logger: Logger

    /// How long a request or a mail under way may take to finish after SIGTERM.
    private static let longestFarewell = Duration.seconds(20)

    /// Serves until SIGTERM or SIGINT; then answers what was accepted, finishes the mail under way and closes the store.
    ///
    /// - Parameter didStart: Called once visitors can come, with the port and how the owner gets into the inbox.
    /// - Throws: `CommandFailure` when the server can't start.
    func run(didStart: @escaping @Sendable (_ port: Int, _ inbox: InboxInvitation?) async -> Void) async throws {
        let store = try openStore()
        // A log that programs collect goes to others: the link of the first run is for whoever started the server.
        let isPrivate =
            (configuration.listen.isLoopback || serverSettings.isAlwaysOverTLS) && configuration.log.format == .text
        let eventLoopGroup = MultiThreadedEventLoopGroup.singleton
        // Also while mail is sent: mails of the time before are still there, and go with the messages they are about.
        let captured = CapturedMailbox(folder: Configuration.capturedMailFolder(in: configuration.dataFolder))
        let client = configuration.smtp.map { endpoint in
            SMTPClient(endpoint: endpoint, eventLoopGroup: eventLoopGroup, logger: logger)
        }
        // Captured where nobody is shown it, mail would count as delivered: it waits for a mail server instead.
        let mailer: (any Mailer)? =
            client.map { SMTPMailer(client: $0, logger: logger) } ?? (configuration.showsCapturedMail ? captured : nil)
        let worker = mailer.map { makeWorker(store: store, mailer: $0) }
        if worker == nil { logger.warning("mail.smtp is not set: mail waits until it is, and messages are kept") }
        let inbox = configuration.servesInbox ? makeInbox(store: store, captured: captured) : nil
        let bodyBytes = configuration.forms.limits.bodyBytes
        let server = SiteServer(
            settings: serverSettings,
            forms: try makeForms(store: store, on: eventLoopGroup.next()),
            worker: worker,
            mailbox: configuration.showsCapturedMail ? captured : nil,
            inbox: inbox,
            isStoreWritable: { await store.isWritable(room: bodyBytes) },
            logger: logger
        )
        let sweep = RetentionSweep(archive: store, captured: captured, logger: logger)
        let http = try makeHTTPService(server, on: eventLoopGroup) { port in
            await didStart(port, inbox.map { InboxInvitation(to: $0.signIn, isPrivate: isPrivate) })
        }
        // Ended from the last to the first: nobody new comes in, then the mail under way goes out, then an alert, for which a
        // receiver may take what time is left; then the store closes.
        var running: [ServiceGroupConfiguration.ServiceConfiguration] = [
            .init(service: Closing { await store.checkpointAndClose() }),
            .init(service: Closing { await client?.shutDown() }),
            .init(service: Sweeping(sweep: sweep)),
            .init(service: Indexing(indexing: SearchIndexing(store: store, logger: logger))),
        ]
        if let alerts = makeAlertWorker(store: store, on: eventLoopGroup.next()) {
            running.append(.init(service: alerts))
        }
        if let worker { running.append(.init(service: worker)) }
        running.append(.init(service: http))
        let services = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: running.map { service in
                    var service = service
                    // As at a signal. At once, the store would close under those that still use it: a port that is taken
                    // was told of beside errors of the database.
                    service.failureTerminationBehavior = .gracefullyShutdownGroup
                    return service
                },
                gracefulShutdownSignals: Self.endingSignals,
                logger: logger
            ).withLongestFarewell(Self.longestFarewell)
        )
        do {
            try await services.run()
            logger.notice("server stopped")
        } catch let error as IOError {
            throw failure(error)
        }
    }

    /// Why connections can't be taken.
    private func failure(_ error: IOError) -> CommandFailure {
        let listen = configuration.listen
        let reason =
            switch error.errnoCode {
            case EADDRINUSE:
                "port \(listen.port) is taken by another program; end it, or choose another with listen or PORT"
            case EACCES, EADDRNOTAVAIL:
                "listen \"\(listen)\" is not allowed to this user or not an address of this machine; "
                    + "choose another address or a port above 1023"
            case EMFILE, ENFILE:
                "no more files can be opened, and each connection is one; raise the limit, as with \"ulimit -n 1024\""
            default:
                "listen \"\(listen)\" can't be opened: \(systemMessage(error.errnoCode)); choose another"
            }
        return CommandFailure(.configuration, reason)
    }

    /// A terminal that is closed ends the server as Ctrl-C does; one that was started with nohup stays.
    private static var endingSignals: [UnixSignal] {
        clinux_ignores(SIGHUP) ? [.sigterm, .sigint] : [.sigterm, .sigint, .sighup]
    }

    private func openStore() throws -> SQLiteSubmissionStore {
        do throws(StoreError) {
            return try SQLiteSubmissionStore(path: configuration.databasePath, logger: logger)
        } catch {
            throw CommandFailure(.configuration, error.reason)
        }
    }

    private func makeWorker(store: SQLiteSubmissionStore, mailer: any Mailer) -> NotificationWorker {
        NotificationWorker(
            outbox: store,
            sender: NotificationSender(settings: configuration.notifications, store: store, mailer: mailer),
            reminder: UnmailedReminder(
                settings: configuration.notifications,
                outbox: store,
                mailer: mailer,
                memory: AlertFile(DataFile(folder: configuration.dataFolder, name: "reminders.json"), logger: logger),
                interval: .minutes(1)
            ),
            logger: logger
        )
    }

    private func makeHTTPService(
        _ server: SiteServer,
        on eventLoopGroup: any EventLoopGroup,
        didStart: @escaping @Sendable (Int) async -> Void
    ) throws -> some Service {
        do {
            return try server.makeHTTPService(on: eventLoopGroup, didStart: didStart)
        } catch {
            throw CommandFailure(.configuration, "\(error)")
        }
    }

    /// What tells the owner that mail is broken; nil when nobody is to be told.
    private func makeAlertWorker(store: SQLiteSubmissionStore, on eventLoop: any EventLoop) -> AlertWorker? {
        configuration.alerts.map { alerts in
            let watch = MailWatch(
                outbox: store,
                channel: WebhookChannel(
                    secret: alerts.secret,
                    transport: WebhookCall(to: alerts.address, on: eventLoop)
                ),
                memory: AlertFile(DataFile(folder: configuration.dataFolder, name: "alerts.json"), logger: logger),
                late: configuration.notifications.late
            )
            return AlertWorker(watch: watch, logger: logger)
        }
    }

    private func makeInbox(store: SQLiteSubmissionStore, captured: CapturedMailbox) -> OwnerInbox {
        OwnerInbox(
            handler: OwnerHandler(
                archive: store,
                exports: .streamed,
                language: configuration.notifications.language,
                late: configuration.notifications.late,
                forms: configuration.forms.forms
            ),
            signIn: OwnerSignIn(source: OwnerPasswordFile(folder: configuration.dataFolder), logger: logger),
            files: InboxPage.files,
            language: configuration.notifications.language,
            forms: Array(configuration.forms.forms.keys)
        ) { ids in
            await captured.removeMails(about: ids)
        }
    }

    private func makeForms(store: SQLiteSubmissionStore, on eventLoop: any EventLoop) throws -> FormHandler {
        let rates = configuration.rates
        return FormHandler(
            settings: configuration.forms,
            store: store,
            limiter: SubmissionRateLimits(
                perAddress: try RateLimit(burst: rates.perAddressBurst, perMinute: Double(rates.perAddressPerMinute)),
                perForm: try RateLimit(burst: rates.perFormBurst, perMinute: Double(rates.perFormPerMinute))
            ),
            history: RecentTexts(),
            challenge: configuration.challenge.map { challenge in
                SiteverifyChallenge(
                    provider: challenge.provider,
                    secret: challenge.secret,
                    transport: SiteverifyCall(to: challenge.provider.endpoint, on: eventLoop),
                    logger: logger
                )
            }
        )
    }

    private var serverSettings: SiteServer.Settings {
        var settings = SiteServer.Settings(site: configuration.siteFolder)
        settings.host = configuration.listen.host
        settings.port = configuration.listen.port
        settings.proxies = configuration.trustedProxies
        settings.connections = configuration.connections
        settings.siteURL = configuration.siteURL
        settings.isAlwaysOverTLS = configuration.siteURL?.hasPrefix("https://") ?? false
        settings.contentSecurityPolicy = configuration.policyOfPages
        return settings
    }
}

extension ServiceGroupConfiguration {
    fileprivate func withLongestFarewell(_ duration: Duration) -> ServiceGroupConfiguration {
        var configuration = self
        configuration.maximumGracefulShutdownDuration = duration
        return configuration
    }
}

/// Does something once the services after it have ended.
private struct Closing: Service {
    let close: @Sendable () async -> Void

    func run() async throws {
        try? await gracefulShutdown()
        await close()
    }
}

/// Removes expired submissions every hour.
private struct Sweeping: Service {
    let sweep: RetentionSweep

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await sweep.run(every: .seconds(3600), clock: ContinuousClock()) {
                let now = Timestamp.now()
                return MachineChecks.isPossible(now) ? now : nil
            }
        }
    }
}

/// Keeps the search up to date every second, and clears it of what was deleted every hour.
private struct Indexing: Service {
    let indexing: SearchIndexing

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await indexing.run(every: .seconds(1), purgingEvery: .seconds(3600), clock: ContinuousClock())
        }
    }
}

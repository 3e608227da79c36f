// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import Logging
package import NIOCore
import NIOSSL

/// Submits messages to one server (RFC 6409), over one connection that is kept for a burst.
///
/// Several tasks may send at the same time: they take turns. The connection is closed after the idle time, by
/// `shutDown`, and by every failure that leaves it out of step. The client never retries a message, with two
/// exceptions, both over a new connection: when a *kept* one turns out dead before the message's final dot, the message is
/// sent once more; and when one ends at one of several recipients, it is sent to the others. Whoever calls decides on all
/// other retries from the error's `isPermanent` and `acceptedUnknown`.
package actor SMTPClient {
    private let endpoint: SMTPEndpoint
    private let group: any EventLoopGroup
    private let timeouts: SMTPTimeouts
    /// What EHLO says where the endpoint has no name for it.
    private let machineName: String?
    private let logger: Logger

    private let turns = SMTPTurns()
    /// The connection in use or at rest, with what its server offers. Only whoever has the turn puts one here.
    private var session: (connection: SMTPConnection, capabilities: SMTPCapabilities)?
    /// The connection on which whoever has the turn makes the server's acquaintance.
    private var opening: SMTPConnection?
    private var tlsContext: NIOSSLContext?
    private var isShutDown = false

    package init(
        endpoint: SMTPEndpoint,
        eventLoopGroup: any EventLoopGroup,
        timeouts: SMTPTimeouts = .standard,
        logger: Logger
    ) {
        self.init(
            endpoint: endpoint,
            eventLoopGroup: eventLoopGroup,
            timeouts: timeouts,
            machineName: SMTPMachineName.current,
            logger: logger
        )
    }

    init(
        endpoint: SMTPEndpoint,
        eventLoopGroup: any EventLoopGroup,
        timeouts: SMTPTimeouts,
        machineName: String?,
        logger: Logger
    ) {
        self.endpoint = endpoint
        self.group = eventLoopGroup
        self.timeouts = timeouts
        self.machineName = machineName
        self.logger = logger
    }

    /// Sends the message to all recipients, or to those that the server takes.
    ///
    /// Recipients that are only too many for one transaction get it in further ones (RFC 5321 §4.5.3.1.10). Once somebody has
    /// the message nothing throws: whoever a further transaction does not reach is `refused` with its error, and so is
    /// whoever the server ended the connection at while it took the message for others.
    ///
    /// Waits for its turn if another message is under way. A cancelled send closes the connection; whether the
    /// message went is then in the error's `acceptedUnknown`.
    ///
    /// - Parameter message: header and body. Line ends may be of any kind; dots need no doubling.
    /// - Returns: the server's reply and the recipients it took, at least one.
    package func send(_ message: [UInt8], envelope: SMTPEnvelope) async throws(SMTPError) -> SMTPReceipt {
        guard await turns.take() else { throw SMTPError(.cancelled, stage: .connect) }
        defer { turns.give() }

        let message = SMTPMessage(message)
        var receipt = try await transact(message, envelope: envelope)
        while !receipt.surplus.isEmpty {
            let rest = envelope.narrowed(to: receipt.surplus)
            do throws(SMTPError) {
                receipt.settleSurplus(.success(try await transact(message, envelope: rest)))
            } catch {
                receipt.settleSurplus(.failure(error))
            }
        }
        return receipt
    }

    /// One transaction; when the connection ends at one of several recipients, one more without that one.
    ///
    /// Some servers close, or are silent, each time that they are asked about a certain recipient, as while they ask another
    /// server about it. The others must not go without the mail for that. One more and no third: a server that ends two in a
    /// row has trouble of its own, and each may cost the time of `SMTPTimeouts.command`, for which all other mail waits.
    private func transact(_ message: SMTPMessage, envelope: SMTPEnvelope) async throws(SMTPError) -> SMTPReceipt {
        let end: SMTPError
        do throws(SMTPError) {
            return try await attempt(message, envelope: envelope)
        } catch {
            end = error
        }
        guard let place = end.recipientAtEnd, !isShutDown, !Task.isCancelled else { throw end }
        let recipient = envelope.recipients[place]
        let others = envelope.recipients.filter { $0 != recipient }
        guard !others.isEmpty else { throw end }
        logger.debug(
            "smtp connection ended at one of several recipients",
            metadata: ["error.code": "\(end.shortDescription)"]
        )
        do throws(SMTPError) {
            var receipt = try await attempt(message, envelope: envelope.narrowed(to: others))
            receipt.leaveOut(recipient, because: end)
            return receipt
        } catch {
            guard error.code == .recipientRefused, error.isPermanent else { throw error }
            // That the others were refused for good says nothing of the one who was left out.
            var end = end
            end.othersWereRefused = true
            throw end
        }
    }

    /// One transaction, over the kept connection if that still works.
    private func attempt(_ message: SMTPMessage, envelope: SMTPEnvelope) async throws(SMTPError) -> SMTPReceipt {
        if let kept = await takeKept() {
            do throws(SMTPError) {
                return try await deliver(message, envelope: envelope, over: kept)
            } catch {
                guard error.isExpectedOfStaleConnection, !Task.isCancelled else { throw error }
                logger.debug("smtp connection was stale", metadata: ["error.code": "\(error.shortDescription)"])
            }
        }
        return try await deliver(message, envelope: envelope, over: try await openSession())
    }

    /// Says goodbye to the server and refuses further sends with `clientShutDown`.
    ///
    /// A send under way has the time for a goodbye (`SMTPTimeouts.quit`) to finish; then its connection is closed
    /// under it, or as soon as there is one. To let it finish, wait for it before calling this.
    package func shutDown() async {
        isShutDown = true
        let limit = timeouts.quit
        let hasTurn = await withTaskGroup(of: Bool.self) { [turns] group in
            group.addTask { await turns.take() }
            group.addTask {
                try? await Task.sleep(for: limit)
                return false
            }
            var hasTurn = false
            for await result in group {
                hasTurn = hasTurn || result
                group.cancelAll()
            }
            return hasTurn
        }
        guard let connection = session?.connection ?? opening else { return hasTurn ? turns.give() : () }
        session = nil
        if hasTurn {
            if await connection.wake() { try? await connection.quit() }
            turns.give()
        } else {
            connection.close()
        }
    }

    // MARK: - Connections

    private typealias Session = (connection: SMTPConnection, capabilities: SMTPCapabilities)

    private func takeKept() async -> Session? {
        guard !isShutDown, let kept = session else { return nil }
        guard await kept.connection.wake() else {
            session = nil
            return nil
        }
        return kept
    }

    private func openSession() async throws(SMTPError) -> Session {
        let connection = try await connect()
        opening = connection
        defer { opening = nil }
        do throws(SMTPError) {
            guard !isShutDown else { throw SMTPError(.clientShutDown, stage: .connect) }
            let opened: Session = (
                connection, try await connection.open(endpoint, machineName: machineName, tls: tlsContext)
            )
            guard !isShutDown else { throw SMTPError(.clientShutDown, stage: .connect) }
            session = opened
            return opened
        } catch {
            connection.leave()
            throw error
        }
    }

    /// A connection on which nothing has been said.
    private func connect() async throws(SMTPError) -> SMTPConnection {
        guard !isShutDown else { throw SMTPError(.clientShutDown, stage: .connect) }
        if endpoint.security != .plaintext, tlsContext == nil { tlsContext = try makeTLSContext() }
        return try await SMTPConnection.connect(to: endpoint, on: group, timeouts: timeouts, logger: logger)
    }

    private func deliver(
        _ message: SMTPMessage,
        envelope: SMTPEnvelope,
        over session: Session
    ) async throws(SMTPError) -> SMTPReceipt {
        do throws(SMTPError) {
            let receipt = try await session.connection.send(
                message,
                envelope: envelope,
                capabilities: session.capabilities
            )
            await session.connection.rest()
            return receipt
        } catch {
            if error.leavesConnectionUsable {
                await session.connection.rest()
            } else {
                session.connection.leave()
                self.session = nil
            }
            throw error
        }
    }

    /// The trust store is read once and kept; a failure is not, so that a mended file helps at once.
    private func makeTLSContext() throws(SMTPError) -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if let caFile = endpoint.caFile { configuration.trustRoots = .file(caFile) }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw SMTPError(
                .tlsFailed,
                stage: .starttls,
                needsOperator: true,
                detail: endpoint.caFile.map {
                    "the file \($0) that ?ca= names holds no certificate authority, or can't be read"
                } ?? "\(error)"
            )
        }
    }
}

extension SMTPClient {
    /// Walks through a conversation without sending a message, on a connection of its own, and tells of each step.
    ///
    /// Stops at the first step that fails; that step is told of too, with its remedy, before the error is thrown. Of several
    /// recipients each is told of; one that the server asks to try again later is a warning and no failure. So is a sender
    /// that the server knows of and does not have: a mail that comes back would be lost (RFC 5321 §3.6.3).
    ///
    /// - Parameters:
    ///   - sender: the return path to ask the server about.
    ///   - recipients: whom to ask it about, at least one.
    ///   - onStep: called in order, as each step ends.
    package func probe(
        sender: String,
        recipients: [String],
        onStep: @escaping @Sendable (SMTPProbeStep) -> Void
    ) async throws(SMTPError) {
        var watch = SMTPProbeWatch()
        var refusal: SMTPError?
        do throws(SMTPError) {
            let connection = try await connect()
            defer { connection.leave() }
            onStep(watch.passed(.connect, connection.peerDescription))

            let capabilities = try await connection.open(
                endpoint,
                machineName: machineName,
                tls: tlsContext
            ) { stage, detail in
                onStep(watch.passed(stage, detail))
            }
            let envelope: SMTPEnvelope
            do throws(SMTPEnvelopeError) {
                envelope = try SMTPEnvelope(sender: sender, recipients: recipients)
            } catch {
                throw SMTPError(error == .sender ? .senderRefused : .recipientRefused, stage: .mail, detail: "\(error)")
            }
            try await connection.offer(envelope, capabilities: capabilities) {
                onStep(watch.passed(.mail, "accepted"))
            } onRecipient: { recipient, error in
                guard let error else { return onStep(watch.passed(.rcpt, "\(recipient) accepted")) }
                guard error.isPermanent || error.needsOperator else {
                    return onStep(watch.postponed(error, about: recipient))
                }
                onStep(watch.failed(error, about: recipient))
                refusal = refusal ?? error
            }
            if !recipients.contains(sender) {
                // It is no fault if this question is not answered.
                try? await connection.offer(envelope.narrowed(to: [sender]), capabilities: capabilities) {
                } onRecipient: { _, error in
                    if let error, error.isPermanent { onStep(watch.unknown(error, sender: sender)) }
                }
            }
            // Some servers just close here, which harms nobody.
            let hasAnswered = (try? await connection.quit()) != nil
            onStep(watch.passed(.quit, hasAnswered ? "answered" : "the server closed without an answer"))
        } catch {
            onStep(watch.failed(error))
            throw error
        }
        if let refusal { throw refusal }
    }
}

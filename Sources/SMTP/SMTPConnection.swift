// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// One connection to a server: moves the replies and actions between the state machines and the channel.
///
/// Used by one caller at a time. A cancelled call closes the connection; so does every failure after which client and
/// server could disagree about what comes next.
final class SMTPConnection: Sendable {
    private let channel: any Channel
    private let handler: NIOLoopBound<SMTPChannelHandler>
    private let timeouts: SMTPTimeouts
    private let logger: Logger

    private init(
        channel: any Channel,
        handler: NIOLoopBound<SMTPChannelHandler>,
        timeouts: SMTPTimeouts,
        logger: Logger
    ) {
        self.channel = channel
        self.handler = handler
        self.timeouts = timeouts
        self.logger = logger
    }

    /// Opens a TCP connection to whichever of the host's addresses answers first (RFC 8305).
    static func connect(
        to endpoint: SMTPEndpoint,
        on group: any EventLoopGroup,
        timeouts: SMTPTimeouts,
        logger: Logger
    ) async throws(SMTPError) -> SMTPConnection {
        // The handler is kept from the start: a server that says 421 and leaves may empty the pipeline before we look.
        let opened = group.any().makeFutureWithTask {
            try await ClientBootstrap(group: group)
                .connectTimeout(TimeAmount(timeouts.connect))
                .connect(host: endpoint.host, port: endpoint.port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let handler = SMTPChannelHandler(channel: channel)
                        try channel.pipeline.syncOperations.addHandler(handler)
                        return SMTPConnection(
                            channel: channel,
                            handler: NIOLoopBound(handler, eventLoop: channel.eventLoop),
                            timeouts: timeouts,
                            logger: logger
                        )
                    }
                }
        }

        // A connection attempt cannot be taken back: a cancelled caller goes on, and what is opened late is closed.
        let outcome = opened.eventLoop.makePromise(of: SMTPConnection.self)
        let isAbandoned = Atomic(false)
        opened.whenComplete { result in
            if isAbandoned.load(ordering: .sequentiallyConsistent) { try? result.get().close() }
            outcome.completeWith(result)
        }
        do {
            let connection = try await withTaskCancellationHandler {
                try await outcome.futureResult.get()
            } onCancel: {
                isAbandoned.store(true, ordering: .sequentiallyConsistent)
                outcome.fail(CancellationError())
            }
            logger.debug("smtp connection opened", metadata: ["smtp.server": "\(endpoint.hostAndPort)"])
            return connection
        } catch is CancellationError {
            throw SMTPError(.cancelled, stage: .connect)
        } catch {
            throw SMTPError(connecting: error)
        }
    }

    /// The other end, as an address and port.
    var peerDescription: String {
        guard let address = channel.remoteAddress, let ip = address.ipAddress, let port = address.port else {
            return ""
        }
        return ip.contains(":") ? "[\(ip)]:\(port)" : "\(ip):\(port)"
    }

    /// This end as an address literal, the name of a client that has no other (RFC 5321 §4.1.3).
    private var addressLiteral: String {
        let ip = channel.localAddress?.ipAddress ?? "127.0.0.1"
        // An address with a zone ("fe80::1%eth0") means nothing to the server.
        let address = ip.prefix { $0 != "%" }
        return address.contains(":") ? "[IPv6:\(address)]" : "[\(address)]"
    }

    // MARK: Conversations

    /// Goes through greeting, EHLO, TLS and AUTH as the endpoint wants them.
    ///
    /// - Parameters:
    ///   - machineName: what EHLO says where the endpoint has no name for it; nil for the address literal.
    ///   - onStep: called after each step with what is worth telling of it.
    func open(
        _ endpoint: SMTPEndpoint,
        machineName: String?,
        tls context: NIOSSLContext?,
        onStep: (SMTPStage, String) -> Void = { _, _ in }
    ) async throws(SMTPError) -> SMTPCapabilities {
        let heloName = endpoint.heloName ?? machineName ?? addressLiteral
        var handshake = SMTPHandshake(endpoint: endpoint, heloName: heloName)
        var action = handshake.start()
        while true {
            switch action {
            case .awaitGreeting:
                let timeout = TimeAmount(timeouts.command)
                let reply = try await perform(.greeting) { $0.awaitGreeting(within: timeout) }
                trace(received: reply)
                action = try handshake.receive(reply)
                onStep(.greeting, SMTPText.loggable(reply.lines.first ?? ""))
            case .upgradeToTLS:
                let summary = try await startTLS(context, host: endpoint.host)
                onStep(.starttls, summary)
                action = handshake.tlsEstablished()
            case .send(let command):
                let reply = try await exchange(command)
                // Told of also where what the server offers is not enough.
                if command.stage == .ehlo, reply.code == 250 {
                    onStep(.ehlo, SMTPText.loggable(SMTPCapabilities(ehlo: reply).keywords.joined(separator: " ")))
                }
                action = try handshake.receive(reply)
                if command.stage == .auth, reply.code == 235 { onStep(.auth, "accepted") }
            case .ready(let capabilities):
                return capabilities
            }
        }
    }

    /// Sends one message.
    ///
    /// When it throws, the connection is in step if the error's `leavesConnectionUsable` says so: a transaction that
    /// was refused half-way has been reset. Where the connection ended at a recipient, the error says at which.
    func send(
        _ message: SMTPMessage,
        envelope: SMTPEnvelope,
        capabilities: SMTPCapabilities
    ) async throws(SMTPError) -> SMTPReceipt {
        var transaction = try SMTPTransaction(message: message, envelope: envelope, capabilities: capabilities)
        do throws(SMTPError) {
            var action = transaction.start()
            while true {
                switch action {
                case .send(let command): action = try transaction.receive(try await exchange(command))
                case .sendMessage: action = try transaction.receive(try await transmit(message))
                case .finished(let receipt): return receipt
                }
            }
        } catch {
            if error.leavesConnectionUsable, transaction.needsReset { await reset() }
            var error = error
            if error.isEndOfConnection { error.recipientAtEnd = transaction.recipientAsked }
            throw error
        }
    }

    /// Asks whether the server would take mail from the sender to each of the recipients, without sending any.
    ///
    /// - Parameters:
    ///   - onSender: called when the sender is taken.
    ///   - onRecipient: called for each recipient, with why it is refused.
    func offer(
        _ envelope: SMTPEnvelope,
        capabilities: SMTPCapabilities,
        onSender: () -> Void,
        onRecipient: (String, SMTPError?) -> Void
    ) async throws(SMTPError) {
        var transaction = try SMTPTransaction(message: SMTPMessage([]), envelope: envelope, capabilities: capabilities)
        guard case .send(let mail) = transaction.start() else { return }
        _ = try transaction.receive(try await exchange(mail))
        onSender()
        var surplus: [String] = []
        var hasAccepted = false
        for recipient in envelope.recipients {
            let reply = try await exchange(.recipient(recipient))
            if hasAccepted, reply.isAboutSurplus {
                surplus.append(recipient)
                continue
            }
            hasAccepted = hasAccepted || reply.isPositive
            onRecipient(recipient, reply.isPositive ? nil : .refusal(reply, at: .rcpt, hiding: envelope.personalParts))
        }
        let reply = try await exchange(.reset)
        guard reply.isPositive else { throw .refusal(reply, at: .quit) }
        guard !surplus.isEmpty else { return }
        try await offer(
            envelope.narrowed(to: surplus),
            capabilities: capabilities,
            onSender: {},
            onRecipient: onRecipient
        )
    }

    // MARK: Rest and end

    /// Keeps the connection for a next message, for the idle time at most.
    func rest() async {
        let (idle, quit) = (TimeAmount(timeouts.idle), TimeAmount(timeouts.quit))
        await onLoop { $0.rest(atMost: idle, quitWithin: quit) }
    }

    /// Whether the resting connection can take a message. If not, it is closed.
    func wake() async -> Bool {
        await onLoop { $0.wake() } ?? false
    }

    /// Says goodbye, waits for the answer within the bound for it, and closes.
    func quit() async throws(SMTPError) {
        defer { close() }
        _ = try await exchange(.quit, within: timeouts.quit)
    }

    /// Says goodbye in the background, unless the connection is closed or in the middle of something, and closes.
    ///
    /// RFC 5321 §4.1.1.10: also after an error, QUIT comes before the end.
    func leave() {
        let timeout = TimeAmount(timeouts.quit)
        channel.eventLoop.execute { [handler] in handler.value.quit(within: timeout) }
    }

    func close() {
        channel.close(promise: nil)
    }

    // MARK: -

    private func startTLS(_ context: NIOSSLContext?, host: String) async throws(SMTPError) -> String {
        guard let context else { throw SMTPError(.tlsFailed, stage: .starttls) }
        let timeout = TimeAmount(timeouts.handshake)
        let summary = try await perform(.starttls) { handler in
            handler.startTLS(context, host: host, within: timeout).assumeIsolated().map {
                handler.tlsSummary()?.description ?? ""
            }.nonisolated()
        }
        logger.trace("smtp encrypted", metadata: ["smtp.tls": "\(summary)"])
        return summary
    }

    /// Sends the message in blocks, each taken by the network before the next, and waits for the verdict.
    private func transmit(_ message: SMTPMessage) async throws(SMTPError) -> SMTPReply {
        let blockSize = 32 * 1_024
        let blockTimeout = TimeAmount(timeouts.dataBlock)
        var encoder = SMTPDataEncoder(message.bytes)
        logger.trace("smtp sends message", metadata: ["smtp.size": "\(message.size)"])
        while true {
            var block = channel.allocator.buffer(capacity: blockSize + 8)
            encoder.encode(into: &block, limit: blockSize)
            let bytes = block
            guard encoder.isFinished else {
                try await perform(.body) { $0.write(bytes, within: blockTimeout) }
                continue
            }
            let timeout = TimeAmount(timeouts.finalReply)
            let reply = try await perform(.body, isFinalDot: true) { $0.exchange(bytes, within: timeout) }
            trace(received: reply)
            return reply
        }
    }

    private func reset() async {
        do throws(SMTPError) {
            guard try await exchange(.reset).isPositive else { return close() }
        } catch {
            close()
        }
    }

    private func exchange(_ command: SMTPCommand, within timeout: Duration? = nil) async throws(SMTPError) -> SMTPReply
    {
        logger.trace("smtp sends", metadata: ["smtp.line": "\(command.loggableLine)"])
        let timeout = TimeAmount(timeout ?? timeouts.command)
        let reply = try await perform(command.stage) { $0.exchange(command.bytes, within: timeout) }
        trace(received: reply)
        return reply
    }

    private func trace(received reply: SMTPReply) {
        logger.trace(
            "smtp receives",
            // Never its words: a server may quote the mail.
            metadata: ["smtp.code": "\(reply.code)", "smtp.status": "\(reply.enhancedStatus?.description ?? "")"]
        )
    }

    /// Runs an operation of the handler on its loop, and closes the connection when the task is cancelled.
    private func perform<Value: Sendable>(
        _ stage: SMTPStage,
        isFinalDot: Bool = false,
        _ operation: @escaping @Sendable (SMTPChannelHandler) -> EventLoopFuture<Value>
    ) async throws(SMTPError) -> Value {
        do {
            return try await withTaskCancellationHandler {
                try Task.checkCancellation()
                return try await channel.eventLoop.flatSubmit { [handler] in
                    operation(handler.value)
                }.get()
            } onCancel: {
                close()
            }
        } catch let failure as SMTPChannelHandler.Failure {
            var error = SMTPError(failure, at: stage)
            if Task.isCancelled { error = SMTPError(.cancelled, stage: stage) }
            throw isFinalDot && failure.wasSent ? error.afterFinalDot() : error
        } catch is CancellationError {
            throw SMTPError(.cancelled, stage: stage)
        } catch {
            // The event loop no longer runs, so that the operation never began.
            throw SMTPError(.init(cause: .transport(error)), at: stage)
        }
    }

    private func onLoop<Value: Sendable>(_ body: @escaping @Sendable (SMTPChannelHandler) -> Value) async -> Value? {
        try? await channel.eventLoop.submit { [handler] in body(handler.value) }.get()
    }
}

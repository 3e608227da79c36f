// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOSSL
import NIOTLS

/// The end of a connection's pipeline: sends one line at a time and completes it with the reply.
///
/// All of it runs on the channel's event loop. Whatever goes wrong closes the channel, after which every call fails.
final class SMTPChannelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// Why an exchange had no reply.
    struct Failure: Error {
        enum Cause {
            case closed
            case timedOut
            /// A reply that came before its command: most often a 421 from a server that is going away.
            case early(SMTPReply)
            /// Something came in plain text before the TLS handshake.
            case earlyPlaintext
            case malformed(SMTPReplyParser.Failure)
            case transport(any Error)

            var isEarly: Bool { if case .early = self { true } else { false } }

            /// Whether the connection just went away.
            var isLoss: Bool {
                switch self {
                case .closed, .transport: true
                case .timedOut, .early, .earlyPlaintext, .malformed: false
                }
            }
        }

        let cause: Cause
        /// Whether a byte of the command may have left this machine.
        var wasSent = true
    }

    private enum State {
        /// Nobody waits; `early` is a reply that came nevertheless.
        case resting(early: SMTPReply?)
        case awaitingReply(EventLoopPromise<SMTPReply>)
        case awaitingTLS(EventLoopPromise<Void>)
        case closed(Failure.Cause)
    }

    private let channel: any Channel
    private var state = State.resting(early: nil)
    private var parser = SMTPReplyParser()
    private var deadline: Scheduled<Void>?
    private var idleDeadline: Scheduled<Void>?

    init(channel: any Channel) {
        self.channel = channel
    }

    // MARK: Calls from the connection

    /// The server's greeting, which may have come already.
    func awaitGreeting(within timeout: TimeAmount) -> EventLoopFuture<SMTPReply> {
        switch state {
        case .resting(let early?):
            state = .resting(early: nil)
            return channel.eventLoop.makeSucceededFuture(early)
        case .closed(.early(let reply)):
            // A server that has no time says so and closes at once.
            state = .closed(.closed)
            return channel.eventLoop.makeSucceededFuture(reply)
        default:
            return exchange(nil, within: timeout)
        }
    }

    /// Sends the bytes and waits for the next reply.
    func exchange(_ bytes: ByteBuffer?, within timeout: TimeAmount) -> EventLoopFuture<SMTPReply> {
        if let failure = obstacle() { return channel.eventLoop.makeFailedFuture(failure) }
        let promise = channel.eventLoop.makePromise(of: SMTPReply.self)
        state = .awaitingReply(promise)
        startDeadline(timeout)
        if let bytes { channel.writeAndFlush(bytes).assumeIsolated().whenFailure { [self] in fail(.transport($0)) } }
        return promise.futureResult
    }

    /// Sends a part of the message.
    func write(_ bytes: ByteBuffer, within timeout: TimeAmount) -> EventLoopFuture<Void> {
        if let failure = obstacle() { return channel.eventLoop.makeFailedFuture(failure) }
        startDeadline(timeout)
        return channel.writeAndFlush(bytes).assumeIsolated().flatMapErrorThrowing { [self] error in
            // A refusal that came just before says more than the broken connection does.
            let obstacle = obstacle()
            fail(.transport(error))
            throw obstacle ?? Failure(cause: .transport(error))
        }.flatMapThrowing { [self] in
            deadline?.cancel()
            // A refusal in the middle of the message: the final dot is never sent.
            if let failure = obstacle() { throw failure }
        }.nonisolated()
    }

    /// Puts TLS under the conversation and waits for the handshake.
    func startTLS(_ context: NIOSSLContext, host: String, within timeout: TimeAmount) -> EventLoopFuture<Void> {
        // CVE-2011-0411: what came before the handshake could be an attacker's, to be read as if it had come after.
        switch state {
        case .resting(nil) where parser.isEmpty:
            break
        case .closed(let cause) where !cause.isEarly:
            return channel.eventLoop.makeFailedFuture(Failure(cause: cause))
        default:
            fail(.earlyPlaintext)
            return channel.eventLoop.makeFailedFuture(Failure(cause: .earlyPlaintext))
        }
        let promise = channel.eventLoop.makePromise(of: Void.self)
        state = .awaitingTLS(promise)
        startDeadline(timeout)
        do {
            // RFC 6066 §3: an IP address is not a server name. The certificate is then checked against the address.
            let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
            let tls = try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : host)
            try channel.pipeline.syncOperations.addHandler(tls, position: .first)
        } catch {
            fail(.transport(error))
        }
        return promise.futureResult
    }

    /// The TLS version and the server's certificate, if the connection has TLS.
    func tlsSummary() -> SMTPTLSSummary? {
        guard let tls = try? channel.pipeline.syncOperations.handler(type: NIOSSLHandler.self) else { return nil }
        return SMTPTLSSummary(version: tls.tlsVersion, certificate: tls.peerCertificate)
    }

    /// Lets the connection wait for a next message, and says goodbye when none comes in time.
    func rest(atMost timeout: TimeAmount, quitWithin quitTimeout: TimeAmount) {
        idleDeadline?.cancel()
        guard case .resting = state else { return }
        idleDeadline = channel.eventLoop.assumeIsolated().scheduleTask(in: timeout) { [self] in
            quit(within: quitTimeout)
        }
    }

    /// Takes the connection out of its rest.
    ///
    /// - Returns: whether it is still open and in step. It may turn out dead all the same with the next command.
    func wake() -> Bool {
        idleDeadline?.cancel()
        idleDeadline = nil
        guard case .resting(nil) = state, parser.isEmpty, channel.isActive else {
            fail(.closed)
            return false
        }
        return true
    }

    /// Sends QUIT and closes when the server has answered or the time is over.
    func quit(within timeout: TimeAmount) {
        exchange(SMTPCommand.quit.bytes, within: timeout).assumeIsolated().whenComplete { [self] _ in fail(.closed) }
    }

    // MARK: What happens to the channel

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        do {
            while let reply = try parser.next(from: &buffer) {
                received(reply)
            }
        } catch {
            fail(.malformed(error))
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent, case .awaitingTLS(let promise) = state {
            deadline?.cancel()
            state = .resting(early: nil)
            promise.succeed()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(.closed)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Many servers close without TLS's own goodbye; each reply says by itself where it ends.
        fail(error as? NIOSSLError == .uncleanShutdown ? .closed : .transport(error))
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        fail(.closed)
    }

    // MARK: -

    private func received(_ reply: SMTPReply) {
        switch state {
        case .awaitingReply(let promise):
            deadline?.cancel()
            state = .resting(early: nil)
            promise.succeed(reply)
        case .resting(nil):
            state = .resting(early: reply)
        case .resting, .awaitingTLS:
            fail(.early(reply))
        case .closed:
            break
        }
    }

    /// Why nothing can be sent now. A reply that nobody asked for means that the server is out of step or going away.
    private func obstacle() -> Failure? {
        switch state {
        case .resting(nil): return nil
        case .resting(let early?):
            fail(.early(early))
            return Failure(cause: .early(early), wasSent: false)
        case .closed(let cause): return Failure(cause: cause, wasSent: false)
        case .awaitingReply, .awaitingTLS: return Failure(cause: .closed, wasSent: false)
        }
    }

    private func startDeadline(_ timeout: TimeAmount) {
        deadline?.cancel()
        deadline = channel.eventLoop.assumeIsolated().scheduleTask(in: timeout) { [self] in
            fail(.timedOut)
        }
    }

    /// Ends the connection for the first of perhaps several reasons.
    private func fail(_ cause: Failure.Cause) {
        let previous = state
        switch previous {
        case .closed: return
        // Its last words say more than that it has gone.
        case .resting(let early?) where cause.isLoss: state = .closed(.early(early))
        default: state = .closed(cause)
        }
        deadline?.cancel()
        idleDeadline?.cancel()
        switch previous {
        case .awaitingReply(let promise): promise.fail(Failure(cause: cause))
        case .awaitingTLS(let promise): promise.fail(Failure(cause: cause))
        case .resting, .closed: break
        }
        channel.close(promise: nil)
    }
}

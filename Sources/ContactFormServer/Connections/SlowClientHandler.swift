// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Gives up connections whose client is too slow, and answers what cannot become a request.
///
/// Stands between the HTTP codec and Hummingbird's own handlers, and learns of every octet from a
/// `ReceivedOctetsHandler` in front of the decoder. `ConnectionDeadlines` decides; this handler has the timer and the
/// channel. The timer is set anew only when a deadline comes nearer, so a request that arrives at once sets none.
final class SlowClientHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limits: ConnectionLimits
    private var deadlines: ConnectionDeadlines?
    private var context: ChannelHandlerContext?
    private var timer: (deadline: NIODeadline, scheduled: Scheduled<Void>)?
    private var isReading = false
    private var isGivenUp = false

    init(limits: ConnectionLimits) {
        self.limits = limits
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        deadlines = ConnectionDeadlines(limits: limits, now: context.eventLoop.now)
        judge(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.scheduled.cancel()
        timer = nil
        self.context = nil
    }

    // MARK: - Octets, from the handler in front of the decoder

    /// - Returns: whether the octets are to be parsed.
    func willParse(octets: Int) -> Bool {
        guard let context, let deadlines, !deadlines.isLingering else { return false }
        self.deadlines?.received(octets, now: context.eventLoop.now)
        return true
    }

    func didParse() {
        guard let context, let deadlines else { return }
        switch deadlines.phase {
        case .head where deadlines.isHeadTooLong: refuse(.requestHeaderFieldsTooLarge, context)
        case .head, .body: judge(context)
        case .idle, .lingering: break
        }
    }

    func willRead() {
        isReading = true
    }

    /// - Returns: whether more is to be read, to be thrown away.
    func didRead() -> Bool {
        isReading = false
        return deadlines?.isLingering ?? false
    }

    /// Whether octets of an answer wait for a client that may still take them.
    var isAnswerUnderWay: Bool {
        context.map { !isGivenUp && unsent($0) > 0 } ?? false
    }

    // MARK: - Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // What the decoder had in hand when the request was refused.
        guard deadlines?.isLingering == false else { return }
        switch unwrapInboundIn(data) {
        case .head: deadlines?.headEnded(now: context.eventLoop.now)
        case .body(let bytes): deadlines?.bodyReceived(bytes.readableBytes)
        case .end: deadlines?.requestEnded(now: context.eventLoop.now)
        }
        context.fireChannelRead(data)
    }

    /// Hummingbird answers a parser's error with 400 in its turn, after the answers that are owed. It does not tell
    /// apart a head that is too long, and knows nothing of one that the decoder lets through but HTTPTypes does not.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let deadlines, !deadlines.isLingering else { return }
        guard deadlines.answersOwed == 0 else {
            context.fireErrorCaught(error)
            return
        }
        // The rest of a body whose request has its answer: there is nobody to answer again.
        if case .body = deadlines.phase { return context.close(mode: .output, promise: nil) }
        switch error {
        case HTTPParserError.headerOverflow: refuse(.requestHeaderFieldsTooLarge, context)
        case is HTTPParserError: refuse(.badRequest, context)
        case is HTTP1TypeConversionError: refuse(.badRequest, context)
        default: context.fireErrorCaught(error)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.outputClosed:
            deadlines?.outputClosed(now: context.eventLoop.now)
            judge(context)
            // Whoever read until now may have stopped, and a socket is only closed clean when it is empty.
            context.read()
        case is ChannelShouldQuiesceEvent:
            deadlines?.serverEnds()
            judge(context)
        default: break
        }
        context.fireUserInboundEventTriggered(event)
    }

    // MARK: - Answers

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head) where head.status.kind != .informational: deadlines?.answerBegan()
        case .end: deadlines?.answerEnded(now: context.eventLoop.now)
        case .head, .body: break
        }
        context.write(data, promise: promise)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            deadlines?.becameWritable(unsent: unsent(context), now: context.eventLoop.now)
        } else {
            judge(context)
        }
        context.fireChannelWritabilityChanged()
    }

    // MARK: - Verdicts

    private func judge(_ context: ChannelHandlerContext) {
        let now = context.eventLoop.now
        guard let verdict = deadlines?.verdict(now: now, isReading: isReading, unsent: unsent(context)) else { return }
        switch verdict {
        case .keep(let deadline): wake(at: deadline, context)
        case .giveUp(.head): refuse(.requestTimeout, context)
        case .giveUp(.body):
            if deadlines?.isAnswering == false, deadlines?.answersOwed == 1 { refuse(.requestTimeout, context) }
            // Whoever waits for the rest of the body must not take the beginning for all of it.
            context.fireErrorCaught(HTTPParserError.invalidEOFState)
            if deadlines?.isLingering == false { giveUp(context) }
        case .giveUp(.writeStall):
            // The kernel would keep what waits there for minutes, for many such clients at once. It lets go of it with a reset.
            let atOnce = linger(l_onoff: 1, l_linger: 0)
            _ = (context.channel as? any SocketOptionProvider)?.setSoLinger(atOnce)
            giveUp(context)
        case .giveUp(.idle), .giveUp(.linger): giveUp(context)
        }
    }

    private func giveUp(_ context: ChannelHandlerContext) {
        isGivenUp = true
        context.close(promise: nil)
    }

    private func wake(at deadline: NIODeadline, _ context: ChannelHandlerContext) {
        if let timer, timer.deadline <= deadline { return }
        timer?.scheduled.cancel()
        let scheduled = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
            guard let self, let context = self.context else { return }
            timer = nil
            judge(context)
        }
        timer = (deadline, scheduled)
    }

    /// Answers without a request and closes our side; the linger time then runs.
    private func refuse(_ status: HTTPResponse.Status, _ context: ChannelHandlerContext) {
        let head = HTTPResponse(status: status, headerFields: [.connection: "close", .contentLength: "0"])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        deadlines?.outputClosed(now: context.eventLoop.now)
        context.close(mode: .output, promise: nil)
        judge(context)
    }

    /// Octets that the kernel has not taken; none on a channel that is closed.
    private func unsent(_ context: ChannelHandlerContext) -> Int {
        (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }
}

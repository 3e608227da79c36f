// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import EventLoopTasks
import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Answers what is sent to a form on the connection's event loop, and lets every other request through to Hummingbird.
///
///     decoder ─► SlowClientHandler ─► FormConnectionHandler ─► Hummingbird
///                                            │   ▲
///                                            ▼   │  a task for each form, on this event loop
///                                        FormResponder
///
/// Hummingbird hands a request to a task on other threads, and its body to that as a stream. A form is small and wanted
/// whole, and the work on it shorter than the way there (decision 0027).
///
/// Answers keep the order of their requests (RFC 9112 §9.3.2): what comes behind a form is held until that is answered,
/// and a form that comes behind other requests until those are.
final class FormConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private enum State {
        /// What comes is Hummingbird's, unless it is the head of a form.
        case passing
        case receiving(HTTPRequest, FormBody)
        /// A body that is too large is answered before it has come to its end.
        case answering(isReceived: Bool)
        /// The answer is written; the rest of the body is thrown away.
        case discarding
        /// The last answer of the connection is written. No request after it is answered (RFC 9112 §9.6).
        case closing
    }

    private enum Signal {
        case event(Any)
        case error(any Error)

        var isError: Bool { if case .error = self { true } else { false } }
    }

    private let responder: FormResponder
    private let executor: EventLoopTaskExecutor
    private let answer: AnswerUnderWay
    /// What the body that is being received, or was and is not answered yet, holds of the memory; then its answer, until that is
    /// written.
    private var share: BodyBudget.Share
    private var state = State.passing
    /// Requests that were let through and are not answered yet.
    private var answersOwed = 0
    /// Whether Hummingbird closes the connection after one of them.
    private var endsWithThose = false
    /// What has come behind a form and waits for its answer.
    private var heldParts = CircularBuffer<HTTPRequestPart>()
    /// What Hummingbird would close the connection at: the end of the client's side, of the server, of sense. Comes last.
    private var heldSignals = CircularBuffer<Signal>()
    private var holdsRead = false
    /// Whether the server shuts down: the next answer is the last of the connection.
    private var serverEnds = false
    /// Asked of the kernel once for each connection.
    private var peer: IPAddress?
    private var context: ChannelHandlerContext?

    init(_ responder: FormResponder, eventLoop: any EventLoop, answer: AnswerUnderWay, budget: BodyBudget) {
        self.responder = responder
        self.answer = answer
        share = BodyBudget.Share(of: budget)
        executor = EventLoopTaskExecutor(eventLoop)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        peer = IPAddress(context.remoteAddress)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        share.giveBack()
        self.context = nil
    }

    // MARK: - What comes in

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if heldParts.isEmpty, !mustWait(part) { handle(part, context) } else { heldParts.append(part) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent { serverEnds = true }
        heldSignals.append(.event(event))
        passSignals(context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        heldSignals.append(.error(error))
        passSignals(context)
    }

    func read(context: ChannelHandlerContext) {
        // Whoever sends one request after the other without waiting is not read any further.
        if heldParts.isEmpty { context.read() } else { holdsRead = true }
    }

    /// The client has taken what it was sent.
    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { release(context) }
        context.fireChannelWritabilityChanged()
    }

    private func mustWait(_ part: HTTPRequestPart) -> Bool {
        switch (state, part) {
        case (.answering(isReceived: true), _): true
        // Whoever takes no answers gets no more of them, as they would fill the memory.
        case (.passing, .head(let head)) where answersOwed > 0 || context?.channel.isWritable == false:
            !endsWithThose && responder.handles(head)
        default: false
        }
    }

    private func handle(_ part: HTTPRequestPart, _ context: ChannelHandlerContext) {
        switch (state, part) {
        case (.passing, .head) where endsWithThose: state = .closing
        case (.passing, .head(let head)) where responder.handles(head):
            receive(FormBody(of: head, limit: responder.largestBody), of: head, context)
        case (.passing, .head(let head)):
            answersOwed += 1
            endsWithThose = head.headerFields.endsConnection
            context.fireChannelRead(wrapInboundOut(part))
        case (.passing, _): context.fireChannelRead(wrapInboundOut(part))
        case (.receiving(let head, var body), .body(let bytes)):
            // Or the octets would be copied, being in two places.
            state = .passing
            body.append(bytes, within: &share)
            receive(body, of: head, context)
        case (.receiving(let head, let body), .end): answer(head, body, isReceived: true, context)
        case (.answering, .end): state = .answering(isReceived: true)
        case (.discarding, .end): state = .passing
        case (.receiving, .head), (.answering, _), (.discarding, _), (.closing, _): break
        }
    }

    private func receive(_ body: FormBody, of head: HTTPRequest, _ context: ChannelHandlerContext) {
        guard body.refusal == nil else {
            share.giveBack()
            return answer(head, body, isReceived: false, context)
        }
        state = .receiving(head, body)
    }

    /// Goes on with what was held, up to the next that has to wait.
    private func release(_ context: ChannelHandlerContext) {
        let hadParts = !heldParts.isEmpty
        while let part = heldParts.first, !mustWait(part) {
            heldParts.removeFirst()
            handle(part, context)
        }
        // Hummingbird takes note of what came at the end of a read.
        if hadParts { context.fireChannelReadComplete() }
        passSignals(context)
        if heldParts.isEmpty, holdsRead {
            holdsRead = false
            context.read()
        }
    }

    private func passSignals(_ context: ChannelHandlerContext) {
        guard heldParts.isEmpty else { return }
        if case .receiving = state, heldSignals.contains(where: \.isError) {
            // The request broke off. Nothing was stored, and Hummingbird says so.
            state = .passing
            share.giveBack()
        }
        switch state {
        case .receiving, .answering: return
        case .passing, .discarding, .closing: break
        }
        while let signal = heldSignals.popFirst() {
            switch (signal, state) {
            // The connection ends by itself, and only then has the client all of the last answer.
            case (.event(let event), .closing) where event is ChannelShouldQuiesceEvent: break
            case (.event(let event), _):
                // Hummingbird closes behind what it still owes: nobody would be told of a form that comes then.
                if event is ChannelShouldQuiesceEvent, answersOwed > 0 { endsWithThose = true }
                context.fireUserInboundEventTriggered(event)
            // Whatever Hummingbird would say to it would come behind the last answer.
            case (.error, .closing): break
            // Or behind the answer to the very request whose rest makes no sense.
            case (.error, .discarding):
                state = .closing
                context.close(mode: .output, promise: nil)
            case (.error(let error), _): context.fireErrorCaught(error)
            }
        }
    }

    // MARK: - Answers

    private func answer(_ head: HTTPRequest, _ body: FormBody, isReceived: Bool, _ context: ChannelHandlerContext) {
        state = .answering(isReceived: isReceived)
        let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
        answer.begin(on: executor) { [responder, peer] in
            var answer = await responder.respond(to: head, body: body.value, peer: peer)
            // A page that gives a long text back, which the client may never take. Whatever was stored has a short answer.
            if !connection.value.makesRoom(for: answer) {
                answer = await responder.respond(to: head, body: .noRoom, peer: peer)
            }
            connection.value.send(answer)
        }
    }

    /// From here on the answer holds memory in the place of the body.
    private func makesRoom(for answer: FormResponder.Answer) -> Bool {
        share.giveBack()
        return context == nil || share.grow(to: answer.body.readableBytes)
    }

    private func send(_ answer: FormResponder.Answer) {
        guard let context else { return }
        var answer = answer
        if serverEnds { answer.head.headerFields[.connection] = "close" }
        context.write(wrapOutboundOut(.head(answer.head)), promise: nil)
        if answer.body.readableBytes > 0 { context.write(wrapOutboundOut(.body(answer.body)), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: releasingShare(context))
        if answer.isLast {
            state = .closing
            context.close(mode: .output, promise: nil)
        } else if case .answering(isReceived: false) = state {
            state = .discarding
        } else {
            state = .passing
        }
        release(context)
    }

    /// Gives back what the answer holds once the kernel has it, or the connection is gone; nil for one that holds nothing.
    private func releasingShare(_ context: ChannelHandlerContext) -> EventLoopPromise<Void>? {
        guard var held = share.handOver() else { return nil }
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in held.giveBack() }
        return written
    }

    /// The answers of Hummingbird.
    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let isEnd = if case .end = unwrapOutboundIn(data) { true } else { false }
        context.write(data, promise: promise)
        guard isEnd else { return }
        // An answer to what never became a request is owed by nobody.
        answersOwed = max(0, answersOwed - 1)
        if answersOwed == 0, !heldParts.isEmpty { release(context) }
    }
}

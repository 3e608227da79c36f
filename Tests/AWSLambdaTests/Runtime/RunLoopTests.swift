// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Synchronization
import Testing

@testable import AWSLambda

@Suite("the run loop")
struct RunLoopTests {
    @Test("each event is handled and answered under its own request id, and then the next is taken")
    func answers() async {
        let api = ScriptedAPI(["one", "two"])
        let scope = InvocationScope()
        let handler = ClosureHandler { event, context in
            #expect(scope.current?.requestID == context.requestID)
            #expect(scope.current?.traceID == "trace-\(context.requestID)")
            #expect(context.deadline == 1_795_487_000_000)
            #expect(context.millisecondsLeft(at: 1_795_486_999_000) == 1_000)
            #expect(context.millisecondsLeft(at: 1_795_487_000_001) == 0)
            return event + event
        }
        await run(api, handler, scope)
        #expect(api.calls == ["next", "respond 0: oneone", "next", "respond 1: twotwo", "next"])
        #expect(scope.current == nil)
    }

    @Test("an error is reported, and the loop carries on")
    func failure() async {
        let api = ScriptedAPI(["bad", "good"])
        let handler = ClosureHandler { event, _ throws(LambdaFailure) in
            guard event != Array("bad".utf8) else { throw LambdaFailure(type: "Event.Malformed", message: "no") }
            return event
        }
        await run(api, handler)
        #expect(api.calls == ["next", "report 0: Event.Malformed: no", "next", "respond 1: good", "next"])
    }

    @Test("a refused answer ends only its own invocation", arguments: [400, 403, 413])
    func refused(status: Int) async {
        let api = ScriptedAPI(["one", "two"], answerTo: .refused(status: status))
        await run(api, ClosureHandler { event, _ in event })
        #expect(api.calls == ["next", "respond 0: one", "next", "respond 1: two", "next"])
    }

    @Test(
        "a runtime api that is broken or gone ends the loop",
        arguments: [RuntimeAPIError.broken(status: 500), .unreachable("closed"), .protocolViolation("noise")]
    )
    func broken(error: RuntimeAPIError) async {
        let api = ScriptedAPI(["one", "two"], answerTo: error)
        #expect(await run(api, ClosureHandler { event, _ in event }) == error)
        #expect(api.calls == ["next", "respond 0: one"])
    }

    @discardableResult
    private func run(
        _ api: ScriptedAPI,
        _ handler: ClosureHandler,
        _ scope: InvocationScope = InvocationScope()
    ) async -> RuntimeAPIError {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        do throws(RuntimeAPIError) {
            try await RunLoop(
                api: api,
                handler: handler,
                scope: scope,
                logger: logger,
                frame: { _, invocation in await invocation() }
            ).run()
        } catch {
            return error
        }
    }
}

private struct ClosureHandler: LambdaHandler {
    var body: @Sendable ([UInt8], LambdaContext) async throws(LambdaFailure) -> [UInt8]

    func handle(_ event: [UInt8], _ context: LambdaContext) async throws(LambdaFailure) -> [UInt8] {
        try await body(event, context)
    }
}

/// Gives the events it was made with, writes down what it is told, and then is gone.
private final class ScriptedAPI: RuntimeAPI {
    private let events: [String]
    private let answer: RuntimeAPIError?
    private let state = Mutex<(taken: Int, calls: [String])>((0, []))

    init(_ events: [String], answerTo error: RuntimeAPIError? = nil) {
        self.events = events
        answer = error
    }

    var calls: [String] { state.withLock { $0.calls } }

    func next() async throws(RuntimeAPIError) -> Invocation {
        let taken = state.withLock { state in
            state.calls.append("next")
            state.taken += 1
            return state.taken - 1
        }
        guard taken < events.count else { throw .unreachable("the end") }
        return Invocation(
            requestID: "\(taken)",
            deadline: 1_795_487_000_000,
            traceID: "trace-\(taken)",
            event: Array(events[taken].utf8)
        )
    }

    func respond(to requestID: String, with answer: [UInt8]) async throws(RuntimeAPIError) {
        try note("respond \(requestID): \(String(decoding: answer, as: UTF8.self))")
    }

    func report(_ failure: LambdaFailure, of requestID: String) async throws(RuntimeAPIError) {
        try note("report \(requestID): \(failure)")
    }

    func reportInitialization(_ failure: LambdaFailure) async throws(RuntimeAPIError) { try note("init \(failure)") }

    private func note(_ call: String) throws(RuntimeAPIError) {
        state.withLock { $0.calls.append(call) }
        if let answer { throw answer }
    }
}

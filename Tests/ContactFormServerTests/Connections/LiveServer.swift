// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import Logging
import ServiceLifecycle

@testable import ContactFormServer

/// A server on a free port of loopback.
enum LiveServer {
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Runs a server for as long as the body does, which gets its port and what shuts it down.
    static func run<Responder: HTTPResponder, Value: Sendable>(
        _ responder: Responder,
        limits: ConnectionLimits = .patient,
        forms: FormResponder? = nil,
        _ body: @Sendable (Int, ServiceGroup) async throws -> Value
    ) async throws -> Value where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
        let (ports, started) = AsyncStream.makeStream(of: Int.self)
        let app = Application(
            responder: responder,
            server: limits.httpServer(forms: forms),
            configuration: ApplicationConfiguration(address: .hostname("localhost", port: 0)),
            onServerRunning: { started.yield($0.localAddress?.port ?? 0) },
            logger: logger
        )
        let services = ServiceGroup(configuration: .init(services: [app], logger: logger))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { started.finish() }
                try await services.run()
            }
            guard let port = await ports.first(where: { _ in true }) else {
                // What kept it from starting.
                try await group.waitForAll()
                throw CancellationError()
            }
            let result: Result<Value, any Error>
            do { result = .success(try await body(port, services)) } catch { result = .failure(error) }
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
            return try result.get()
        }
    }
}

extension ConnectionLimits {
    /// Time limits that no test meets unless it sets one of them.
    static var patient: ConnectionLimits {
        var limits = ConnectionLimits()
        limits.headTimeout = .hours(1)
        limits.bodyTimeout = .hours(1)
        limits.bodyGrace = .hours(1)
        limits.idleTimeout = .hours(1)
        limits.writeStallTimeout = .hours(1)
        limits.lingerTimeout = .milliseconds(100)
        return limits
    }
}

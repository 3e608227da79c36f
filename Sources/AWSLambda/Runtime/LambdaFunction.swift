// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import EventLoopTasks
import Logging
import NIOCore
import NIOPosix

#if canImport(Glibc)
    // `environ` is a variable of C's; nothing here changes it once the process runs.
    @preconcurrency import Glibc
#else
    import Darwin
#endif

/// A whole function: starts, takes events, ends when Lambda does.
package enum LambdaFunction {
    /// Runs the function on the calling thread, which becomes its only event loop. Never returns.
    ///
    /// - Parameters:
    ///   - name: The function's own name, on every log line.
    ///   - frame: Goes around each invocation.
    ///   - makeHandler: Reads the settings and opens what the handler needs, before the first event is asked for. What it
    ///     throws is reported to Lambda as the reason why the function can't start; the process then ends with 1.
    package static func run(
        _ name: String,
        frame: @escaping InvocationFrame,
        makeHandler: @escaping @Sendable (LambdaInitialization) async throws -> any LambdaHandler
    ) -> Never {
        MultiThreadedEventLoopGroup.withCurrentThreadAsEventLoop { eventLoop in
            // The one task that nobody waits for: it is the process, and ends it.
            Task(executorPreference: EventLoopTaskExecutor(eventLoop)) {
                exit(await start(name, processEnvironment(), on: eventLoop, frame, makeHandler))
            }
        }
        exit(1)
    }

    /// - Returns: the exit status.
    private static func start(
        _ name: String,
        _ environment: [String: String],
        on eventLoop: any EventLoop,
        _ frame: @escaping InvocationFrame,
        _ makeHandler: @Sendable (LambdaInitialization) async throws -> any LambdaHandler
    ) async -> Int32 {
        let scope = InvocationScope()
        let level = LambdaLogLevel(environment: environment)
        let logger = Logger(label: name) { LambdaLogHandler(label: $0, level: level.level, scope: scope) }
        let host = environment["AWS_LAMBDA_RUNTIME_API"] ?? ""
        do throws(RuntimeAPIError) {
            let api = try RuntimeAPIClient(host: host, on: eventLoop)
            let initialization = LambdaInitialization(
                environment: environment,
                eventLoop: eventLoop,
                logger: logger,
                metrics: EmbeddedMetricsWriter(
                    function: environment["AWS_LAMBDA_FUNCTION_NAME"] ?? name,
                    scope: scope
                )
            )
            if let problem = level.problem {
                logger.warning("log level not understood", metadata: ["reason": "\(problem)"])
            }
            let handler: any LambdaHandler
            do {
                handler = try await makeHandler(initialization)
            } catch {
                let failure = error as? LambdaFailure ?? LambdaFailure(type: "Runtime.InitError", message: "\(error)")
                logger.critical(
                    "function can't start",
                    metadata: ["error.type": "\(failure.type)", "error.message": "\(failure.message)"]
                )
                try await api.reportInitialization(failure)
                return 1
            }
            try await RunLoop(api: api, handler: handler, scope: scope, logger: logger, frame: frame).run()
        } catch {
            logger.critical("runtime api lost", metadata: ["error.reason": "\(error)"])
            return 1
        }
    }
}

/// The variables that Lambda started the process with. Read by hand, for this one call would bring in Foundation.
private func processEnvironment() -> [String: String] {
    #if canImport(Darwin)
        var next: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = _NSGetEnviron().pointee
    #else
        var next: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = environ
    #endif
    var variables: [String: String] = [:]
    while let entry = next?.pointee {
        let parts = String(cString: entry).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
        next = next?.successor()
    }
    return variables
}

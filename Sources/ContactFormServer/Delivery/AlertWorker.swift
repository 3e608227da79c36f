// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
package import Logging
import ServiceLifecycle

/// Has `MailWatch` look every minute.
package struct AlertWorker: Service {
    private let watch: MailWatch
    private let logger: Logger
    private let now: @Sendable () -> Timestamp
    private let interval: Duration

    package init(
        watch: MailWatch,
        logger: Logger,
        interval: Duration = .seconds(60),
        now: @escaping @Sendable () -> Timestamp = { .now() }
    ) {
        self.watch = watch
        self.logger = logger
        self.interval = interval
        self.now = now
    }

    /// Runs until graceful shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                report(await watch.look(at: now()))
                do { try await Task.sleep(for: interval) } catch { return }
            }
        }
    }

    private func report(_ outcome: MailWatch.Outcome) {
        func metadata(_ alert: MailAlert) -> Logger.Metadata {
            ["alert.kind": "\(alert.kind.rawValue)", "alert.id": "\(alert.id)"]
        }
        switch outcome {
        case .nothing: break
        case .sent(let alert): logger.notice("alert sent", metadata: metadata(alert))
        case .refused(let alert, let error):
            logger.error("alert not sent", metadata: metadata(alert).merging(["error.reason": "\(error)"]) { $1 })
        case .forgotten(let alert, let error):
            logger.error(
                "alert sent and not remembered",
                metadata: metadata(alert).merging([
                    "error.code": "\(error.code)", "error.reason": "\(error.reason)",
                ]) { $1 }
            )
        case .unknown(let error):
            // Visitors are told then, and the log.
            logger.error(
                "mail not watched",
                metadata: ["error.code": "\(error.code)", "error.reason": "\(error.reason)"]
            )
        }
    }
}

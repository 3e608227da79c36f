// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import ContactFormLogging
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
                logger.report(await watch.look(at: now()))
                do { try await Task.sleep(for: interval) } catch { return }
            }
        }
    }
}

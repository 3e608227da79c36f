// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
package import Logging
import ServiceLifecycle

/// Looks every minute whether mail gets out, and tells the owner by another way when it does not.
package struct MailWatch: Service {
    private let archive: any SubmissionArchive
    private let channel: any AlertChannel
    private let memory: any AlertMemory
    private let logger: Logger
    private let now: @Sendable () -> Timestamp
    private let interval: Duration

    package init(
        archive: any SubmissionArchive,
        channel: any AlertChannel,
        memory: any AlertMemory,
        logger: Logger,
        interval: Duration = .seconds(60),
        now: @escaping @Sendable () -> Timestamp = { .now() }
    ) {
        self.archive = archive
        self.channel = channel
        self.memory = memory
        self.logger = logger
        self.interval = interval
        self.now = now
    }

    /// Runs until graceful shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var record = memory.load() ?? AlertRecord()
            while !Task.isCancelled {
                await look(&record)
                do { try await Task.sleep(for: interval) } catch { return }
            }
        }
    }

    /// One look, and an alert when there is one to send.
    func look(_ record: inout AlertRecord) async {
        let now = now()
        let trouble: MailTrouble
        do throws(StoreError) {
            trouble = try await MailTrouble.of(archive, at: now)
        } catch {
            // Visitors are told then, and the log; the numbers are not known.
            logger.error(
                "mail not watched",
                metadata: ["error.code": "\(error.code)", "error.reason": "\(error.reason)"]
            )
            return
        }
        guard let alert = record.due(for: trouble, id: "msg_\(SecretToken().text.prefix(32))", at: now) else { return }
        let metadata: Logger.Metadata = ["alert.kind": "\(alert.kind.rawValue)", "alert.id": "\(alert.id)"]
        do throws(AlertError) {
            try await channel.send(alert, at: now)
            record.delivered(alert, at: now)
            memory.save(record)
            logger.notice("alert sent", metadata: metadata)
        } catch {
            record.failed(at: now)
            logger.error("alert not sent", metadata: metadata.merging(["error.reason": "\(error)"]) { $1 })
        }
    }
}

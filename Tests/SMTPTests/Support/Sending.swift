// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOPosix
import Testing

@testable import SMTP

/// Waits that no test of a healthy server ever reaches, however busy the machine, and shorter ones where silence is the
/// point.
extension SMTPTimeouts {
    static var patient: SMTPTimeouts {
        var timeouts = SMTPTimeouts.standard
        // A name that is nowhere is found out by the system's resolver, which asks every server of its list.
        timeouts.connect = .seconds(300)
        timeouts.handshake = .seconds(300)
        timeouts.command = .seconds(300)
        timeouts.dataBlock = .seconds(300)
        timeouts.quit = .seconds(300)
        // A test that counts connections must not lose one between two messages.
        timeouts.idle = .seconds(3600)
        return timeouts
    }

    /// The commands before the silent one are to be answered in time, so theirs is long for loopback.
    static func impatient(at stage: SMTPStage) -> SMTPTimeouts {
        var timeouts = SMTPTimeouts.patient
        if stage == .body { timeouts.finalReply = .milliseconds(200) } else { timeouts.command = .seconds(3) }
        return timeouts
    }
}

/// Runs a client for as long as the body does.
func withClient<Value>(
    _ url: String,
    timeouts: SMTPTimeouts = .patient,
    machineName: String? = nil,
    logger: Logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
    _ body: (SMTPClient) async throws -> Value
) async throws -> Value {
    let client = SMTPClient(
        endpoint: try SMTPEndpoint(url: url),
        eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
        timeouts: timeouts,
        machineName: machineName,
        logger: logger
    )
    let result: Result<Value, any Error>
    do { result = .success(try await body(client)) } catch { result = .failure(error) }
    await client.shutDown()
    return try result.get()
}

let sampleMail = Array("Subject: hello\r\n\r\n.a line with a dot\r\n".utf8)
let sampleText = "Subject: hello\r\n\r\n.a line with a dot\r\n"

func sampleEnvelope(_ recipients: String...) throws -> SMTPEnvelope {
    try SMTPEnvelope(sender: "site@example.com", recipients: recipients.isEmpty ? ["owner@example.com"] : recipients)
}

/// How sending the sample mail failed, or nil when it did not.
func outcome(of client: SMTPClient, _ envelope: SMTPEnvelope) async -> SMTPError? {
    do throws(SMTPError) {
        _ = try await client.send(sampleMail, envelope: envelope)
        return nil
    } catch {
        return error
    }
}

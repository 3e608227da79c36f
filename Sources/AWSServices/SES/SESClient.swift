// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes
import JSON
package import Logging
package import NIOCore
import OutgoingHTTP

/// Sends mails through version 2 of SES's API.
/// See https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
package struct SESClient: Sendable {
    private let client: AWSClient

    package init(
        configuration: AWSConfiguration,
        eventLoop: any EventLoop,
        policy: RetryPolicy = RetryPolicy(),
        logger: Logger
    ) {
        client = AWSClient(.ses, configuration: configuration, eventLoop: eventLoop, policy: policy, logger: logger)
    }

    /// Opens a connection, TLS included, for a mail that goes out within a second; a later one opens its own. That it
    /// can't be is only logged: the first mail will say so.
    package func warmUp() async { await client.warmUp() }

    /// Closes the connections; to be called when no mail is under way. The client can be used afterwards.
    package func close() { client.close() }

    /// Sends a mail that is written out already; returns SES's id of it, nil when the answer had none.
    ///
    /// Made again, as the retry policy has it, only while SES is sure not to have taken it: no connection came about, or
    /// SES said that it has too much to do. Once SES may have read it, it leaves this process no second time, whatever
    /// becomes of the answer: that is for whoever keeps account of it, by `AWSError.mayHaveHappened`.
    ///
    /// - Parameters:
    ///   - message: Headers and body as they go out (RFC 5322).
    ///   - sender: The address alone.
    ///   - recipients: Who gets it, whatever its headers say; at most 50.
    ///   - configurationSet: SES's rules and events for it; nil takes the identity's own.
    /// - Throws: What SES refuses with, `unreachable`, or one whose fate is not known.
    package func send(
        _ message: [UInt8],
        from sender: String,
        to recipients: [String],
        configurationSet: String?
    ) async throws(AWSError) -> String? {
        var writer = JSONWriter(capacity: 512 + message.count * 4 / 3)
        writer.object { object in
            object.member("FromEmailAddress", sender)
            object.name("Destination")
            object.object { $0.member("ToAddresses", recipients) }
            object.name("Content")
            object.object { object in
                object.name("Raw")
                object.object { $0.member("Data", Base64.text(message)) }
            }
            object.member("ConfigurationSetName", ifPresent: configurationSet)
        }
        let request = HTTPRequest(
            method: "POST",
            target: "/v2/email/outbound-emails",
            headers: [HTTPHeaderField("content-type", "application/json")],
            body: writer.bytes,
            isRepeatable: false
        )
        do throws(AWSError) {
            // Status 200 is the promise; an id that can't be read does not take it back.
            return try await client.call(request) { response in
                .some((try? JSONParser.parse(response.body, maximumDepth: 8))?["MessageId"]?.string)
            }
        } catch {
            // The answer was cut off behind its first line, which said yes.
            if error.status == 200 { return nil }
            throw error
        }
    }
}

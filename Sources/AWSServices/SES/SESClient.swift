// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes
import JSON
package import Logging
package import NIOCore

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

    package func warmUp() async { await client.warmUp() }
    package func close() { client.close() }

    /// Sends a mail that is written out already; returns SES's id of it, nil when the answer had none.
    ///
    /// Not repeated when it is not known whether the mail was taken: that is for whoever keeps account of it.
    ///
    /// - Parameters:
    ///   - message: Headers and body as they go out (RFC 5322).
    ///   - sender: The address alone.
    ///   - recipients: Who gets it, whatever its headers say; at most 50.
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
            body: writer.bytes
        )
        do throws(AWSError) {
            // Status 200 is the promise; an id that can't be read does not take it back.
            return try await client.call(request, isRepeatable: false) { response in
                .some((try? JSONParser.parse(response.body, maximumDepth: 8))?["MessageId"]?.string)
            }
        } catch {
            // The answer was cut off behind its first line, which said yes.
            if error.status == 200 { return nil }
            throw error
        }
    }
}

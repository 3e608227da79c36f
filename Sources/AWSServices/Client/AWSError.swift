// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import JSON
import OutgoingHTTP

/// Why a call of a service failed.
package struct AWSError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// The same call may succeed at once.
        case transient
        /// Too many calls; the same one may succeed after a while.
        case throttled
        /// The clock here and the service's differ.
        case clockSkew
        /// The same call would fail again.
        case permanent
    }

    /// The service's own word, such as `ConditionalCheckFailedException`, or one of `HTTPClientError.Code`.
    package var code: String
    /// The service's own words. Not for a log: a service may quote what it was sent.
    package var message: String
    /// Nil when there was no answer.
    package var status: Int?
    package var requestID: String?
    package var kind: Kind
    /// Whether the service may have done what it was asked all the same, at any attempt.
    package var mayHaveHappened: Bool
    /// The rest of what the service said, nil when it is no JSON.
    package var details: JSONValue?
    /// When the service said so, by its own clock.
    package var serverTime: AWSTime?

    package init(
        code: String,
        message: String = "",
        status: Int? = nil,
        requestID: String? = nil,
        kind: Kind,
        mayHaveHappened: Bool = false,
        details: JSONValue? = nil
    ) {
        self.code = code
        self.message = message
        self.status = status
        self.requestID = requestID
        self.kind = kind
        self.mayHaveHappened = mayHaveHappened
        self.details = details
    }

    /// The code and the status, which are safe to log.
    package var description: String {
        status.map { "\(code) (HTTP \($0))" } ?? code
    }
}

extension AWSError {
    /// Reads an answer that is no success, in either form of AWS's JSON protocols.
    /// See https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html#operation-error-serialization
    init(_ response: HTTPResponse) {
        let details = try? JSONParser.parse(response.body, maximumDepth: 32)
        let named =
            response["x-amzn-errortype"] ?? details?["__type"]?.string ?? details?["code"]?.string
            ?? details?["Code"]?.string ?? Self.codeInXML(response.body) ?? "HTTP\(response.status)"
        // `namespace#Code:http://…` in some services' answers.
        let code = String(named.prefix { $0 != ":" }.split(separator: "#").last ?? "unnamed")
        self.init(
            code: code,
            message: details?["message"]?.string ?? details?["Message"]?.string ?? "",
            status: response.status,
            requestID: response["x-amzn-requestid"] ?? response["x-amz-request-id"],
            kind: Kind(code: code, status: response.status),
            mayHaveHappened: response.status >= 500,
            details: details
        )
        serverTime = response["date"].flatMap(AWSTime.init(httpDate:))
    }

    /// What stands before a service and refuses in its name, as its older protocols do: `<Code>AccessDenied</Code>`.
    private static func codeInXML(_ body: [UInt8]) -> String? {
        let text = Substring(decoding: body.prefix(4096), as: UTF8.self)
        guard
            let start = text.split(separator: "<Code>", maxSplits: 1, omittingEmptySubsequences: false).dropFirst()
                .first
        else { return nil }
        let code = start.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") }
        return start.dropFirst(code.count).hasPrefix("</Code>") && !code.isEmpty ? String(code) : nil
    }

    init(_ error: HTTPClientError) {
        self.init(
            code: error.code.rawValue,
            message: error.detail,
            status: error.status,
            kind: .transient,
            mayHaveHappened: error.wasSent
        )
    }
}

extension AWSError.Kind {
    /// As AWS's SDKs decide: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
    init(code: String, status: Int) {
        switch code {
        case "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "InvalidSignatureException",
            "SignatureDoesNotMatch", "AuthFailure":
            self = .clockSkew
        case "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException",
            "TooManyRequestsException", "ProvisionedThroughputExceededException", "TransactionInProgressException",
            "RequestLimitExceeded", "BandwidthLimitExceeded", "LimitExceededException", "RequestThrottled",
            "SlowDown", "PriorRequestNotComplete", "EC2ThrottledException":
            self = .throttled
        case "RequestTimeout", "RequestTimeoutException", "InternalServerError", "InternalServerErrorException",
            "InternalFailure", "ServiceUnavailable", "ServiceUnavailableException":
            self = .transient
        default:
            switch status {
            case 429: self = .throttled
            case 500, 502, 503, 504: self = .transient
            default: self = .permanent
            }
        }
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
import NIOCore

/// Waits that no test of a healthy server reaches, however busy the machine.
extension TimeAmount {
    static let patient = TimeAmount.minutes(5)
}

extension HTTPClient.Limits {
    static var patient: HTTPClient.Limits {
        var limits = HTTPClient.Limits()
        limits.connectTimeout = .patient
        // A test that counts connections must not lose one between two requests.
        limits.idleTime = .hours(1)
        limits.unrepeatableIdleTime = .hours(1)
        return limits
    }
}

extension HTTPClient {
    /// What comes of a request.
    func outcome(of request: HTTPRequest, timeout: TimeAmount = .patient) async -> Result<HTTPResponse, HTTPClientError>
    {
        do throws(HTTPClientError) {
            return .success(try await send(request, timeout: timeout))
        } catch {
            return .failure(error)
        }
    }
}

extension RetryPolicy {
    static var patient: RetryPolicy {
        var policy = RetryPolicy()
        policy.attemptTimeout = 300_000
        policy.callTimeout = 600_000
        return policy
    }
}

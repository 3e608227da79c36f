// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import NIOCore
package import OutgoingHTTP

/// Waits that no test of a healthy server reaches, however busy the machine.
extension TimeAmount {
    package static let patient = TimeAmount.minutes(5)
}

extension HTTPClient.Limits {
    package static var patient: HTTPClient.Limits {
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
    package func outcome(
        of request: HTTPRequest,
        timeout: TimeAmount = .patient
    ) async -> Result<HTTPResponse, HTTPClientError> {
        do throws(HTTPClientError) {
            return .success(try await send(request, timeout: timeout))
        } catch {
            return .failure(error)
        }
    }
}

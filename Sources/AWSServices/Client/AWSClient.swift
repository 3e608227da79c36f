// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import HTTPAddress
package import Logging
package import NIOCore
package import OutgoingHTTP
import Synchronization

/// Signs and sends requests to one service, and sends them again while that may help.
package final class AWSClient: Sendable {
    package let endpoint: HTTPEndpoint
    private let http: HTTPClient
    private let signer: SigV4Signer
    private let credentials: any CredentialsProvider
    private let policy: RetryPolicy
    private let clock: @Sendable () -> Int64
    private let pause: @Sendable (Milliseconds) async -> Void
    private let logger: Logger
    /// Seconds that the service's clock is ahead of the one here.
    private let skew = Atomic<Int64>(0)

    /// - Parameters:
    ///   - clock: Milliseconds since 1970.
    ///   - pause: Waits before another attempt; another one in tests.
    package init(
        _ service: AWSService,
        configuration: AWSConfiguration,
        eventLoop: any EventLoop,
        policy: RetryPolicy = RetryPolicy(),
        logger: Logger,
        clock: @escaping @Sendable () -> Int64 = WallClock.milliseconds,
        pause: @escaping @Sendable (Milliseconds) async -> Void = { try? await Task.sleep(for: .milliseconds($0)) }
    ) {
        endpoint = configuration.endpoints.endpoint(of: service, region: configuration.region)
        http = HTTPClient(
            endpoint: endpoint,
            eventLoop: eventLoop,
            tls: configuration.tls,
            limits: configuration.limits
        )
        signer = SigV4Signer(region: configuration.region, service: service.signingName)
        credentials = configuration.credentials
        self.policy = policy
        self.logger = logger
        self.clock = clock
        self.pause = pause
    }

    /// Opens a connection, TLS included, if none rests; waits at most `HTTPClient.Limits.connectTimeout` for it. That it
    /// can't be is only logged: the first call will say so.
    package func warmUp() async {
        do throws(HTTPClientError) {
            try await http.warmUp()
        } catch {
            logger.warning("no connection yet", metadata: ["aws.endpoint": "\(endpoint)", "error": "\(error)"])
        }
    }

    /// Closes the connections. A call under way loses its attempt and may make another one, over a connection that then
    /// stays: to be called when there is none. The client can be used afterwards.
    package func close() {
        http.close()
    }

    /// Makes a call, several times if need be, until `read` makes something of its answer.
    ///
    /// - Parameters:
    ///   - request: Without the headers that come with the signature; its target is below the endpoint's.
    ///   - read: What an answer with status 200 says; nil when it is not what the service documents.
    package func call<Answer>(
        _ request: HTTPRequest,
        read: (HTTPResponse) -> Answer?
    ) async throws(AWSError) -> Answer {
        let call = AWSCall.current
        let end = min(clock() + policy.callTimeout, call.deadline ?? .max)
        var attempt = 1
        var correctsClock = true
        var mayHaveHappened = false
        while true {
            var error: AWSError
            let signed = clock() / 1000
            let skew = skew.load(ordering: .relaxed)
            do throws(AWSError) {
                return try await self.attempt(request, call, skew: skew, end: end, read: read)
            } catch let failure {
                error = failure
            }
            if correctsClock, error.kind == .clockSkew, correctClock(by: error, signed: signed, skew: skew) {
                correctsClock = false
                continue
            }
            let delay = policy.delay(afterAttempt: attempt, kind: error.kind, random: .random(in: 0...1))
            let repeats = policy.repeats(error, isRepeatable: request.isRepeatable)
            // What an earlier attempt may have done, the last one's failure does not undo.
            mayHaveHappened = mayHaveHappened || error.mayHaveHappened
            guard attempt < policy.attempts, repeats, clock() + delay < end else {
                error.mayHaveHappened = mayHaveHappened
                throw error
            }
            logger.debug(
                "aws call is made again",
                metadata: ["aws.error": "\(error)", "aws.attempt": "\(attempt)", "aws.delay-ms": "\(delay)"]
            )
            await pause(delay)
            attempt += 1
        }
    }

    private func attempt<Answer>(
        _ request: HTTPRequest,
        _ call: AWSCall,
        skew: Int64,
        end: Int64,
        read: (HTTPResponse) -> Answer?
    ) async throws(AWSError) -> Answer {
        let now = clock()
        guard now < end else {
            throw AWSError(code: "timed-out", message: "no time is left for the call", kind: .transient)
        }
        var request = request
        request.headers.append(HTTPHeaderField("host", endpoint.authority))
        if !endpoint.basePath.isEmpty { request.target = endpoint.basePath + request.target }
        let time = AWSTime(seconds: now / 1000 + skew)
        signer.sign(&request, with: try await credentials.credentials(), at: time)
        // Added after the signature, for what stands between may change it.
        request.headers.append(HTTPHeaderField("user-agent", "brevlada"))
        if let traceID = call.traceID { request.headers.append(HTTPHeaderField("x-amzn-trace-id", traceID)) }
        let response: HTTPResponse
        do throws(HTTPClientError) {
            response = try await http.send(request, timeout: .milliseconds(min(policy.attemptTimeout, end - now)))
        } catch {
            throw AWSError(error)
        }
        guard (200..<300).contains(response.status) else { throw AWSError(response) }
        if let answer = read(response) { return answer }
        throw AWSError(
            code: HTTPClientError.Code.unreadable.rawValue,
            message: "the answer is not what the service documents",
            status: response.status,
            kind: .transient,
            mayHaveHappened: true
        )
    }

    /// Takes over the service's clock when it says that the signature's time is wrong; false when that is not why.
    ///
    /// - Parameter skew: What the signature was made with. Of calls that are refused side by side, each is corrected.
    private func correctClock(by error: AWSError, signed: Int64, skew used: Int64) -> Bool {
        guard let date = error.serverTime else { return false }
        let measured = date.seconds - signed
        // Signatures hold for five minutes; a wrong key gets the same answer and another clock won't help it.
        guard abs(measured - used) > 240 else { return false }
        skew.store(measured, ordering: .relaxed)
        logger.notice("clock differs from the service's, which is used", metadata: ["aws.skew-s": "\(measured)"])
        return true
    }
}

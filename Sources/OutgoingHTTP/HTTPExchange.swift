// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// One request on its way, and whoever waits for what comes of it. Belongs to the event loop.
final class HTTPExchange {
    typealias Outcome = Result<HTTPResponse, HTTPClientError>

    let request: HTTPRequest
    /// Whether it met a connection that was closed already, and is being sent a second time.
    var isRepeat = false
    /// The connection it went out on.
    var connection: HTTPConnection?
    private(set) var isFinished = false
    private let finished: (Outcome) -> Void
    private var timer: Scheduled<Void>?

    init(request: HTTPRequest, finished: @escaping (Outcome) -> Void) {
        self.request = request
        self.finished = finished
    }

    func limit(to time: TimeAmount, on eventLoop: any EventLoop) {
        timer = eventLoop.assumeIsolated().scheduleTask(in: time) { [self] in
            let connection = connection
            let error = HTTPClientError(
                .timedOut,
                wasSent: connection != nil,
                status: connection?.status,
                detail: "no answer in time"
            )
            finish(.failure(error))
            connection?.close()
        }
    }

    /// Tells whoever waits, the first time it is called.
    func finish(_ outcome: Outcome) {
        guard !isFinished else { return }
        isFinished = true
        connection = nil
        timer?.cancel()
        timer = nil
        if isRepeat, case .failure(var error) = outcome {
            // However little came of the repeat, the first one may have been read.
            error.wasSent = true
            return finished(.failure(error))
        }
        finished(outcome)
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// The connections to one server, and the requests that wait for one. Belongs to the event loop.
final class HTTPConnectionPool {
    private let connector: HTTPConnector
    private let limits: HTTPClient.Limits
    private let clock: () -> Int64
    /// Those that rest, the one used last at the end, with the wall clock's time: it goes on while a function is frozen.
    private var idle: [(connection: HTTPConnection, since: Int64)] = []
    private var busy: [ObjectIdentifier: HTTPConnection] = [:]
    private var openingCount = 0
    private var waiting: [HTTPExchange] = []

    init(connector: HTTPConnector, limits: HTTPClient.Limits, clock: @escaping () -> Int64 = WallClock.milliseconds) {
        self.connector = connector
        self.limits = limits
        self.clock = clock
    }

    func start(_ exchange: HTTPExchange, timeout: TimeAmount) {
        exchange.limit(to: timeout, on: connector.eventLoop)
        run(exchange)
    }

    func warmUp(_ done: @escaping (Result<Void, HTTPClientError>) -> Void) {
        guard idle.isEmpty else { return done(.success(())) }
        open { result in
            switch result {
            case .success(let connection):
                self.rest(connection)
                done(.success(()))
            case .failure(let error):
                done(.failure(error))
                self.serveWaiting()
            }
        }
    }

    func close() {
        for (connection, _) in idle { connection.close() }
        for connection in busy.values { connection.close() }
    }

    private func run(_ exchange: HTTPExchange) {
        if let connection = takeIdle(for: exchange.request) {
            busy[ObjectIdentifier(connection)] = connection
            connection.send(exchange)
        } else if busy.count + openingCount < limits.connections {
            open { result in
                switch result {
                case .success(let connection):
                    // It may have been given up while the connection came about.
                    if exchange.isFinished {
                        self.rest(connection)
                    } else {
                        self.busy[ObjectIdentifier(connection)] = connection
                        connection.send(exchange)
                    }
                case .failure(let error):
                    exchange.finish(.failure(error))
                    self.serveWaiting()
                }
            }
        } else {
            waiting.append(exchange)
        }
    }

    private func takeIdle(for request: HTTPRequest) -> HTTPConnection? {
        let now = clock()
        let longest = request.isRepeatable ? limits.idleTime : min(limits.idleTime, limits.unrepeatableIdleTime)
        while let (connection, since) = idle.popLast() {
            let age = now - since
            // A negative age: the clock was set back, and how long it rested is not known.
            if connection.isUsable, age >= 0, age * 1_000_000 < longest.nanoseconds { return connection }
            connection.close()
        }
        return nil
    }

    private func open(_ done: @escaping (Result<HTTPConnection, HTTPClientError>) -> Void) {
        openingCount += 1
        connector.connect(timeout: limits.connectTimeout, largestAnswer: limits.answerSize) { result in
            self.openingCount -= 1
            if case .success(let connection) = result {
                connection.events = HTTPConnection.Events(
                    idle: { [weak self] in self?.rest($0) },
                    ended: { [weak self] in self?.forget($0, stale: $1) }
                )
            }
            done(result)
        }
    }

    private func rest(_ connection: HTTPConnection) {
        busy[ObjectIdentifier(connection)] = nil
        idle.append((connection, clock()))
        serveWaiting()
    }

    private func forget(_ connection: HTTPConnection, stale exchange: HTTPExchange?) {
        busy[ObjectIdentifier(connection)] = nil
        idle.removeAll { $0.connection === connection }
        if let exchange {
            // What else rests has rested as long, and is most likely closed too.
            let resting = idle
            idle = []
            for (connection, _) in resting { connection.close() }
            run(exchange)
        }
        serveWaiting()
    }

    private func serveWaiting() {
        while let next = waiting.first {
            guard !next.isFinished else {
                waiting.removeFirst()
                continue
            }
            guard !idle.isEmpty || busy.count + openingCount < limits.connections else { return }
            waiting.removeFirst()
            run(next)
        }
    }
}

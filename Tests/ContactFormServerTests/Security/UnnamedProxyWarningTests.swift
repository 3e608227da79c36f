// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Logging
import Synchronization
import Testing

@testable import ContactFormServer

@Suite("The warning of a proxy that is named nowhere")
struct UnnamedProxyWarningTests {
    private static let forwarded: HTTPFields = [.xForwardedFor: "198.51.100.7"]

    @Test(
        "what comes from this machine or a private network is taken for a proxy, and logged",
        arguments: [
            "127.0.0.1", "::1", "10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255", "192.168.0.1",
            "192.168.255.255", "fc00::1", "fdff::1", nil,
        ]
    )
    func near(peer: String?) {
        let log = LineLog()
        UnnamedProxyWarning().look(
            at: peer.flatMap { IPAddress($0) },
            fields: Self.forwarded,
            trusting: .none,
            logger: log.logger
        )
        #expect(
            log.lines == [
                "warning: a proxy is not in trusted_proxies, so that all its visitors share one limit "
                    + "[\"proxy\": \(peer ?? "unix")]"
            ]
        )
    }

    @Test(
        "an address that may be a visitor's is never logged",
        arguments: [
            "192.0.2.1", "9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.1", "192.167.255.255", "192.169.0.0",
            "2001:db8::1", "fbff::1", "fe80::1", "::10.0.0.1",
        ]
    )
    func far(peer: String) {
        let log = LineLog()
        UnnamedProxyWarning().look(
            at: IPAddress(peer),
            fields: Self.forwarded,
            trusting: .none,
            logger: log.logger
        )
        #expect(log.lines == [])
    }

    @Test(
        "who forwards nothing, and a trusted proxy, are no reason to warn",
        arguments: [
            ("10.1.2.3", [:], ["192.0.2.0/24"]), ("10.1.2.3", forwarded, ["10.0.0.0/8"]), (nil, forwarded, ["unix"]),
        ] as [(String?, HTTPFields, [String])]
    )
    func silent(peer: String?, fields: HTTPFields, proxies: [String]) throws {
        let log = LineLog()
        UnnamedProxyWarning().look(
            at: peer.flatMap { IPAddress($0) },
            fields: fields,
            trusting: try TrustedProxies(parsing: proxies),
            logger: log.logger
        )
        #expect(log.lines == [])
    }

    @Test("it is said once, and what gave no reason for it before does not count")
    func once() {
        let log = LineLog()
        let warning = UnnamedProxyWarning()
        for peer in ["192.0.2.1", "127.0.0.1", "127.0.0.1", "10.1.2.3"] {
            warning.look(at: IPAddress(peer), fields: Self.forwarded, trusting: .none, logger: log.logger)
        }
        #expect(log.lines.count == 1 && log.lines[0].contains("127.0.0.1"))
    }
}

private struct LineLog: LogHandler {
    private final class Lines: Sendable {
        let value = Mutex<[String]>([])
    }

    private let kept = Lines()
    var metadata = Logger.Metadata()
    var logLevel = Logger.Level.trace

    var lines: [String] { kept.value.withLock { $0 } }
    var logger: Logger { Logger(label: "test") { _ in self } }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        kept.value.withLock { $0.append("\(event.level): \(event.message) \(event.metadata ?? [:])") }
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import TestSupport
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
        let (logger, lines) = LogRecorder.make()
        UnnamedProxyWarning().look(
            at: peer.flatMap { IPAddress($0) },
            fields: Self.forwarded,
            trusting: .none,
            logger: logger
        )
        #expect(
            lines.all == [
                "warning a proxy is not in trusted_proxies, so that all its visitors share one limit "
                    + "proxy=\(peer ?? "unix")"
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
        let (logger, lines) = LogRecorder.make()
        UnnamedProxyWarning().look(
            at: IPAddress(peer),
            fields: Self.forwarded,
            trusting: .none,
            logger: logger
        )
        #expect(lines.all == [])
    }

    @Test(
        "who forwards nothing, and a trusted proxy, are no reason to warn",
        arguments: [
            ("10.1.2.3", [:], ["192.0.2.0/24"]), ("10.1.2.3", forwarded, ["10.0.0.0/8"]), (nil, forwarded, ["unix"]),
        ] as [(String?, HTTPFields, [String])]
    )
    func silent(peer: String?, fields: HTTPFields, proxies: [String]) throws {
        let (logger, lines) = LogRecorder.make()
        UnnamedProxyWarning().look(
            at: peer.flatMap { IPAddress($0) },
            fields: fields,
            trusting: try TrustedProxies(parsing: proxies),
            logger: logger
        )
        #expect(lines.all == [])
    }

    @Test("it is said once, and what gave no reason for it before does not count")
    func once() {
        let (logger, lines) = LogRecorder.make()
        let warning = UnnamedProxyWarning()
        for peer in ["192.0.2.1", "127.0.0.1", "127.0.0.1", "10.1.2.3"] {
            warning.look(at: IPAddress(peer), fields: Self.forwarded, trusting: .none, logger: logger)
        }
        #expect(lines.all.count == 1 && lines.all[0].contains("127.0.0.1"))
    }
}

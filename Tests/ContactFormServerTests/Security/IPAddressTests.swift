// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import ContactFormServer

@Suite("IP addresses")
struct IPAddressTests {
    @Test(
        "an address is read and written canonically",
        arguments: [
            ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"), ("::", "::"),
            ("::1", "::1"), ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"), ("::ffff:192.0.2.1", "192.0.2.1"),
            ("::FFFF:C000:0201", "192.0.2.1"), ("0:0:0:0:0:ffff:192.0.2.1", "192.0.2.1"), ("fe80::1", "fe80::1"),
        ]
    )
    func notations(_ text: String, _ expected: String) throws {
        #expect(try #require(IPAddress(text)).description == expected)
    }

    @Test(
        "anything else is no address",
        arguments: [
            "", " ", "192.0.2", "192.0.2.256", "192.0.2.1.", "192.0.2.01", "0x7f.0.0.1", "2130706433", "192.0.2.1:80",
            "[::1]", ":::", "1::2::3", "fe80::1%eth0", "::ffff:1.2.3", "localhost", "unknown", "192.0.2.1\u{0}",
            "1:2:3:4:5:6:7:8:9", "12345::", " 192.0.2.1", String(repeating: "1", count: 100),
        ]
    )
    func others(_ text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test("the version is that of the address, not of the socket")
    func version() {
        #expect(IPAddress("::ffff:192.0.2.1")?.isVersion4 == true)
        #expect(IPAddress("::192.0.2.1")?.isVersion4 == false)
        #expect(IPAddress("2001:db8::1")?.isVersion4 == false)
    }

    @Test("a socket's address is read, and a Unix domain socket has none")
    func sockets() throws {
        #expect(IPAddress(try SocketAddress(ipAddress: "192.0.2.1", port: 80)) == IPAddress("192.0.2.1"))
        #expect(IPAddress(try SocketAddress(ipAddress: "::ffff:192.0.2.1", port: 80)) == IPAddress("192.0.2.1"))
        #expect(IPAddress(try SocketAddress(unixDomainSocketPath: "/run/x")) == nil)
        #expect(IPAddress(nil as SocketAddress?) == nil)
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
import TestSupport
import Testing

@testable import ContactFormServer

@Suite("The client's address")
struct ClientAddressTests {
    private static let proxies = ["10.0.0.0/8", "127.0.0.1", "2001:db8:aaaa::/48"]

    private func client(peer: String, _ lines: [String], proxies: [String] = proxies) throws -> ClientAddress {
        var fields = HTTPFields()
        fields[values: .xForwardedFor] = lines
        let peer = IPAddress(try SocketAddress(ipAddress: peer, port: 4_711))
        return ClientAddress(peer: peer, fields: fields, trusting: try TrustedProxies(parsing: proxies))
    }

    @Test(
        "the first address from the right that is no proxy's is the client's",
        arguments: [
            ("10.0.0.1", [], "10.0.0.1"),
            ("10.0.0.1", ["192.0.2.1"], "192.0.2.1"),
            ("10.0.0.1", ["198.51.100.9, 192.0.2.1"], "192.0.2.1"),
            ("10.0.0.1", ["192.0.2.1, 10.9.9.9, 127.0.0.1"], "192.0.2.1"),
            ("10.0.0.1", ["198.51.100.9", "192.0.2.1", "10.2.3.4"], "192.0.2.1"),
            ("10.0.0.1", ["10.1.1.1, 10.2.2.2"], "10.1.1.1"),
            ("10.0.0.1", ["192.0.2.1:4711"], "192.0.2.1"),
            ("10.0.0.1", ["2001:db8::5"], "2001:db8::5"),
            ("10.0.0.1", ["[2001:db8::5]"], "2001:db8::5"),
            ("10.0.0.1", ["[2001:db8::5]:443"], "2001:db8::5"),
            ("10.0.0.1", ["192.0.2.1 , 2001:db8:aaaa::1"], "192.0.2.1"),
            ("::ffff:10.0.0.1", ["::ffff:192.0.2.1"], "192.0.2.1"),
            ("10.0.0.1", ["192.0.2.1, unknown"], "10.0.0.1"),
            ("10.0.0.1", ["192.0.2.1, unknown, 10.2.2.2"], "10.2.2.2"),
            ("10.0.0.1", ["192.0.2.1,"], "10.0.0.1"),
            ("10.0.0.1", [""], "10.0.0.1"),
            ("10.0.0.1", ["[192.0.2.1"], "10.0.0.1"),
            ("10.0.0.1", ["192.0.2.1:123456"], "10.0.0.1"),
            ("10.0.0.1", ["192.0.2.1:"], "10.0.0.1"),
        ] as [(String, [String], String)]
    )
    func walk(_ peer: String, _ lines: [String], _ expected: String) throws {
        #expect(try client(peer: peer, lines).address?.description == expected)
    }

    @Test("what a stranger sends about itself is not believed")
    func stranger() throws {
        #expect(try client(peer: "192.0.2.9", ["198.51.100.1"]).address?.description == "192.0.2.9")
        #expect(try client(peer: "10.0.0.1", ["198.51.100.1"], proxies: []).address?.description == "10.0.0.1")
    }

    @Test("a proxy behind a Unix domain socket is believed only when it is trusted")
    func unixSocket() throws {
        let peer = IPAddress(try SocketAddress(unixDomainSocketPath: "/run/brevlada.sock"))
        let fields: HTTPFields = [.xForwardedFor: "192.0.2.1", .xForwardedProto: "https"]
        let trusted = ClientAddress(peer: peer, fields: fields, trusting: try TrustedProxies(parsing: ["unix"]))
        #expect(trusted.address?.description == "192.0.2.1")
        #expect(trusted.isForwardedOverTLS)
        let untrusted = ClientAddress(peer: peer, fields: fields, trusting: .none)
        #expect(untrusted.address == nil)
        #expect(!untrusted.isForwardedOverTLS)
        #expect(LimitKey.all(of: untrusted.address).map(\.description) == ["unknown"])
    }

    @Test(
        "the scheme is what the nearest proxy says",
        arguments: [
            ("10.0.0.1", "https", true), ("10.0.0.1", "HTTPS", true), ("10.0.0.1", "http", false),
            ("10.0.0.1", "https, http", false), ("10.0.0.1", "http, https", true), ("10.0.0.1", "", false),
            ("10.0.0.1", "https,", false), ("192.0.2.1", "https", false),
        ]
    )
    func scheme(_ peer: String, _ value: String, _ expected: Bool) throws {
        let address = ClientAddress(
            peer: IPAddress(peer),
            fields: [.xForwardedProto: value],
            trusting: try TrustedProxies(parsing: Self.proxies)
        )
        #expect(address.isForwardedOverTLS == expected)
        let quick = ClientAddress.isForwardedOverTLS(
            peer: IPAddress(peer),
            fields: [.xForwardedProto: value],
            trusting: try TrustedProxies(parsing: Self.proxies)
        )
        #expect(quick == expected)
    }

    @Test("nothing in front of what a proxy wrote changes the client")
    func fuzz() async throws {
        var random = SplitMix64(seed: 7_239)
        let pieces = [
            "192.0.2.1", "10.0.0.1", "127.0.0.1", "2001:db8::1", "[2001:db8:aaaa::1]:80", "::ffff:10.1.1.1", ",", ", ",
            " ",
            ":", "]", "[", "unknown", "for=", "\"", ";", "%", "999", "\t",
        ]
        let proxies = try TrustedProxies(parsing: Self.proxies)
        let peer = IPAddress("10.0.0.1")
        for round in 0..<20_000 {
            if round.isMultiple(of: 250) { await Task.yield() }
            let forged = random.text(of: pieces, upTo: 10)
            let written = ["203.0.113.7", "203.0.113.7, 10.4.4.4", "203.0.113.7:81,127.0.0.1"].randomElement(
                using: &random
            )
            var fields = HTTPFields()
            if Bool.random(using: &random) {
                fields[values: .xForwardedFor] = [forged, written ?? ""]
            } else {
                fields[values: .xForwardedFor] = [forged + "," + (written ?? "")]
            }
            fields[.xForwardedProto] = forged
            let client = ClientAddress(peer: peer, fields: fields, trusting: proxies)
            #expect(client.address?.description == "203.0.113.7", "\(forged)")

            // Whatever is forged and nothing else: an address all the same.
            fields[values: .xForwardedFor] = [forged]
            #expect(ClientAddress(peer: peer, fields: fields, trusting: proxies).address != nil, "\(forged)")
        }
    }
}

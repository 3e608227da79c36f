// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ContactFormServer

@Suite("Trusted proxies")
struct TrustedProxiesTests {
    @Test(
        "a network holds its addresses and no others",
        arguments: [
            ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false),
            ("10.0.0.0/8", "::ffff:10.0.0.1", true),
            ("127.0.0.1", "127.0.0.1", true), ("127.0.0.1", "127.0.0.2", false), ("0.0.0.0/0", "192.0.2.1", true),
            ("0.0.0.0/0", "2001:db8::1", false), ("::/0", "2001:db8::1", true), ("::/0", "192.0.2.1", false),
            ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::1", false), ("::1", "::1", true),
            ("::ffff:10.0.0.0/104", "10.1.2.3", true), ("192.0.2.0/31", "192.0.2.1", true),
            ("192.0.2.0/31", "192.0.2.2", false), ("10.0.0.0/8", "::10.0.0.1", false),
        ]
    )
    func membership(_ network: String, _ address: String, _ expected: Bool) throws {
        let proxies = try TrustedProxies(parsing: [network])
        #expect(proxies.contains(try #require(IPAddress(address))) == expected)
    }

    @Test(
        "an entry that cannot be read is named with its remedy",
        arguments: [
            (
                "nginx",
                "trusted proxy \"nginx\" is no network; write an address such as 10.0.0.0/8, 2001:db8::/32 or 127.0.0.1"
            ),
            (
                "10.0.0.0/33",
                "trusted proxy \"10.0.0.0/33\" has no prefix length from 0 to 32; write 10.0.0.0/32 for this "
                    + "address alone"
            ),
            (
                "10.0.0.1/8",
                "trusted proxy \"10.0.0.1/8\" is an address inside a network; write 10.0.0.0/8 for the network or "
                    + "10.0.0.1 for the address alone"
            ),
        ]
    )
    func problems(_ entry: String, _ problem: String) {
        #expect(throws: TrustedProxiesError(problems: [problem])) { try TrustedProxies(parsing: [entry]) }
    }

    @Test(
        "every problem is reported",
        arguments: [["x", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/+8", "::/129", "/8", ""]]
    )
    func allProblems(_ entries: [String]) {
        do {
            _ = try TrustedProxies(parsing: ["10.0.0.0/8"] + entries)
            Issue.record("accepted")
        } catch {
            #expect(error.problems.count == entries.count)
        }
    }
}

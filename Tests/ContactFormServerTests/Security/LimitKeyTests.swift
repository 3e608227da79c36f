// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ContactFormServer

@Suite("What a rate limit counts as one")
struct LimitKeyTests {
    @Test(
        "an IPv4 address counts by itself, an IPv6 address with its /64, its /56 and its /48",
        arguments: [
            ("192.0.2.1", ["192.0.2.1"]),
            ("::ffff:192.0.2.1", ["192.0.2.1"]),
            ("2001:db8:1:234::1", ["2001:db8:1:234::/64", "2001:db8:1:200::/56", "2001:db8:1::/48"]),
            ("2001:db8:1:234:ffff::9", ["2001:db8:1:234::/64", "2001:db8:1:200::/56", "2001:db8:1::/48"]),
            ("2001:db8:1:2ff::1", ["2001:db8:1:2ff::/64", "2001:db8:1:200::/56", "2001:db8:1::/48"]),
            ("::1", ["::/64", "::/56", "::/48"]),
            ("nobody", ["unknown"]),
        ]
    )
    func keys(_ address: String, _ expected: [String]) {
        #expect(LimitKey.all(of: IPAddress(address)).map(\.description) == expected)
    }

    @Test("networks of the same first address and another width are different")
    func widths() {
        #expect(Set(LimitKey.all(of: IPAddress("2001:db8::1"))).count == 3)
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BrevladaCommand

@Suite("The address that is listened on")
struct ListenAddressTests {
    @Test(
        "addresses with a port are read and written alike",
        arguments: [
            ("127.0.0.1:8080", true, false, "http://localhost:8080"),
            ("127.8.9.1:1", true, false, "http://localhost:1"),
            ("[::1]:8080", true, false, "http://localhost:8080"), ("localhost:0", true, false, "http://localhost:0"),
            ("0.0.0.0:80", false, true, "http://localhost:80"), ("[::]:65535", false, true, "http://localhost:65535"),
            ("192.0.2.7:80", false, false, "http://192.0.2.7:80"),
            ("[2001:db8::7]:80", false, false, "http://[2001:db8::7]:80"),
        ]
    )
    func good(_ text: String, _ isLoopback: Bool, _ isWildcard: Bool, _ url: String) throws {
        let address = try #require(ListenAddress(text))
        #expect(address.description == text)
        #expect(address.isLoopback == isLoopback)
        #expect(address.isWildcard == isWildcard)
        #expect(address.url == url)
    }

    @Test(
        "every other text is refused",
        arguments: [
            "", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+80",
            "127.0.0.1:8080x", "127.1:80", "256.0.0.1:80", "::1:80", "[::1]", "[::1]80", "[127.0.0.1]:80",
            "example.com:80",
            "127.0.0.1:008080", "http://localhost:80", "127.0.0.1:８０",
        ]
    )
    func bad(_ text: String) {
        #expect(ListenAddress(text) == nil)
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import HTTPAddress

@Suite("HTTPLocation")
struct HTTPLocationTests {
    @Test(
        "an address is a server and what it is asked for, as it stands",
        arguments: [
            ("https://hooks.example.com", "https://hooks.example.com", "/"),
            ("https://hooks.example.com/", "https://hooks.example.com", "/"),
            ("https://hooks.example.com/a/b/", "https://hooks.example.com", "/a/b/"),
            ("https://hooks.example.com/a?code=x%2Fy==&b", "https://hooks.example.com", "/a?code=x%2Fy==&b"),
            ("https://hooks.example.com?code=1/2", "https://hooks.example.com", "/?code=1/2"),
            ("https://hooks.example.com:8443/a?b#c", "https://hooks.example.com:8443", "/a?b"),
            ("http://127.0.0.1:8080//a", "http://127.0.0.1:8080", "//a"),
            ("http://[::1]:8080/a:b", "http://[::1]:8080", "/a:b"),
        ]
    )
    func read(url: String, endpoint: String, target: String) {
        let location = HTTPLocation(url: url)
        #expect(location?.endpoint.description == endpoint)
        #expect(location?.target == target)
    }

    @Test(
        "what is no address is none",
        arguments: [
            "", "https:", "https://", "https:///a", "ftp://example.com/", "example.com/a", "https://a b/",
            "https://a/b c",
            "https://a/\r\nx: y", "https://user:pass@example.com/", "https://a:0/", "https://a:+80/",
            "https://å.example/", "https://[x]/", "https://[::1/", "https://::1/",
        ]
    )
    func refused(url: String) {
        #expect(HTTPLocation(url: url) == nil)
    }
}

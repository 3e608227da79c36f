// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ContactFormServer

@Suite("Accept-Encoding")
struct ContentCodingTests {
    @Test(
        "the heaviest coding is chosen, and the best of equals",
        arguments: [
            (nil, .identity), ("", .identity), ("gzip", .gzip), ("gzip, deflate, br, zstd", .brotli),
            ("br;q=0.5, gzip;q=0.8", .gzip), ("br;q=0.5,gzip;q=0.5", .brotli), ("GZIP", .gzip), ("x-gzip", .gzip),
            ("gzip;q=0", .identity), ("gzip;q=0.000", .identity), ("gzip;q=0.001", .gzip), ("*", .brotli),
            ("*;q=0.1, br;q=0", .gzip), ("gzip;q=0.5, identity", .identity), ("gzip, identity", .gzip),
            ("identity;q=0.5, gzip;q=0.4", .identity), ("gzip ; q=1.0", .gzip), ("gzip;Q=0", .identity),
            ("deflate", .identity), (" , gzip, ", .gzip), ("*;q=0", .identity), ("identity;q=0", .identity),
            ("identity;q=0, *", .brotli), ("identity;q=0, gzip;q=0.1", .gzip),
        ] as [(String?, ContentCoding)]
    )
    func preference(_ fieldValue: String?, _ expected: ContentCoding) {
        #expect(AcceptedCodings(fieldValue).preferred(among: ContentCoding.allCases) == expected)
    }

    @Test(
        "a member whose weight cannot be read is passed over",
        arguments: [
            "gzip;q", "gzip;q=", "gzip;q=2", "gzip;q=1.001", "gzip;q=0.1234", "gzip;q=-1", "gzip;q=a", "gzip;x=1",
        ]
    )
    func unreadableWeights(_ fieldValue: String) {
        #expect(AcceptedCodings(fieldValue).preferred(among: ContentCoding.allCases) == .identity)
    }

    @Test("a coding that is not there is not chosen")
    func availability() {
        #expect(AcceptedCodings("br").preferred(among: [.gzip, .identity]) == .identity)
        #expect(AcceptedCodings("br, gzip;q=0.1").preferred(among: [.gzip, .identity]) == .gzip)
    }

    @Test("a client that takes nothing that is there gets the file as it is")
    func disregarded() {
        #expect(AcceptedCodings("identity;q=0, br").preferred(among: [.identity]) == .identity)
    }

    @Test("a refused coding is never chosen while another is accepted")
    func fuzz() async {
        var random = SplitMix64(seed: 7)
        let pieces = [
            "gzip", "br", "identity", "*", ",", ", ", ";q=", ";q=0", ";q=0.5", ";q=1", "0.3", "1.000", ";", "=", " ",
            "x-gzip",
            "deflate", "\t",
        ]
        for round in 0..<20_000 {
            if round.isMultiple(of: 250) { await Task.yield() }
            let text = random.text(of: pieces, upTo: 12)
            let accepted = AcceptedCodings(text)
            let chosen = accepted.preferred(among: ContentCoding.allCases)
            let weights = ContentCoding.allCases.map(accepted.weight)
            #expect(weights.allSatisfy { (0...1_000).contains($0) }, "\(text)")
            #expect(accepted.weight(of: chosen) == weights.max(), "\(text)")
        }
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import HTTPTypes
import Testing

@testable import ContactFormServer

@Suite("SubmissionRateLimits")
struct SubmissionRateLimitsTests {
    let now = Timestamp.sample

    @Test("an address that floods waits while others are let in")
    func perAddress() throws {
        let limits = SubmissionRateLimits(
            perAddress: try RateLimit(burst: 2, perMinute: 6),
            perForm: try RateLimit(burst: 100, perMinute: 100)
        )
        let waits = (0..<3).map { _ in
            limits.admit(clientAddress: IPAddress("192.0.2.1")?.bits, form: .contact, octets: 500, at: now)
        }
        #expect(waits == [nil, nil, 10])
        #expect(limits.admit(clientAddress: IPAddress("192.0.2.2")?.bits, form: .contact, octets: 500, at: now) == nil)
        let later = now.advanced(by: .seconds(10))
        #expect(
            limits.admit(clientAddress: IPAddress("192.0.2.1")?.bits, form: .contact, octets: 500, at: later) == nil
        )
    }

    @Test(
        "a network of IPv6 waits as a whole, later than each visitor in it",
        arguments: [(64, 2), (56, 8), (48, 32)]
    )
    func perNetwork(_ width: Int, _ admitted: Int) throws {
        let limits = SubmissionRateLimits(
            perAddress: try RateLimit(burst: 2, perMinute: 6),
            perForm: try RateLimit(burst: 1_000, perMinute: 100)
        )
        let waits = (0..<200).map { number in
            let network =
                switch width {
                case 64: "2001:db8:1:100::\(number + 1)"
                case 56: "2001:db8:1:1\(String(number % 16, radix: 16))\(String(number / 16, radix: 16))::1"
                default: "2001:db8:1:\(String(number, radix: 16))00::1"
                }
            return limits.admit(clientAddress: IPAddress(network)?.bits, form: .contact, octets: 500, at: now)
        }
        #expect(waits.count { $0 == nil } == admitted)
        for other in ["2001:db8:2::1", "192.0.2.1", nil] {
            #expect(
                limits.admit(clientAddress: other.flatMap { IPAddress($0) }?.bits, form: .contact, octets: 500, at: now)
                    == nil
            )
        }
    }

    @Test("a form that is flooded from everywhere waits as a whole, by what was stored alone")
    func perForm() throws {
        let limits = SubmissionRateLimits(
            perAddress: try RateLimit(burst: 10, perMinute: 10),
            perForm: try RateLimit(burst: 3, perMinute: 60)
        )
        func wait(_ number: Int) -> Int? {
            limits.admit(clientAddress: IPAddress("192.0.2.\(number)")?.bits, form: .contact, octets: 500, at: now)
        }
        // Nothing of these was worth storing.
        #expect((0..<100).count { wait($0) == nil } == 100)
        let waits = (100..<104).map { number in
            let wait = wait(number)
            if wait == nil { limits.didStore(form: .contact, octets: 500, at: now) }
            return wait
        }
        #expect(waits == [nil, nil, nil, 1])
        #expect(
            limits.admit(clientAddress: IPAddress("192.0.2.200")?.bits, form: .sampleOrder, octets: 500, at: now) == nil
        )
    }

    @Test(
        "a large message counts as several, at most as many as may come at once",
        arguments: [(0, 6), (16_384, 6), (16_385, 3), (32_768, 3), (50_000, 1), (98_304, 1), (262_144, 1)]
    )
    func large(octets: Int, admitted: Int) throws {
        let limits = SubmissionRateLimits(
            perAddress: try RateLimit(burst: 6, perMinute: 6),
            perForm: try RateLimit(burst: 100, perMinute: 60)
        )
        let address = IPAddress("192.0.2.1")?.bits
        func isAdmitted(_ octets: Int, at moment: Timestamp) -> Bool {
            limits.admit(clientAddress: address, form: .contact, octets: octets, at: moment) == nil
        }
        #expect((0..<10).count { _ in isAdmitted(octets, at: now) } == admitted)
        // Whoever waits as long as it says is let in.
        let wait = try #require(limits.admit(clientAddress: address, form: .contact, octets: octets, at: now))
        #expect(!isAdmitted(octets, at: now.advanced(by: .seconds(Int64(wait) - 1))))
        #expect(isAdmitted(octets, at: now.advanced(by: .seconds(Int64(wait)))))
    }

    @Test("what is stored of a form counts by its size too")
    func largeStored() throws {
        let limits = SubmissionRateLimits(
            perAddress: try RateLimit(burst: 100, perMinute: 100),
            perForm: try RateLimit(burst: 20, perMinute: 60)
        )
        for number in 1...3 {
            #expect(limits.admit(clientAddress: nil, form: .contact, octets: 100_000, at: now) == nil, "\(number)")
            limits.didStore(form: .contact, octets: 100_000, at: now)
        }
        #expect(limits.admit(clientAddress: nil, form: .contact, octets: 1, at: now) == 1)
    }
}

@Suite("Bodies of forms")
struct FormBodyTests {
    @Test(
        "what is only announced takes no more memory than is free for each body",
        arguments: [("0", 0), ("4000", 4_000), ("262144", 8_192), ("-5", 0), ("x", 0), ("262145", 0)]
    )
    func reserved(announced: String, octets: Int) {
        var head = HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/api/contact")
        head.headerFields[.contentLength] = announced
        let body = FormBody(of: head, limit: 256 * 1_024)
        // An allocation is rounded up.
        #expect((octets...(octets + 4_096)).contains(body.octetsReserved))
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import Testing

@testable import ContactFormServer

@Suite("Throttling of passwords")
struct SignInThrottleTests {
    private static func named(_ number: Int) -> IPAddress? { IPAddress("198.51.100.\(number)") }
    private static func address(_ number: Int) -> IPAddress? { IPAddress("10.0.\(number / 256).\(number % 256)") }

    private func at(_ seconds: Int64) -> Timestamp { Timestamp.sample.advanced(by: .seconds(seconds)) }

    @Test("an address has five tries at once, then one a minute")
    func address() {
        var throttle = SignInThrottle()
        let first = (0..<6).map { _ in throttle.admit(Self.named(1), at: at(0)) }
        #expect(first == [nil, nil, nil, nil, nil, 60])
        let early = throttle.admit(Self.named(1), at: at(59))
        #expect(early == 1)
        let next = throttle.admit(Self.named(1), at: at(60))
        #expect(next == nil)
        let again = throttle.admit(Self.named(1), at: at(60))
        #expect(again == 60)
        let other = throttle.admit(Self.named(2), at: at(60))
        #expect(other == nil)
    }

    @Test("a refused try takes nothing")
    func refusals() {
        var throttle = SignInThrottle()
        for _ in 0..<1_000 { _ = throttle.admit(Self.named(1), at: at(0)) }
        let next = throttle.admit(Self.named(1), at: at(60))
        #expect(next == nil)
    }

    @Test("all addresses together have fifty, then one in five seconds")
    func total() {
        var throttle = SignInThrottle()
        let admitted = (0..<200).count { throttle.admit(Self.address($0), at: at(0)) == nil }
        #expect(admitted == 50)
        let late = throttle.admit(Self.named(3), at: at(4))
        #expect(late == 1)
        let next = throttle.admit(Self.named(3), at: at(5))
        #expect(next == nil)
    }

    @Test("the right password gives its try back, so that an owner may come and go")
    func success() {
        var throttle = SignInThrottle()
        for _ in 0..<1_000 {
            let wait = throttle.admit(Self.named(1), at: at(0))
            #expect(wait == nil)
            throttle.succeeded(Self.named(1))
        }
    }

    @Test("one address can't use up what the others have")
    func fairness() {
        var throttle = SignInThrottle()
        for second in Int64(0)..<600 { _ = throttle.admit(Self.named(1), at: at(second)) }
        let other = throttle.admit(Self.named(2), at: at(600))
        #expect(other == nil)
    }

    @Test("so many addresses are remembered and no more, those that wait the longest")
    func bounded() {
        var limits = SignInThrottle.Limits()
        limits.addresses = 100
        limits.totalBurst = 100_000
        var throttle = SignInThrottle(limits: limits)
        for _ in 0..<5 { _ = throttle.admit(Self.named(4), at: at(0)) }
        for number in 0..<1_000 { _ = throttle.admit(Self.address(number), at: at(0)) }
        #expect(throttle.addressCount == 100)
        let busy = throttle.admit(Self.named(4), at: at(0))
        #expect(busy == 60)
    }

    @Test("a clock that was set back shuts nobody out")
    func clock() {
        var throttle = SignInThrottle()
        for _ in 0..<5 { _ = throttle.admit(Self.named(1), at: at(100_000)) }
        let wait = throttle.admit(Self.named(1), at: at(0))
        #expect(wait == nil)
    }

    @Test(
        "a network of IPv6 has more tries than an address, and less than all together",
        arguments: [(64, 5, 60), (56, 10, 30), (48, 20, 15)]
    )
    func networks(_ width: Int, _ admitted: Int, _ wait: Int) {
        var throttle = SignInThrottle()
        // Of each network as many of the next narrower ones as there may be.
        let clients = (0..<60).map { number in
            switch width {
            case 64: IPAddress("2001:db8:1:100::\(number + 1)")
            case 56: IPAddress("2001:db8:1:1\(10 + number)::1")
            default: IPAddress("2001:db8:1:\(10 + number)00::1")
            }
        }
        let waits = clients.map { throttle.admit($0, at: at(0)) }
        #expect(waits.count { $0 == nil } == admitted)
        #expect(waits.last == wait)
        let other = throttle.admit(IPAddress("2001:db8:2::1"), at: at(0))
        #expect(other == nil)
    }

    @Test("who has to wait for the network has used up nothing")
    func refusedByNetwork() {
        var throttle = SignInThrottle()
        for number in 0..<10 { _ = throttle.admit(IPAddress("2001:db8:1:1\(10 + number)::1"), at: at(0)) }
        for _ in 0..<100 {
            let wait = throttle.admit(IPAddress("2001:db8:1:1ff::1"), at: at(0))
            #expect(wait == 30)
        }
        let later = (0..<2).map { _ in throttle.admit(IPAddress("2001:db8:1:1ff::1"), at: at(60)) }
        #expect(later == [nil, nil])
    }

    @Test("where the owner came from is counted by itself, whatever the others do")
    func places() {
        var throttle = SignInThrottle()
        let home = IPAddress("2001:db8:1:100::1")
        #expect(!throttle.knows(home))
        _ = throttle.admit(home, at: at(0))
        throttle.succeeded(home)
        #expect(throttle.knows(IPAddress("2001:db8:1:100::2")))
        for number in 0..<256 {
            _ = throttle.admit(IPAddress("2001:db8:1:1\(String(number, radix: 16))::1"), at: at(0))
            _ = throttle.admit(Self.address(number), at: at(0))
        }
        let stranger = throttle.admit(Self.named(1), at: at(0))
        #expect(stranger == 5)
        // By the limit of an address all the same: others may be there, too.
        let waits = (0..<6).map { _ in throttle.admit(home, at: at(0)) }
        #expect(waits == [nil, nil, nil, nil, nil, 60])
    }

    @Test("the places are the latest, and only so many")
    func fewPlaces() {
        var throttle = SignInThrottle()
        for number in 1...20 { throttle.succeeded(Self.named(number)) }
        let known = (1...20).filter { throttle.knows(Self.named($0)) }
        #expect(known == Array(13...20))
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import ContactFormTesting
import Testing

@testable import ContactFormServer

@Suite("Throttling of passwords")
struct SignInThrottleTests {
    private func at(_ seconds: Int64) -> Timestamp { Timestamp.sample.advanced(by: .seconds(seconds)) }

    @Test("an address has five tries at once, then one a minute")
    func address() {
        var throttle = SignInThrottle()
        let first = (0..<6).map { _ in throttle.admit("a", at: at(0)) }
        #expect(first == [nil, nil, nil, nil, nil, 60])
        let early = throttle.admit("a", at: at(59))
        #expect(early == 1)
        let next = throttle.admit("a", at: at(60))
        #expect(next == nil)
        let again = throttle.admit("a", at: at(60))
        #expect(again == 60)
        let other = throttle.admit("b", at: at(60))
        #expect(other == nil)
    }

    @Test("a refused try takes nothing")
    func refusals() {
        var throttle = SignInThrottle()
        for _ in 0..<1_000 { _ = throttle.admit("a", at: at(0)) }
        let next = throttle.admit("a", at: at(60))
        #expect(next == nil)
    }

    @Test("all addresses together have fifty, then one in five seconds")
    func total() {
        var throttle = SignInThrottle()
        let admitted = (0..<200).count { throttle.admit("\($0)", at: at(0)) == nil }
        #expect(admitted == 50)
        let late = throttle.admit("x", at: at(4))
        #expect(late == 1)
        let next = throttle.admit("x", at: at(5))
        #expect(next == nil)
    }

    @Test("the right password gives its try back, so that an owner may come and go")
    func success() {
        var throttle = SignInThrottle()
        for _ in 0..<1_000 {
            let wait = throttle.admit("a", at: at(0))
            #expect(wait == nil)
            throttle.succeeded("a")
        }
    }

    @Test("one address can't use up what the others have")
    func fairness() {
        var throttle = SignInThrottle()
        for second in Int64(0)..<600 { _ = throttle.admit("a", at: at(second)) }
        let other = throttle.admit("b", at: at(600))
        #expect(other == nil)
    }

    @Test("so many addresses are remembered and no more, those that wait the longest")
    func bounded() {
        var limits = SignInThrottle.Limits()
        limits.addresses = 100
        limits.totalBurst = 100_000
        var throttle = SignInThrottle(limits: limits)
        for _ in 0..<5 { _ = throttle.admit("busy", at: at(0)) }
        for number in 0..<1_000 { _ = throttle.admit("\(number)", at: at(0)) }
        #expect(throttle.addressCount == 100)
        let busy = throttle.admit("busy", at: at(0))
        #expect(busy == 60)
    }

    @Test("a clock that was set back shuts nobody out")
    func clock() {
        var throttle = SignInThrottle()
        for _ in 0..<5 { _ = throttle.admit("a", at: at(100_000)) }
        let wait = throttle.admit("a", at: at(0))
        #expect(wait == nil)
    }
}

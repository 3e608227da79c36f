// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Mail
import TestSupport
import Testing

@testable import ContactFormServer

@Suite("Conditional requests")
struct PreconditionsTests {
    private static let lastModified = "Sun, 06 Nov 1994 08:49:37 GMT"
    private static let earlier = "Sun, 06 Nov 1994 08:49:36 GMT"
    private static let later = "Sun, 06 Nov 1994 08:49:38 GMT"
    private static let now = UTCDateTime(unixSeconds: 1_795_475_480)

    private func preconditions(isLastModifiedStrong: Bool = true) -> Preconditions {
        Preconditions(
            entityTag: EntityTag(opaque: "abc-gzip"),
            lastModified: 784_111_777,
            lastModifiedText: Self.lastModified,
            isLastModifiedStrong: isLastModifiedStrong
        )
    }

    @Test(
        "each condition decides by itself",
        arguments: [
            ([:], .proceed),
            ([.ifMatch: "\"abc-gzip\""], .proceed), ([.ifMatch: "*"], .proceed),
            ([.ifMatch: "\"x\", \"abc-gzip\""], .proceed), ([.ifMatch: "\"abc\""], .failed),
            ([.ifMatch: "W/\"abc-gzip\""], .failed), ([.ifMatch: ""], .failed),
            ([.ifNoneMatch: "\"abc-gzip\""], .notModified), ([.ifNoneMatch: "W/\"abc-gzip\""], .notModified),
            ([.ifNoneMatch: "*"], .notModified), ([.ifNoneMatch: "\"a,b\" , W/\"x\",\"abc-gzip\""], .notModified),
            ([.ifNoneMatch: "\"abc\""], .proceed), ([.ifNoneMatch: "abc-gzip"], .proceed),
            ([.ifNoneMatch: "\"a\\\", \"abc-gzip\""], .notModified), ([.ifNoneMatch: "w/\"abc-gzip\""], .proceed),
            ([.ifModifiedSince: lastModified], .notModified), ([.ifModifiedSince: later], .notModified),
            ([.ifModifiedSince: earlier], .proceed), ([.ifModifiedSince: "yesterday"], .proceed),
            ([.ifModifiedSince: "Sunday, 06-Nov-94 08:49:37 GMT"], .notModified),
            ([.ifUnmodifiedSince: lastModified], .proceed), ([.ifUnmodifiedSince: earlier], .failed),
            ([.ifUnmodifiedSince: "never"], .proceed),
        ] as [(HTTPFields, Preconditions.Outcome)]
    )
    func single(_ fields: HTTPFields, _ expected: Preconditions.Outcome) {
        #expect(preconditions().outcome(for: fields, now: Self.now) == expected)
    }

    @Test(
        "conditions come in the order of RFC 9110 §13.2.2",
        arguments: [
            ([.ifMatch: "\"abc-gzip\"", .ifUnmodifiedSince: earlier], .proceed),
            ([.ifMatch: "\"x\"", .ifNoneMatch: "\"abc-gzip\""], .failed),
            ([.ifMatch: "\"abc-gzip\"", .ifNoneMatch: "\"abc-gzip\""], .notModified),
            ([.ifUnmodifiedSince: earlier, .ifNoneMatch: "\"abc-gzip\""], .failed),
            ([.ifNoneMatch: "\"x\"", .ifModifiedSince: later], .proceed),
            ([.ifNoneMatch: "\"abc-gzip\"", .ifModifiedSince: earlier], .notModified),
        ] as [(HTTPFields, Preconditions.Outcome)]
    )
    func precedence(_ fields: HTTPFields, _ expected: Preconditions.Outcome) {
        #expect(preconditions().outcome(for: fields, now: Self.now) == expected)
    }

    @Test(
        "a range is honoured only for the content the client has",
        arguments: [
            (nil, true), ("\"abc-gzip\"", true), ("\"abc\"", false), ("W/\"abc-gzip\"", false), ("*", false),
            (lastModified, true), (later, false), (earlier, false), ("\"x\", \"abc-gzip\"", false),
        ] as [(String?, Bool)]
    )
    func ifRange(_ validator: String?, _ expected: Bool) {
        var fields: HTTPFields = [.range: "bytes=0-1"]
        fields[.ifRange] = validator
        #expect(preconditions().allowsRange(in: fields) == expected)
    }

    @Test("a date that may stand for two contents does not allow a range")
    func weakDate() {
        #expect(!preconditions(isLastModifiedStrong: false).allowsRange(in: [.ifRange: Self.lastModified]))
    }

    @Test("a tag among any others is found, and its absence noticed")
    func fuzz() async {
        var random = SplitMix64(seed: 9_110)
        let pieces = [
            "\"", "W/", "abc-gzip", "\"abc-gzip\"", "*", ",", " ", "\\", "\"a,b\"", "Sun, 06 Nov 1994 08:49:37 GMT",
            "GMT",
        ]
        let names: [HTTPField.Name] = [.ifMatch, .ifNoneMatch, .ifModifiedSince, .ifUnmodifiedSince, .ifRange]
        var outcomes: [Preconditions.Outcome: Int] = [:]
        for round in 0..<20_000 {
            if round.isMultiple(of: 250) { await Task.yield() }
            var fields = HTTPFields()
            for name in names where Bool.random(using: &random) { fields[name] = random.text(of: pieces, upTo: 6) }
            let outcome = preconditions().outcome(for: fields, now: Self.now)
            outcomes[outcome, default: 0] += 1
            _ = preconditions().allowsRange(in: fields)

            // Well-formed members around the tag never hide it.
            let others = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                ["\"x\"", "W/\"y,z\"", "\"\"", "\"\\\""].randomElement(using: &random) ?? ""
            }
            let list = (others + ["W/\"abc-gzip\""]).shuffled(using: &random).joined(separator: " ,")
            #expect(preconditions().outcome(for: [.ifNoneMatch: list], now: Self.now) == .notModified, "\(list)")
            let without = others.joined(separator: ",")
            #expect(preconditions().outcome(for: [.ifNoneMatch: without], now: Self.now) == .proceed, "\(without)")
        }
        #expect(outcomes.count == 3)
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON
import TestSupport
import Testing

@Suite("JSON")
struct JSONTests {
    private static func parse(_ text: String, depth: Int = 8) throws(JSONError) -> JSONValue {
        try JSONParser.parse(Array(text.utf8), maximumDepth: depth)
    }

    static let accepted: [(String, JSONValue)] = [
        ("{}", .object([])),
        (" [ ] ", .array([])),
        ("\"\"", .string("")),
        ("-0.5e+10", .number("-0.5e+10")),
        ("[true,false,null]", .array([.bool(true), .bool(false), .null])),
        (#"{"b":1,"a":"x"}"#, .object([.init("b", .number("1")), .init("a", .string("x"))])),
        (#""\"\\\/\b\f\n\r\t\u00e5""#, .string("\"\\/\u{8}\u{C}\n\r\tå")),
        (#""\ud83d\ude00""#, .string("😀")),
        ("\"åäö 😀\"", .string("åäö 😀")),
        (#"{"a":1,"a":2}"#, .object([.init("a", .number("1")), .init("a", .number("2"))])),
    ]

    @Test("JSON is read with order and numbers as written", arguments: accepted)
    func isAccepted(text: String, value: JSONValue) throws {
        #expect(try Self.parse(text) == value)
    }

    @Test(
        "what is no JSON is refused",
        arguments: [
            "", " ", "{", "}", "[1,]", "{\"a\":1,}", "{a:1}", "{'a':1}", "01", "1.", ".5", "+1", "1e", "tru", "nul",
            "\"", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\ud800x\"", "\"\\ud800\\u0041\"", "\"\\udc00\"",
            "\"a\nb\"", "1 2", "{}x", "NaN", "\u{FEFF}{}", "[1", "{\"a\"}", "{\"a\":}", "-", "\"\u{0}\"", "// x\n1",
        ]
    )
    func isRefused(text: String) {
        #expect(throws: JSONError.self) { try Self.parse(text) }
    }

    @Test(
        "bytes that are no UTF-8 are refused",
        arguments: [[0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80]]
    )
    func invalidUTF8(bytes: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        #expect(throws: JSONError.self) { try JSONParser.parse([quote] + bytes + [quote], maximumDepth: 8) }
    }

    @Test("depth is bounded, so that a body of brackets can't exhaust the stack")
    func depth() throws {
        #expect(try Self.parse("[[[[]]]]", depth: 4) != .null)
        #expect(throws: JSONError.tooDeep) { try Self.parse("[[[[[]]]]]", depth: 4) }
        #expect(throws: JSONError.tooDeep) { try Self.parse(String(repeating: "[", count: 200_000)) }
        #expect(throws: JSONError.tooDeep) { try Self.parse(String(repeating: "{\"a\":", count: 50_000)) }
    }

    @Test("what is written is read back the same")
    func roundTrip() throws {
        var random = SplitMix64(seed: 3)
        for _ in 0..<2000 {
            let scalars = (0..<Int.random(in: 0...20, using: &random)).compactMap { _ in
                Unicode.Scalar(
                    UInt32.random(in: 0...0x10FFFF, using: &random) >> UInt32.random(in: 0...16, using: &random)
                )
            }
            let text = String(String.UnicodeScalarView(scalars))
            let json = JSONWriter.text { $0.object { $0.member(text, [text, "x"]) } }
            #expect(try Self.parse(json) == .object([.init(text, .array([.string(text), .string("x")]))]))
            #expect(!json.contains("<"))
        }
    }

    @Test("what must be escaped is escaped at any place of a text, and nothing else is", arguments: 0..<40)
    func escapes(place: Int) throws {
        let letters = String(repeating: "å", count: 6) + String(repeating: "~", count: 40)
        for byte in UInt8(0)...0x7F {
            var text = Array(letters.utf8)
            text.insert(byte, at: 12 + place)
            text.insert(byte, at: 12 + place)
            let json = JSONWriter.text { $0.string(String(decoding: text, as: UTF8.self)) }
            let isEscaped = byte < 0x20 || "\"\\<".utf8.contains(byte)
            #expect(json.utf8.contains { $0 == UInt8(ascii: "\\") } == isEscaped, "\(byte)")
            #expect(try Self.parse(json) == .string(String(decoding: text, as: UTF8.self)))
            guard isEscaped else { continue }
            #expect(!json.dropFirst().dropLast().utf8.contains { $0 < 0x20 || $0 == UInt8(ascii: "<") }, "\(byte)")
        }
    }

    @Test("mutated JSON never crashes the parser")
    func fuzz() async {
        var random = SplitMix64(seed: 4)
        let seeds = Self.accepted.map { Array($0.0.utf8) }
        for round in 0..<20_000 {
            if round.isMultiple(of: 250) { await Task.yield() }
            let bytes = random.mutate(seeds[round % seeds.count])
            if let value = try? JSONParser.parse(bytes, maximumDepth: 8), case .string(let text) = value {
                #expect(text.utf8.count <= bytes.count)
            }
        }
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import TestSupport
import Testing

@Suite("BodyDecoder")
struct BodyDecoderTests {
    static let urlEncoded = "application/x-www-form-urlencoded"
    static let json = "application/json"
    static let multipart = "multipart/form-data; boundary=X"

    static func decode(_ body: String, _ type: String?) throws(IntakeError) -> FieldList {
        try decode(Array(body.utf8), type)
    }

    /// The fields, or whatever keeps them from being taken.
    static func decode(_ body: [UInt8], _ type: String?) throws(IntakeError) -> FieldList {
        let form = try BodyDecoder().decode(body, contentType: type)
        if let problem = form.problem { throw problem }
        return form.fields
    }

    static func part(_ name: String, _ value: String) -> String {
        "--X\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
    }

    static let accepted: [(body: String, type: String, fields: FieldList)] = [
        ("name=Anna&message=Hej", urlEncoded, [Field("name", "Anna"), Field("message", "Hej")]),
        ("a=1&b=2&a=3", urlEncoded, [Field(name: "a", values: ["1", "3"]), Field("b", "2")]),
        ("a=%C3%A5+%2B%26%3D", urlEncoded, [Field("a", "å +&=")]),
        ("a&b=&=c&&", urlEncoded, [Field("a", ""), Field("b", ""), Field("", "c")]),
        ("a=x%3Dy=z", urlEncoded, [Field("a", "x=y=z")]),
        ("m%5BServices%5D%5B%5D=1", urlEncoded, [Field("m[Services][]", "1")]),
        // What a script's URLSearchParams makes of a file, and of an input without one: the text beside it counts more.
        ("cv=%5Bobject+File%5D", urlEncoded, [Field("cv", "[object File]")]),
        ("a=%2541", urlEncoded, [Field("a", "%41")]),
        ("a=1%0D%0A2%0D3%0A4", urlEncoded, [Field("a", "1\n2\n3\n4")]),
        ("a=1", "Application/X-WWW-Form-Urlencoded; charset=ISO-8859-1", [Field("a", "1")]),
        ("", urlEncoded, []),
        (
            #"{"name":"Anna","n":-1.50,"ok":true,"no":null}"#, json,
            [Field("name", "Anna"), Field("n", "-1.50"), Field("ok", "true"), Field("no", "")]
        ),
        (#"{"a":["1",2],"a":"3"}"#, json, [Field(name: "a", values: ["1", "2", "3"])]),
        (
            #"{"a":{"b":{"c":"1"}},"d":[{"e":"2"},"f"]}"#, json,
            [Field("a[b][c]", "1"), Field("d[0][e]", "2"), Field("d", "f")]
        ),
        (#"{"a":"1\r\n2"}"#, "application/json; charset=utf-8", [Field("a", "1\n2")]),
        (
            part("name", "Anna") + part("message", "rad 1\r\nrad 2") + "--X--\r\n", multipart,
            [Field("name", "Anna"), Field("message", "rad 1\nrad 2")]
        ),
        (
            part("a", "") + part("a", "text --X in text") + "--X--", multipart,
            [Field(name: "a", values: ["", "text --X in text"])]
        ),
        (part("a%22b", "1") + "--X--", multipart, [Field("a\"b", "1")]),
        (
            "--X\r\ncontent-disposition:form-data;name=a\r\nContent-Type: text/plain\r\n\r\n1\r\n--X--", multipart,
            [Field("a", "1")]
        ),
        (
            "--X\r\nContent-Disposition: form-data; name=\"f\"; filename=\"\"\r\nContent-Type: application/octet-stream"
                + "\r\n\r\n\r\n" + part("a", "1") + "--X--", multipart, [Field("a", "1")]
        ),
        ("--a b--x", "multipart/form-data; boundary=\"a b\"", []),
        ("\r\n" + part("a", "1") + "--X--", multipart, [Field("a", "1")]),
        ("This is MIME. --X\n--X\r\nIgnore me.\r\n" + part("a", "1") + "--X--", multipart, [Field("a", "1")]),
        ("\r\n--X--\r\n" + part("a", "1"), multipart, []),
        // A delimiter that does not begin a line is text.
        ("text " + part("a", "1") + "--X--", multipart, []),
    ]

    @Test("each encoding gives the fields in the order sent", arguments: accepted)
    func isAccepted(body: String, type: String, fields: FieldList) throws {
        #expect(try Self.decode(body, type) == fields)
    }

    static let refused: [(body: String, type: String?, error: IntakeError)] = [
        ("a=%", urlEncoded, .malformed), ("a=%4", urlEncoded, .malformed), ("a=%zz", urlEncoded, .malformed),
        ("a=%FF", urlEncoded, .malformed), ("a=%ED%A0%80", urlEncoded, .malformed), ("a=%00", urlEncoded, .malformed),
        ("%00=a", urlEncoded, .malformed), ("\u{FEFF}a=1", urlEncoded, .malformed),
        ("a=1", "text/plain", .unsupportedType), ("a=1", nil, .unsupportedType), ("a=1", "", .unsupportedType),
        ("", json, .malformed), ("[]", json, .malformed), ("\"a\"", json, .malformed), ("{\"a\":1", json, .malformed),
        (#"{"a":"\ud800"}"#, json, .malformed), (#"{"a":"\u0000"}"#, json, .malformed),
        ("\u{FEFF}{}", json, .malformed), ("{\"a\":[[[[[[[[1]]]]]]]]}", json, .tooDeep),
        ("", multipart, .malformed), ("--Y--", multipart, .malformed), ("--X\r\n", multipart, .malformed),
        (part("a", "1"), multipart, .malformed), ("--X--", "multipart/form-data", .malformed),
        ("\n--X--", multipart, .malformed), ("text", multipart, .malformed), ("\r\n--Xy--", multipart, .malformed),
        ("--X\r\nContent-Disposition: form-data\r\n\r\n1\r\n--X--", multipart, .malformed),
        ("--X\r\nContent-Disposition: form-data; name=\"a\"\r\n1\r\n--X--", multipart, .malformed),
        (part("a", "\u{0}") + "--X--", multipart, .malformed),
        (
            "--X\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.txt\"\r\n\r\nx\r\n--X--", multipart,
            .fileNotAccepted(field: "f")
        ),
        (
            "--X\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.txt\"\r\n\r\n\r\n--X--", multipart,
            .fileNotAccepted(field: "f")
        ),
    ]

    @Test("half a message is never taken", arguments: refused)
    func isRefused(body: String, type: String?, error: IntakeError) {
        #expect(throws: error) { try Self.decode(body, type) }
    }

    @Test("a file that is no text is refused as a file")
    func binaryFile() {
        let head = "--X\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.png\"\r\n\r\n"
        let body = Array(head.utf8) + [0xFF, 0xD8, 0x00] + Array("\r\n--X--".utf8)
        #expect(throws: IntakeError.fileNotAccepted(field: "f")) {
            try Self.decode(body, Self.multipart)
        }
    }

    @Test("what is within the limits is taken, one more is not")
    func limits() throws {
        func fields(_ count: Int) -> String { (0..<count).map { "f\($0)=1" }.joined(separator: "&") }
        #expect(try Self.decode(fields(100), Self.urlEncoded).fields.count == 100)
        #expect(throws: IntakeError.tooManyFields) { try Self.decode(fields(101), Self.urlEncoded) }
        let repeated = Array(repeating: "a=1", count: 101).joined(separator: "&")
        #expect(throws: IntakeError.tooManyFields) { try Self.decode(repeated, Self.urlEncoded) }

        let name = String(repeating: "å", count: 100)
        #expect(try Self.decode("{\"\(name)\":1}", Self.json)[name] == "1")
        #expect(throws: IntakeError.nameTooLong) { try Self.decode("{\"\(name)a\":1}", Self.json) }
        #expect(throws: IntakeError.nameTooLong) { try Self.decode("{\"\(name)\":{\"a\":1}}", Self.json) }

        let value = String(repeating: "😀", count: 20_000)
        #expect(try Self.decode("{\"a\":\"\(value)\"}", Self.json)["a"] == value)
        #expect(throws: IntakeError.valueTooLong(field: "a")) { try Self.decode("{\"a\":\"\(value)x\"}", Self.json) }
        // A line break counts once, as it does for the browser's maxlength.
        let lines = String(repeating: "%0D%0A", count: 20_000)
        #expect(try Self.decode("a=\(lines)", Self.urlEncoded)["a"]?.count == 20_000)
    }

    @Test("mutated bodies of every encoding never crash, and give text or an error")
    func fuzz() {
        var random = SplitMix64(seed: 5)
        for round in 0..<60_000 {
            let seed = Self.accepted[round % Self.accepted.count]
            let body = random.mutate(Array(seed.body.utf8))
            guard let fields = try? Self.decode(body, seed.type) else { continue }
            #expect(fields.fields.allSatisfy { !$0.name.utf8.contains(0) && !$0.values.isEmpty })
        }
    }
}

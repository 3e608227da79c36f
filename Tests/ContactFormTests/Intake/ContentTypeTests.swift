// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import Testing

@Suite("ContentType")
struct ContentTypeTests {
    @Test(
        "type and boundary are found however they are written",
        arguments: [
            ("multipart/form-data; boundary=abc", "multipart/form-data", "abc"),
            ("Multipart/Form-Data;Boundary=\"a b;c\"; charset=x", "multipart/form-data", "a b;c"),
            ("multipart/form-data; charset=utf-8 ; boundary=abc ", "multipart/form-data", "abc"),
            ("multipart/form-data; boundary=\"a\\\"b\"", "multipart/form-data", "a\"b"),
            ("multipart/form-data; boundary=\"open", "multipart/form-data", "open"),
            (" application/json ", "application/json", nil),
            ("text/plain;", "text/plain", nil),
            ("", "", nil),
            (";;;=;=", "", nil),
        ] as [(String, String, String?)]
    )
    func parse(header: String, mediaType: String, boundary: String?) {
        let type = ContentType(header)
        #expect(type.mediaType == mediaType)
        #expect(type.boundary == boundary)
    }
}

@Suite("AnswerFormat")
struct AnswerFormatTests {
    @Test(
        "a client gets what it asks for",
        arguments: [
            (nil, nil, nil, .html),
            (nil, "*/*", "application/json", .json),
            (nil, "*/*", "application/x-www-form-urlencoded", .html),
            (nil, "application/json", nil, .json),
            (nil, "text/html,application/json", nil, .html),
            (nil, "application/json, text/html", nil, .json),
            (nil, "text/html", "application/json", .html),
            (nil, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "multipart/form-data", .html),
            ("XMLHttpRequest", "text/html", nil, .json),
            ("xmlhttprequest", nil, nil, .json),
            ("other", "text/html", nil, .html),
            (nil, "Application/JSON;q=0.1", nil, .json),
        ] as [(String?, String?, String?, AnswerFormat)]
    )
    func negotiate(requestedWith: String?, accept: String?, contentType: String?, format: AnswerFormat) {
        let values = ["x-requested-with": requestedWith, "accept": accept, "content-type": contentType]
        let headers = FormRequest.Headers { values[$0] ?? nil }
        #expect(AnswerFormat(headers) == format)
    }

    @Test(
        "a script of another origin that asks for nothing gets JSON, a router of the site and the browser itself a page",
        arguments: [
            ("*/*", "empty", "cross-site", .json), (nil, "empty", "same-site", .json),
            ("text/html", "empty", "cross-site", .html), ("*/*", "empty", "same-origin", .html),
            ("*/*", "document", "cross-site", .html), ("*/*", "iframe", "cross-site", .html),
            ("*/*", nil, nil, .html), ("*/*", "empty", nil, .html),
        ] as [(String?, String?, String?, AnswerFormat)]
    )
    func scripts(accept: String?, destination: String?, site: String?, format: AnswerFormat) {
        let values = [
            "accept": accept, "sec-fetch-dest": destination, "sec-fetch-site": site,
            "content-type": "application/x-www-form-urlencoded",
        ]
        #expect(AnswerFormat(FormRequest.Headers { values[$0] ?? nil }) == format)
    }
}

@Suite("Language")
struct LanguageTests {
    @Test(
        "the visitor's first language that is spoken here is chosen",
        arguments: [
            ("sv-SE,sv;q=0.9,en;q=0.8", .swedish), ("en-GB,en;q=0.9,sv;q=0.8", .english), ("de,sv;q=0.1", .swedish),
            ("de", nil), ("", nil), ("sv;q=0,en;q=0.1", .english), ("sv;q=x", nil), ("EN_us", .english),
        ] as [(String, Language?)]
    )
    func acceptLanguage(header: String, language: Language?) {
        #expect(Language(acceptLanguage: header) == language)
    }
}

@Suite("FormspreeSession")
struct FormspreeSessionTests {
    @Test("Formspree's session data are read, and anything else is passed over")
    func parse() {
        // {"loadedAt":1795475480123,"webdriver":true}
        let header = "eyJsb2FkZWRBdCI6MTc5NTQ3NTQ4MDEyMywid2ViZHJpdmVyIjp0cnVlfQ=="
        let session = FormspreeSession(header: header)
        #expect(session?.loadedAt?.milliseconds == 1_795_475_480_123)
        #expect(session?.isWebdriver == true)
        for junk in ["", "x", "e30", "bnVsbA==", String(repeating: "A", count: 2000)] {
            #expect(FormspreeSession(header: junk) == nil)
        }
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SiteDeployment

@Suite("The API's address in pages")
struct FormAddressesTests {
    private func rewritten(_ page: String) throws -> String? {
        let addresses = try #require(FormAddresses(contactURL: "https://api.example/api/contact"))
        return addresses.rewritten(Array(page.utf8)).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(
        "is put before the routes of forms",
        arguments: [
            (
                #"<form action="/api/contact" method=post>"#,
                #"<form action="https://api.example/api/contact" method=post>"#
            ),
            (
                #"<FORM METHOD=post ACTION='/api/f/shop'>"#,
                #"<FORM METHOD=post ACTION='https://api.example/api/f/shop'>"#
            ),
            ("<form action=/f/shop>", "<form action=https://api.example/api/f/shop>"),
            (#"<form action = "/api/AddContactInfo">"#, #"<form action = "https://api.example/api/AddContactInfo">"#),
            (#"<form action="/api/contact?a=1#b">"#, #"<form action="https://api.example/api/contact?a=1#b">"#),
            (#"<button formaction="/api/f/a">"#, #"<button formaction="https://api.example/api/f/a">"#),
            (
                #"<div data-brevlada-action="/api/contact"/>"#,
                #"<div data-brevlada-action="https://api.example/api/contact"/>"#
            ),
            (
                "<p>å <form\n  class=\"a > b\"\n  action=\"/api/contact\"\n> <form action='/api/f/b'>",
                "<p>å <form\n  class=\"a > b\"\n  action=\"https://api.example/api/contact\"\n> "
                    + "<form action='https://api.example/api/f/b'>"
            ),
            (
                "<script>var a = '<form action=\"/api/contact\">'</script><form action=/api/contact>",
                "<script>var a = '<form action=\"/api/contact\">'</script><form action=https://api.example/api/contact>"
            ),
            (
                "<textarea></textar </TEXTAREA><form action=/api/contact>",
                "<textarea></textar </TEXTAREA><form action=https://api.example/api/contact>"
            ),
            (
                "<svg><title/><style/><style>a{}</style><script/></svg><form action=/api/contact>",
                "<svg><title/><style/><style>a{}</style><script/></svg><form action=https://api.example/api/contact>"
            ),
            (
                "<math><title></math><svg/><title>x</title><form action=/api/contact>",
                "<math><title></math><svg/><title>x</title><form action=https://api.example/api/contact>"
            ),
        ]
    )
    func changed(_ page: String, _ expected: String) throws {
        #expect(try rewritten(page) == expected)
    }

    @Test(
        "is put nowhere else",
        arguments: [
            "", "<", "<form", "<form action", "<form action=", "<form action=\"/api/contact",
            "no form at all: /api/contact",
            "<form action=\"/search\">", "<form action=\"https://other.example/api/contact\">",
            "<a href=\"/api/contact\">",
            "<!-- <form action=\"/api/contact\"> -->", "<style>a[action=\"/api/contact\"]{}</style>",
            "<script>action=\"/api/contact\"</script>", "<form action=\"/api/contacts\">",
            "<form action=\"//api/contact\">",
            "<form action=\"/api\">", "<title><form action=/api/contact></title>", "<3 action=/api/contact>",
            "<title/><form action=/api/contact>", "<svg/><title/><form action=/api/contact>",
            "<svg></svg><textarea/><form action=/api/contact>", "<svg><style a=/><form action=/api/contact>",
            "</ action=\"x\" <!--", "<script>never ends <form action=/api/contact>",
        ]
    )
    func unchanged(_ page: String) throws {
        // A page that is cut off within a value has a value all the same.
        if page == "<form action=\"/api/contact" {
            #expect(try rewritten(page) == "<form action=\"https://api.example/api/contact")
        } else {
            #expect(try rewritten(page) == nil)
        }
    }

    @Test("is not needed when the form is on the site")
    func sameOrigin() {
        #expect(FormAddresses(contactURL: "/api/contact") == nil)
        #expect(FormAddresses(contactURL: "https://api.example/other") == nil)
    }

    @Test("no page breaks the scanner, and what it leaves is the page, byte for byte")
    func fragments() throws {
        let page = Array(
            "<!doctype html><form a=1 b='2' c=\"3\" action='/x' =y / ><script></script><!-- --><p>€</p><input/>".utf8
        )
        let addresses = try #require(FormAddresses(contactURL: "https://api.example/api/contact"))
        for start in page.indices {
            for end in start..<page.count { #expect(addresses.rewritten(Array(page[start..<end])) == nil) }
        }
    }
}

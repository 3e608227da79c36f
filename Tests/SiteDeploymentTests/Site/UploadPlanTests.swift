// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SiteDeployment

@Suite("What is uploaded")
struct UploadPlanTests {
    private func file(_ key: String, _ text: String = "x") -> PublishedFile {
        PublishedFile(key: key, bytes: Array(text.utf8))
    }

    private func record(_ files: [PublishedFile]) -> (listing: [String: String], record: SiteRecord) {
        let listing = Dictionary(uniqueKeysWithValues: files.map { ($0.key, "\"\($0.hash.prefix(32))\"") })
        return (listing, SiteRecord(files: files, listing: listing))
    }

    @Test("goes by type and cache header, what pages use first and the pages last")
    func order() {
        let files = ["index.html", "a/b.html", "app-5XHYTW2J.js", "style.css", "z.svg", "logo.png", "main.css"].map {
            file($0)
        }
        let plan = UploadPlan(files: files, listing: [:], record: SiteRecord())
        #expect(plan.batches.last?.files.map(\.key) == ["a/b.html", "index.html"])
        #expect(plan.batches.last?.cacheControl == "no-cache")
        #expect(plan.batches.last?.mediaType == "text/html; charset=utf-8")
        let styles = plan.batches.first { $0.mediaType.hasPrefix("text/css") }
        #expect(styles?.files.map(\.key) == ["main.css", "style.css"])
        let script = plan.batches.first { $0.mediaType.hasPrefix("text/javascript") }
        #expect(script?.cacheControl == "public, max-age=31536000, immutable")
        #expect(plan.uploaded.count == files.count && plan.removed.isEmpty && plan.isFirst)
        #expect(plan.invalidations.isEmpty, "no cache holds anything of a bucket that was empty")
    }

    @Test("is only what changed, and what is gone is removed")
    func changes() {
        let before = [file("index.html"), file("style.css"), file("old.html")]
        let (listing, record) = record(before)
        let after = [file("index.html", "new"), file("style.css"), file("new.css")]
        let plan = UploadPlan(files: after, listing: listing, record: record)
        #expect(plan.uploaded.map(\.key) == ["new.css", "index.html"])
        #expect(plan.removed == ["old.html"] && plan.unchanged == 1)
        #expect(plan.invalidations == ["/", "/index.html", "/new.css", "/old", "/old.html"])
    }

    @Test("is nothing when nothing changed, also after the record went over the wire")
    func nothing() {
        let files = [file("index.html"), file("å ä.txt")]
        let (listing, record) = record(files)
        let plan = UploadPlan(files: files, listing: listing, record: SiteRecord(json: record.json))
        #expect(plan.isEmpty && plan.unchanged == 2 && plan.invalidations.isEmpty)
    }

    @Test("is what somebody else wrote or removed meanwhile, and what has another header now")
    func foreign() {
        let files = [file("a.css"), file("b.css"), file("c.css"), file("d.css")]
        var (listing, record) = record(files)
        listing["a.css"] = "\"another\""
        listing["b.css"] = nil
        record.entries["c.css"]?.cacheControl = "max-age=1"
        let plan = UploadPlan(files: files, listing: listing, record: record)
        #expect(plan.uploaded.map(\.key) == ["a.css", "b.css", "c.css"])
    }

    @Test("is everything when S3 encrypts by another key now, for what lies there stays as it is")
    func otherKey() {
        let files = [file("index.html"), file("style.css")]
        let listing = record(files).listing
        let keys = [nil, "arn:aws:kms:eu-north-1:123456789012:key/1", "arn:aws:kms:eu-north-1:123456789012:key/2"]
        for before in keys {
            let written = SiteRecord(files: files, listing: listing, key: before)
            for after in keys {
                let read = SiteRecord(json: written.json)
                let plan = UploadPlan(files: files, listing: listing, record: read, key: after)
                #expect(plan.uploaded.count == (before == after ? 0 : 2), "\(before ?? "S3's"), \(after ?? "S3's")")
                #expect(plan.isEmpty == (before == after))
            }
        }
    }

    @Test("is forgotten too where a run before removed it and did not come to its end")
    func removedBefore() {
        var (listing, record) = record([file("index.html"), file("old.html")])
        listing["old.html"] = nil
        let plan = UploadPlan(files: [file("index.html")], listing: listing, record: record)
        #expect(!plan.isEmpty && plan.uploaded.isEmpty && plan.removed.isEmpty)
        #expect(plan.invalidations == ["/old", "/old.html"])
        let emptied = UploadPlan(files: [file("index.html")], listing: [:], record: record)
        #expect(emptied.invalidations == ["/", "/index.html", "/old", "/old.html"])
    }

    @Test(
        "is everything when the record can't be read",
        arguments: ["", "{", "[]", #"{"files":{"a.css":{"hash":1}}}"#]
    )
    func unreadable(_ json: String) {
        let plan = UploadPlan(files: [file("a.css")], listing: ["a.css": "\"1\""], record: SiteRecord(json: json))
        #expect(plan.uploaded.map(\.key) == ["a.css"])
    }

    @Test("is forgotten under every name it is asked for by, percent-encoded")
    func invalidations() {
        let (listing, record) = record([file("docs/index.html"), file("tack så.html"), file("a*b.css")])
        let plan = UploadPlan(files: [], listing: listing, record: record)
        #expect(
            plan.invalidations == [
                "/a%2Ab.css", "/docs", "/docs/", "/docs/index.html", "/tack%20s%C3%A5", "/tack%20s%C3%A5.html",
            ]
        )
    }

    @Test("is forgotten as a whole above a hundred paths")
    func many() {
        let before = (0..<60).map { file("p\($0).html") }
        let (listing, record) = record(before)
        #expect(UploadPlan(files: [], listing: listing, record: record).invalidations == ["/*"])
    }

    @Test(
        "is what the server would serve",
        arguments: [
            ("index.html", true), (".well-known/security.txt", true), (".git/config", false), ("a/.env", false),
            (".DS_Store", false), ("a/b/c.css", true),
        ]
    )
    func published(_ path: String, _ isPublished: Bool) {
        #expect(PublishedFile.isPublished(path) == isPublished)
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import JSON
import Testing

@testable import SiteDeployment

@Suite("Publishing a site")
struct SitePublicationTests {
    private let files = [
        PublishedFile(key: "index.html", bytes: Array("<p>home".utf8)),
        PublishedFile(key: "img/logo.svg", content: .file(path: "/site/img/logo.svg"), hash: "0a"),
        PublishedFile(key: "style.css", content: .file(path: "/site/style.css"), hash: "0b"),
    ]
    private let listing = AWSAnswer.json(
        #"{"Contents":[{"Key":"index.html","ETag":"\"1\"","Size":7},{"Key":"img/logo.svg","ETag":"\"2\"","Size":1},"#
            + #"{"Key":"style.css","ETag":"\"3\"","Size":1}],"RequestCharged":null}"#
    )
    private let noRecord = AWSAnswer(
        exitCode: 1,
        error: "download failed: s3://b/sites/brevlada.json to - An error occurred (404) when calling the HeadObject "
            + "operation: Not Found\n"
    )

    private func publish(
        _ aws: ScriptedAWS,
        _ staging: MemoryStaging = MemoryStaging(),
        _ console: RecordingConsole = RecordingConsole(),
        files: [PublishedFile]? = nil,
        key: String? = nil
    ) async throws -> Bool {
        try await SitePublication(
            aws: aws.session,
            artifacts: ArtifactBucket(
                aws: aws.session,
                owner: CallerIdentity(account: "123456789012", arn: "arn:aws:iam::123456789012:user/eva")
            ),
            staging: staging,
            console: console,
            stackName: "brevlada"
        ).publish(files ?? self.files, to: "site", encryptedBy: key, distribution: "E1")
    }

    @Test("uploads, removes, forgets, and writes down at last what it did")
    func first() async throws {
        let old = AWSAnswer.json(
            #"{"Contents":[{"Key":"old.html","ETag":"\"9\""},{"Key":"index.html","ETag":"\"8\""}]}"#
        )
        let aws = ScriptedAWS([
            ("s3api list-objects-v2 --bucket site", [old, listing]), ("s3 cp s3://brevlada-artifacts", [noRecord]),
            ("s3 cp", [.nothing]), ("s3api delete-objects", [.nothing]),
            ("cloudfront create-invalidation", [.json(#"{"Invalidation":{"Id":"I1"}}"#)]),
        ])
        let staging = MemoryStaging()
        let console = RecordingConsole()
        #expect(try await publish(aws, staging, console))
        let upload = "s3 cp /stage/site"
        let brief = "; charset=utf-8 --cache-control public, max-age=300, must-revalidate"
        let page = "; charset=utf-8 --cache-control no-cache"
        let expected: [String] = [
            "s3api list-objects-v2 --bucket site",
            "s3 cp s3://brevlada-artifacts-123456789012-eu-north-1/sites/brevlada.json -",
            upload + "-0/ s3://site/ --recursive --only-show-errors --content-type image/svg+xml" + brief,
            upload + "-1/ s3://site/ --recursive --only-show-errors --content-type text/css" + brief,
            upload + "-2/ s3://site/ --recursive --only-show-errors --content-type text/html" + page,
            "s3api delete-objects --bucket site --delete file:///stage/removed-0.json",
            "cloudfront create-invalidation --distribution-id E1 --paths / /img/logo.svg /index.html /old /old.html /style.css",
            "s3api list-objects-v2 --bucket site",
            "s3 cp /stage/record.json s3://brevlada-artifacts-123456789012-eu-north-1/sites/brevlada.json --only-show-errors",
        ]
        #expect(aws.calls == expected)
        #expect(staging.files["site-0/img/logo.svg"] == "→ /site/img/logo.svg")
        #expect(staging.files["site-2/index.html"] == "<p>home")
        #expect(staging.files["removed-0.json"] == #"{"Objects":[{"Key":"old.html"}],"Quiet":true}"#)
        let record = SiteRecord(json: try #require(staging.files["record.json"]))
        #expect(record.entries["index.html"]?.etag == "\"1\"" && record.entries.count == 3)
        #expect(
            await console.text == "  ✓   site: 3 files uploaded, 1 removed; CloudFront forgets the old within minutes"
        )
    }

    @Test(
        "uploads the folder of its files and no other, whatever letters their names have",
        arguments: ["öppet.html", "öppna-förskolan.html", "åäöåäöé/日本.html", "😀.html"]
    )
    func otherLetters(_ key: String) async throws {
        let aws = ScriptedAWS([
            ("s3api list-objects-v2", [.json("{}")]), ("s3 cp s3://brevlada-artifacts", [noRecord]),
            ("s3 cp", [.nothing]),
        ])
        let staging = MemoryStaging()
        let files = [
            PublishedFile(key: key, bytes: Array("<p>".utf8)),
            PublishedFile(key: "style.css", content: .file(path: "/site/style.css"), hash: "0b"),
        ]
        #expect(try await publish(aws, staging, files: files))
        let uploads = aws.calls(of: "s3 cp /stage/site").map {
            $0.split(separator: " ").prefix(4).joined(separator: " ")
        }
        #expect(uploads == ["s3 cp /stage/site-0/ s3://site/", "s3 cp /stage/site-1/ s3://site/"])
        #expect(staging.files["site-1/\(key)"] == "<p>")
    }

    @Test("of no file at all leaves what is live, and fails; where nothing is live it does nothing")
    func empty() async throws {
        let aws = ScriptedAWS([("s3api list-objects-v2 --bucket site", [listing])])
        await #expect(throws: DeploymentFailure.self) { try await publish(aws, files: []) }
        #expect(aws.calls.count == 1)
        let new = ScriptedAWS([("s3api list-objects-v2", [.json("{}")]), ("s3 cp s3://", [noRecord])])
        #expect(try await !publish(new, files: []))
    }

    @Test("does nothing a second time")
    func second() async throws {
        let record = SiteRecord(
            files: files,
            listing: ["index.html": "\"1\"", "img/logo.svg": "\"2\"", "style.css": "\"3\""]
        )
        let aws = ScriptedAWS([
            ("s3api list-objects-v2", [listing]), ("s3 cp s3://brevlada-artifacts", [AWSAnswer(output: record.json)]),
        ])
        let console = RecordingConsole()
        #expect(try await publish(aws, console: console) == false)
        #expect(aws.calls.count == 2)
        #expect(await console.text == "  ✓   the site is as it was, 3 files")
    }

    private func publish(_ aws: ScriptedAWS, console: RecordingConsole) async throws -> Bool {
        try await publish(aws, MemoryStaging(), console)
    }

    @Test("that is interrupted leaves no record, so that the next run does it all")
    func interrupted() async throws {
        let aws = ScriptedAWS([
            ("s3api list-objects-v2", [.json("{}")]), ("s3 cp s3://brevlada-artifacts", [noRecord]),
            ("s3 cp", [.nothing, AWSAnswer(exitCode: 130)]),
        ])
        await #expect(throws: AWSFailure.self) { try await publish(aws) }
        #expect(!aws.calls.contains { $0.contains("record.json") })
    }

    @Test("that is interrupted after it removed a file has CloudFront forget it the next time, and says so once")
    func interruptedAfterRemoval() async throws {
        let listed = AWSAnswer.json(
            #"{"Contents":[{"Key":"index.html","ETag":"\"1\""},{"Key":"img/logo.svg","ETag":"\"2\""}]}"#
        )
        let kept = Array(files[..<2])
        let before = SiteRecord(
            files: files,
            listing: ["index.html": "\"1\"", "img/logo.svg": "\"2\"", "style.css": "\"3\""]
        )
        func run(_ listing: AWSAnswer, record: String, invalidation: AWSAnswer) -> ScriptedAWS {
            ScriptedAWS([
                ("s3api list-objects-v2", [listing]),
                ("s3 cp s3://brevlada-artifacts", [AWSAnswer(output: record)]), ("s3 cp", [.nothing]),
                ("s3api delete-objects", [.nothing]), ("cloudfront create-invalidation", [invalidation]),
            ])
        }
        let first = run(listing, record: before.json, invalidation: AWSAnswer(exitCode: 130))
        await #expect(throws: AWSFailure.self) { try await publish(first, files: kept) }
        #expect(!first.calls.contains { $0.contains("record.json") })

        let second = run(listed, record: before.json, invalidation: .nothing)
        let staging = MemoryStaging()
        let console = RecordingConsole()
        #expect(try await publish(second, staging, console, files: kept))
        #expect(
            second.calls(of: "cloudfront") == [
                "cloudfront create-invalidation --distribution-id E1 --paths /style.css"
            ]
        )
        #expect(second.calls(of: "s3api delete-objects").isEmpty)
        #expect(await console.text == "  ✓   site: 2 unchanged; CloudFront forgets the old within minutes")

        let third = run(listed, record: try #require(staging.files["record.json"]), invalidation: .nothing)
        #expect(try await !publish(third, files: kept))
    }

    @Test("uploads all once more for another key, and remembers by which")
    func otherKey() async throws {
        let record = SiteRecord(
            files: files,
            listing: ["index.html": "\"1\"", "img/logo.svg": "\"2\"", "style.css": "\"3\""]
        )
        let aws = ScriptedAWS([
            ("s3api list-objects-v2", [listing]), ("s3 cp s3://brevlada-artifacts", [AWSAnswer(output: record.json)]),
            ("s3 cp", [.nothing]), ("cloudfront create-invalidation", [.nothing]),
        ])
        let staging = MemoryStaging()
        let console = RecordingConsole()
        #expect(try await publish(aws, staging, console, key: "arn:aws:kms:eu-north-1:123456789012:key/1"))
        #expect(await console.text == "  ✓   site: 3 files uploaded; CloudFront forgets the old within minutes")
        #expect(
            SiteRecord(json: try #require(staging.files["record.json"])).key
                == "arn:aws:kms:eu-north-1:123456789012:key/1"
        )
    }

    @Test("says which file S3 keeps")
    func notRemoved() async throws {
        let record = SiteRecord()
        let aws = ScriptedAWS([
            ("s3api list-objects-v2", [listing]), ("s3 cp s3://brevlada-artifacts", [AWSAnswer(output: record.json)]),
            ("s3 cp", [.nothing]),
            (
                "s3api delete-objects",
                [.json(#"{"Errors":[{"Key":"style.css","Code":"AccessDenied","Message":"Access Denied"}]}"#)]
            ),
        ])
        let failure = await #expect(throws: AWSFailure.self) { try await publish(aws, files: [files[0]]) }
        #expect(failure?.description.contains("\"style.css\" can't be removed: Access Denied") == true)
    }

    @Test("the inbox goes along for a stack with sign-in, with where to sign in")
    func inbox() throws {
        let outputs = ["SignInUrl": "https://x.auth.eu-north-1.amazoncognito.com", "OwnerPoolClientId": "abc"]
        let page = [(path: "index.html", bytes: Array("<p>".utf8))]
        let files = InboxFiles.files(page: page, outputs: outputs, languages: [.swedish, .english], forms: [.contact])
        #expect(files.map(\.key) == ["inbox/index.html", "inbox/config.json"])
        guard case .bytes(let bytes) = files[1].content else {
            Issue.record("the configuration is no text")
            return
        }
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"signIn":{"kind":"cognito","url":"https://x.auth.eu-north-1.amazoncognito.com","clientId":"abc"},"#
                + #""languages":["sv","en"],"forms":["contact"]}"#
        )
        #expect(InboxFiles.files(page: page, outputs: [:], languages: [], forms: []).isEmpty)
        #expect(InboxFiles.files(page: [], outputs: outputs, languages: [], forms: []).isEmpty)
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import FormConfiguration
import Foundation
import SiteDeployment
import StackTemplate
import Testing

@testable import BrevladaCommand

@Suite("What is known to be wrong before AWS is asked")
struct CloudPreparationTests {
    /// A zip with an ELF header for x86-64, made by Python's zipfile.
    private static let packed = """
        UEsDBBQAAAAIAAAAIQDiyN7vEQAAAHgAAAAJAAAAYm9vdHN0cmFwq3f1cWNiZGSAAWYGOwZ6AABQSwECFAMUAAAACAAAACEA4sje7xEAAAB4\
        AAAACQAAAAAAAAAAAAAA7YEAAAAAYm9vdHN0cmFwUEsFBgAAAAABAAEANwAAADgAAAAAAA==
        """

    private func problems(
        _ yaml: String,
        zips: [String],
        region: String? = "eu-north-1",
        change: (inout Configuration) -> Void = { _ in }
    ) throws -> [Finding] {
        try withTemporaryFolder { folder in
            let site = FilePath.joined(folder, "site")
            try FileManager.default.createDirectory(atPath: site, withIntermediateDirectories: true)
            try Data("<p>".utf8).write(to: URL(filePath: FilePath.joined(site, "index.html")))
            for zip in zips {
                let bytes = try #require(Data(base64Encoded: Self.packed))
                try bytes.write(to: URL(filePath: FilePath.joined(folder, zip + ".zip")))
            }
            var configuration = try read(yaml)
            configuration.siteFolder = site
            change(&configuration)
            let preparation = CloudPreparation(
                configuration: configuration,
                template: TemplateParameter.all(in: StackTemplate.text),
                lambdas: folder
            )
            return (preparation.siteProblems + preparation.examined(region: region).problems).map { found in
                var problem = found
                problem.text = problem.text.replacing(folder, with: "…")
                problem.remedy = problem.remedy?.replacing(folder, with: "…")
                return problem
            }
        }
    }

    private let both = ["AddContactInfo", "SendContactInfoEmail"]
    private let mail = "mail: {from: form@example.com, to: eva@example.com}\n"

    @Test("nothing, when the mail is set and the zips are there")
    func good() throws {
        #expect(try problems(mail, zips: both).isEmpty)
    }

    @Test("messages and secrets inside the site, which would be published")
    func secrets() throws {
        let data = try problems(mail, zips: both) { $0.dataFolder = FilePath.joined($0.siteFolder, "data") }
        #expect(
            data.map(\.text) == [
                "data is \"…/site/data\", inside the site's folder \"…/site\", where the messages would lie open to all; name a folder "
                    + "beside it"
            ]
        )
        let secret = try problems(mail, zips: both) { $0.secretFiles = [FilePath.joined($0.siteFolder, "smtp.txt")] }
        #expect(
            secret.map(\.outcome) == [.failed]
                && secret[0].text.hasPrefix("the secret in \"…/site/smtp.txt\" lies inside")
        )
    }

    @Test("everything at once")
    func all() throws {
        let found = try problems(
            "aws: {parameters: {Hosting: Cloudfront, Waff: true, Architecture: arm64, OwnerAccess: Cognito}}",
            zips: ["AddContactInfo"]
        )
        let starts = [
            "the zip \"…/SendContactInfoEmail.zip\" can't be read", "the zip \"…/ReadContactInfo.zip\" can't be read",
            "aws.parameters.Architecture is \"arm64\", and the zips are built for x86_64", "mail.from is not set",
            "mail.to is not set", "aws.parameters.Hosting is \"Cloudfront\"; did you mean \"CloudFront\"?",
            "aws.parameters.Waff is no parameter of the template; did you mean \"Waf\"?",
        ]
        #expect(found.count == starts.count, "\(found)")
        for (problem, start) in Swift.zip(found, starts) { #expect(problem.sentence.hasPrefix(start), "\(problem)") }
        #expect(found.allSatisfy { $0.outcome == .failed && $0.remedy != nil })
    }

    @Test("and a path with a semicolon in it stays whole")
    func semicolon() throws {
        try withTemporaryFolder { folder in
            var configuration = try read(mail)
            configuration.siteFolder = FilePath.joined(folder, "a; b")
            let preparation = CloudPreparation(
                configuration: configuration,
                template: TemplateParameter.all(in: StackTemplate.text),
                lambdas: FilePath.joined(folder, "c; d")
            )
            let found = preparation.siteProblems + preparation.examined(region: "eu-north-1").problems
            #expect(found.count == 3, "\(found)")
            #expect(found[0].text.hasPrefix("the site's folder \"\(folder)/a; b\" can't be found: "))
            #expect(found[0].remedy?.hasPrefix("write a starter site with \"brevlada init\"") == true)
            #expect(found[1].text == "the zip \"\(folder)/c; d/AddContactInfo.zip\" can't be read")
            #expect(found[1].remedy == "build it with \"make lambdas\", or name another folder with --lambdas")
        }
    }

    @Test("an own name without a certificate, unless one can be made")
    func certificate() throws {
        let domain = mail + "site_url: https://www.example.com\n"
        #expect(
            try problems(domain, zips: both).first?.text.hasPrefix(
                "the site's name \"www.example.com\" needs a certificate"
            )
                == true
        )
        let zone = domain + "aws: {parameters: {HostedZoneId: Z0123456789ABCDEFGHIJ}}"
        #expect(try problems(zone, zips: both, region: "us-east-1").isEmpty)
        #expect(try problems(zone, zips: both, region: "eu-north-1").count == 1)
    }

    @Test("a zip that Lambda could not run")
    func unfit() throws {
        try withTemporaryFolder { folder in
            for name in both {
                try Data("no zip".utf8).write(to: URL(filePath: FilePath.joined(folder, name + ".zip")))
            }
            let found = FunctionZips(folder: folder, needsReader: false).find()
            #expect(found.packages.isEmpty && found.problems.count == 2)
            #expect(
                found.problems[0].sentence.contains("is no zip file; build the functions again with \"make lambdas\"")
            )
        }
    }
}

@Suite("The site's folder, as it is uploaded")
struct SiteSourceTests {
    private func files(_ make: (String) throws -> Void, addresses: FormAddresses? = nil) throws -> [PublishedFile] {
        try withTemporaryFolder { folder in
            let site = FilePath.joined(folder, "site")
            try FileManager.default.createDirectory(atPath: site + "/img", withIntermediateDirectories: true)
            try make(site)
            return try SiteSource(folder: site).files(addresses: addresses)
        }
    }

    private func write(_ text: String, _ path: String) throws {
        try FileManager.default.createDirectory(atPath: FilePath.parent(of: path), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    @Test("is what the server would serve: nothing hidden, and no link leads out of it")
    func served() throws {
        let found = try files { site in
            try write("<p>", site + "/index.html")
            try write("x", site + "/img/å.svg")
            try write("x", site + "/.git/config")
            try write("x", site + "/.well-known/security.txt")
            try write("secret", FilePath.parent(of: site) + "/secret.txt")
            let manager = FileManager.default
            try manager.createSymbolicLink(atPath: site + "/out.txt", withDestinationPath: "../secret.txt")
            try manager.createSymbolicLink(atPath: site + "/start.html", withDestinationPath: "index.html")
            try manager.createSymbolicLink(atPath: site + "/nowhere.txt", withDestinationPath: "gone")
            try write("secret", site + "/.env")
            try manager.createSymbolicLink(atPath: site + "/pub.txt", withDestinationPath: ".env")
            try manager.createSymbolicLink(atPath: site + "/img/config.txt", withDestinationPath: "../.git/config")
        }
        #expect(found.map(\.key) == [".well-known/security.txt", "img/å.svg", "index.html", "start.html"])
        #expect(found[3].hash == found[2].hash)
        #expect(found[2].hash == PublishedFile(key: "", bytes: Array("<p>".utf8)).hash)
    }

    @Test("is the one that a link leads to, with what links to its folders lead to, but for a folder within itself")
    func links() throws {
        try withTemporaryFolder { folder in
            let site = FilePath.joined(folder, "site")
            try write("<p>", site + "/index.html")
            try write("x", site + "/a/a.txt")
            try write("x", site + "/b/b.txt")
            try write("secret", site + "/.git/config")
            try write("secret", folder + "/outside/secret.txt")
            for (link, target) in [
                ("round", "."), ("a/up", ".."), ("copy", "a"), ("a/b", "../b"), ("b/a", "../a"), ("out", "../outside"),
                ("git", ".git"), ("again.html", "round/index.html"),
            ] {
                try FileManager.default.createSymbolicLink(atPath: site + "/" + link, withDestinationPath: target)
            }
            try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "site")
            for path in [site, folder + "/link"] {
                #expect(
                    try SiteSource(folder: path).files(addresses: nil).map(\.key) == [
                        "a/a.txt", "a/b/b.txt", "again.html", "b/a/a.txt", "b/b.txt", "copy/a.txt", "copy/b/b.txt",
                        "index.html",
                    ]
                )
            }
        }
    }

    @Test("is refused when it has nothing to publish, for that would take down what is live")
    func nothing() throws {
        let failure = #expect(throws: CommandFailure.self) {
            try files { try write("x", $0 + "/.git/config") }
        }
        #expect(failure?.description.contains("has no file to publish") == true)
    }

    @Test("has the API's address in its pages and nowhere else, and the folder stays as it is")
    func addresses() throws {
        let form = "<form action=\"/api/contact\">"
        let found = try files(
            { site in
                try write(form, site + "/index.html")
                try write(form, site + "/form.txt")
            },
            addresses: FormAddresses(contactURL: "https://api.example/api/contact")
        )
        #expect(found.map(\.key) == ["form.txt", "index.html"])
        #expect(found[1].content == .bytes(Array("<form action=\"https://api.example/api/contact\">".utf8)))
        if case .bytes = found[0].content { Issue.record("a text file was changed") }
    }

    @Test("staged files lie below a folder of this user alone, which goes away")
    func staging() async throws {
        var path = ""
        try await TemporaryStaging.use { staging in
            path = staging.folder
            let file = try staging.write([0x61], to: "a/b.txt")
            #expect(FileManager.default.contents(atPath: file) == Data("a".utf8))
            let link = try staging.link(to: file, at: "c/d.txt")
            #expect(FileManager.default.contents(atPath: link) == Data("a".utf8))
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o700)
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }
}

@Suite("Lines for the operator")
struct TerminalConsoleTests {
    @Test("differ without colour")
    func marks() {
        let lines = ReportLine.Mark.allCases.map { TerminalConsole.text(ReportLine($0, "x"), .plain) }
        #expect(Set(lines).count == lines.count)
    }

    @Test("let no escape sequence through")
    func escapes() {
        let line = ReportLine(.failed, "\u{1B}[2Jgone")
        #expect(!TerminalConsole.text(line, .plain).contains("\u{1B}"))
        #expect(TerminalConsole.text(ReportLine(.passed, "x"), TerminalStyle(isColoured: true)).hasPrefix("\u{1B}[32m"))
    }
}

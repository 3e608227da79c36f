// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactFormServer
import Foundation
import Logging
import Testing

@testable import BrevladaCommand

@Suite("Serving begins")
struct ServeCommandTests {
    @Test("the banner says where the site is and where mail is read, with the port that was really taken")
    func captured() throws {
        let banner = ServeCommand.banner(try read("listen: 127.0.0.1:0"), port: 49_152, inbox: .signIn, style: .plain)
        #expect(
            banner == """
                Brevlåda \(Version.current)
                  site   /srv/site-of-mine/site
                  mail   captured, to read at http://localhost:49152/_mail
                  inbox  http://localhost:49152/inbox/
                  data   /srv/site-of-mine/data
                  config \(SystemEnvironment.workingFolder)/brevlada.yaml
                Ready on http://localhost:49152

                """
        )
    }

    @Test(
        "captured mail is shown while the site is tried out on this machine, and never where strangers may come",
        arguments: [
            ("", true), ("listen: \"[::1]:8080\"", true), ("site_url: http://localhost:8080", true),
            ("site_url: http://127.0.0.1", true), ("site_url: https://www.example.com", false),
            ("site_url: http://localhost.example.com", false), ("trusted_proxies: [127.0.0.1]", false),
            ("trusted_proxies: [unix]", false),
            ("site_url: http://localhost:8080\ntrusted_proxies: [10.0.0.0/8]", false),
        ]
    )
    func shownMail(_ yaml: String, _ isShown: Bool) throws {
        let configuration = try read(yaml)
        #expect(configuration.showsCapturedMail == isShown)
        let banner = ServeCommand.banner(configuration, port: 8080, inbox: nil, style: .plain)
        #expect(banner.contains("/_mail") == isShown)
        #expect(banner.contains("  mail   waits until mail.smtp is set") != isShown)
        let finding = DoctorCommand.withoutMailServer(configuration)
        #expect(finding.outcome == (isShown ? .passed : .failed))
        #expect(finding.text.contains("mail waits") != isShown)
    }

    @Test("with a mail server there is no captured mail to show")
    func noCapturedMail() throws {
        let yaml = "mail: {from: form@example.com, to: [eva@example.com], smtp: 'smtp://localhost:25?tls=none'}"
        #expect(!(try read(yaml).showsCapturedMail))
    }

    @Test("a log for programs has the same as one entry")
    func metadata() throws {
        let metadata = ServeCommand.metadata(try read("listen: 127.0.0.1:0"), port: 49_152, inbox: .signIn)
        #expect(
            metadata == [
                "version": "\(Version.current)", "site": "/srv/site-of-mine/site",
                "mail": "captured, to read at http://localhost:49152/_mail",
                "inbox": "http://localhost:49152/inbox/", "data": "/srv/site-of-mine/data",
                "config": "\(SystemEnvironment.workingFolder)/brevlada.yaml", "url": "http://localhost:49152",
            ]
        )
    }

    @Test("the banner says when there is no file")
    func noFile() throws {
        let banner = ServeCommand.banner(try read(nil), port: 8080, inbox: nil, style: .plain)
        #expect(banner.hasSuffix("  config none, all is standard\nReady on http://localhost:8080\n"))
    }

    @Test("the banner names the mail server, never its password")
    func password() throws {
        let yaml = """
            mail:
              from: form@example.com
              to: [eva@example.com]
              smtp: smtps://eva:hemligt@mail.example.com:465
            """
        let banner = ServeCommand.banner(try read(yaml), port: 8080, inbox: nil, style: .plain)
        #expect(!banner.contains("inbox"))
        #expect(banner.contains("mail.example.com"))
        #expect(!banner.contains("hemligt"))
    }

    @Test("the banner says how the inbox is opened: with a link at first, and by the site's own address")
    func inbox() throws {
        let token = SecretToken()
        let site = try read("site_url: https://www.example.se")
        let banner = ServeCommand.banner(site, port: 8080, inbox: .firstRun(token), style: .plain)
        #expect(banner.contains("  inbox  https://www.example.se/inbox/#first=\(token.text) "))
        let open = ServeCommand.banner(try read(nil), port: 8080, inbox: .passwordNeeded, style: .plain)
        #expect(open.contains("  inbox  http://localhost:8080/inbox/, once \"brevlada passwd\" has set a password\n"))
    }

    @Test("the data folder is made for this user alone")
    func dataFolder() throws {
        try withTemporaryFolder { folder in
            try "<p>".write(toFile: folder + "/index.html", atomically: true, encoding: .utf8)
            let data = folder + "-data/deep"
            defer { try? FileManager.default.removeItem(atPath: folder + "-data") }
            let environment = ["BREVLADA_SITE": folder, "BREVLADA_DATA": data]
            try ServeCommand.prepareFolders(try read(nil, environment))
            let attributes = try FileManager.default.attributesOfItem(atPath: data)
            #expect(attributes[.posixPermissions] as? Int == 0o700)
        }
    }

    /// Folders and links that are made, and the site, the data and the file that are configured.
    struct Layout: Sendable, CustomTestStringConvertible {
        var folders: [String] = []
        var links: [String: String] = [:]
        var site = "site"
        var data = "data"
        var file: String?
        /// The file of a password.
        var secret: String?
        /// What the refusal begins with; nil when all is well.
        var refusal: String?

        var testDescription: String { "\(site), \(data), \(file ?? "no file"), \(secret ?? "no secret"), \(links)" }
    }

    @Test(
        "what would be published with the site keeps it from starting, wherever links lead",
        arguments: [
            Layout(folders: ["real"], links: ["site": "real"], data: "real/data", refusal: "data is"),
            Layout(folders: ["real/deep"], links: ["site": "real"], data: "real/deep", refusal: "data is"),
            Layout(folders: ["site/data"], links: ["link": "site"], data: "link/data", refusal: "data is"),
            Layout(folders: ["site/deep"], links: ["data": "site/deep"], refusal: "data is"),
            Layout(folders: ["site"], links: ["data": "site"], refusal: "data is"),
            Layout(folders: ["real"], links: ["site": "real"], file: "real/brevlada.yaml", refusal: "site is"),
            Layout(folders: ["site"], links: ["f.yaml": "site/b.yaml"], file: "f.yaml", refusal: "site is"),
            Layout(folders: ["site"], secret: "site/smtp.txt", refusal: "the secret in"),
            Layout(folders: ["real"], links: ["site": "real"], secret: "real/smtp.txt", refusal: "the secret in"),
            Layout(folders: ["site"], links: ["smtp": "site/smtp.txt"], secret: "smtp", refusal: "the secret in"),
            Layout(folders: ["site", "siteful"], secret: "siteful/smtp.txt"),
            Layout(folders: ["site", "sitedata"], links: ["data": "sitedata"], file: "brevlada.yaml"),
            Layout(folders: ["real", "elsewhere"], links: ["site": "real", "data": "elsewhere"], file: "x.yaml"),
        ]
    )
    func links(_ layout: Layout) throws {
        try withTemporaryFolder { folder in
            let manager = FileManager.default
            func path(_ name: String) -> String { "\(folder)/\(name)" }
            for name in layout.folders {
                try manager.createDirectory(atPath: path(name), withIntermediateDirectories: true)
            }
            for (link, target) in layout.links {
                try manager.createSymbolicLink(atPath: path(link), withDestinationPath: target)
            }
            try "<p>".write(toFile: path("\(layout.site)/index.html"), atomically: true, encoding: .utf8)
            let environment = ["BREVLADA_SITE": path(layout.site), "BREVLADA_DATA": path(layout.data)]
            var configuration = try read(nil, environment)
            for file in [layout.file, layout.secret].compactMap(\.self) {
                let target = layout.links[file] ?? file
                try "".write(toFile: path(target), atomically: true, encoding: .utf8)
            }
            configuration.file = layout.file.map(path)
            configuration.secretFiles = [layout.secret].compactMap { $0.map(path) }
            guard let refusal = layout.refusal else {
                try ServeCommand.prepareFolders(configuration)
                return
            }
            let isThere = manager.fileExists(atPath: path(layout.data))
            let error = #expect(throws: CommandFailure.self) { try ServeCommand.prepareFolders(configuration) }
            #expect(error?.description.hasPrefix(refusal) == true, "\(error?.description ?? "")")
            #expect(manager.fileExists(atPath: path(layout.data)) == isThere)
        }
    }

    @Test(
        "a file of messages is not written into the site, wherever links lead",
        arguments: [
            ("site/copy.sqlite", true), ("site/new/copy.sqlite", true), ("real/copy.sqlite", true), ("link", true),
            ("elsewhere/../site/copy.sqlite", true), ("copy.sqlite", false), ("realm/copy.sqlite", false),
        ]
    )
    func copies(_ target: String, _ isRefused: Bool) throws {
        try withTemporaryFolder { folder in
            let manager = FileManager.default
            for name in ["real", "realm", "elsewhere"] {
                try manager.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: false)
            }
            try "".write(toFile: folder + "/real/old.sqlite", atomically: true, encoding: .utf8)
            for (link, place) in ["site": "real", "link": "real/old.sqlite"] {
                try manager.createSymbolicLink(atPath: "\(folder)/\(link)", withDestinationPath: place)
            }
            let configuration = try read(nil, ["BREVLADA_SITE": folder + "/site", "BREVLADA_DATA": folder + "/data"])
            let secret = PublishedSecret.copying(to: "\(folder)/\(target)", in: configuration)
            #expect((secret != nil) == isRefused)
            #expect(secret?.description.hasSuffix("name a file elsewhere") != false)
        }
    }

    @Test("a folder that can't serve keeps it from starting, with what to do")
    func noSite() throws {
        try withTemporaryFolder { folder in
            let environment = ["BREVLADA_SITE": folder, "BREVLADA_DATA": folder + "-data"]
            let error = #expect(throws: CommandFailure.self) {
                try ServeCommand.prepareFolders(try read(nil, environment))
            }
            #expect(error?.description.contains("no index.html") == true)
            #expect(!FileManager.default.fileExists(atPath: folder + "-data"))
        }
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactFormServer
import Foundation
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
                Ready on http://localhost:49152

                """
        )
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

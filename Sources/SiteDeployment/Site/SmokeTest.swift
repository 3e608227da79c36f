// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

/// Visits the site as a browser would: the home page, a question before sending from another page, and a form that must be
/// refused. Nothing is stored.
package struct SmokeTest: Sendable {
    package struct Request: Sendable, Hashable {
        package var method: String
        package var url: String
        package var fields: [String: String] = [:]
        package var body = ""
    }

    package struct Answer: Sendable, Hashable {
        package var status: Int
        /// With names in lower case.
        package var fields: [String: String]

        package init(status: Int, fields: [String: String] = [:]) {
            self.status = status
            self.fields = fields
        }
    }

    /// Nil: there was no answer.
    package typealias Visit = @Sendable (Request) async -> Answer?

    let outputs: [String: String]
    let visit: Visit
    let clock: DeploymentClock

    package init(outputs: [String: String], clock: DeploymentClock, visit: @escaping Visit) {
        self.outputs = outputs
        self.clock = clock
        self.visit = visit
    }

    /// A new distribution and a new name take a while to be known everywhere.
    private static let tries = 24
    private static let pause = Interval.seconds(5)

    private struct Look {
        var finding: Finding
        /// Nil: there was none at all.
        var answer: Answer?
    }

    /// The site under its own name; where that gives no answer at all, under the distribution's, and the record that is to be
    /// set as a warning.
    ///
    /// - Throws: `CancellationError` alone.
    package func findings() async throws -> [Finding] {
        guard let site = outputs["SiteUrl"], let contact = outputs["ContactUrl"] else { return [] }
        let home = try await home(of: site)
        let name = Self.host(of: site)
        guard home.answer == nil, let other = outputs["DistributionDomainName"], other != name else {
            return [home.finding] + (try await form(of: site, contact, isThere: home.answer != nil))
        }
        let unset = Finding.warning(
            "\(name) does not lead to the site yet; it is tried out as \(other)",
            remedy: "set this record in the DNS of \(name): \(Addresses.record(name, other))"
        )
        let elsewhere = "https://\(other)"
        var there = try await self.home(of: elsewhere, movedTo: site)
        if there.finding.outcome == .passed, there.answer?.status == 301 {
            there.finding.text = "the site sends visitors from \(other) on to \(name)"
        }
        return [unset, there.finding] + (try await form(of: elsewhere, contact, isThere: there.answer != nil))
    }

    /// - Parameter own: With a second name, all others than the site's own move there, but for the form.
    private func home(of site: String, movedTo own: String? = nil) async throws -> Look {
        try await look("the site shows its home page", Request(method: "GET", url: site + "/")) {
            if let own, $0.status == 301 { return $0.fields["location"] == own + "/" }
            return $0.status == 200 && $0.fields["content-type"]?.hasPrefix("text/html") == true
        }
    }

    /// - Parameter isThere: Nobody waits for the form of a site that gives no answer.
    private func form(of site: String, _ contact: String, isThere: Bool) async throws -> [Finding] {
        let form = Addresses.whole(contact, site)
        let api = outputs["ApiUrl"].map { $0 + "/contact" } ?? form
        let origin = Self.origin(of: site)
        let tries = isThere ? Self.tries : 1
        return [
            try await look(
                "the form lets browsers send from the site",
                Request(
                    method: "OPTIONS",
                    url: api,
                    fields: ["Origin": origin, "Access-Control-Request-Method": "POST"]
                ),
                tries: tries
            ) { (200..<300).contains($0.status) && $0.fields["access-control-allow-origin"] == origin }.finding,
            try await look(
                "the form refuses what has no message",
                Request(
                    method: "POST",
                    url: form,
                    fields: [
                        "Origin": origin, "Accept": "application/json",
                        "Content-Type": "application/x-www-form-urlencoded",
                    ],
                    body: "email=nobody"
                ),
                tries: tries
            ) { $0.status == 422 }.finding,
        ]
    }

    private func look(
        _ what: String,
        _ request: Request,
        tries: Int = Self.tries,
        _ isGood: (Answer) -> Bool
    ) async throws -> Look {
        var last: Answer?
        for round in 0..<tries {
            if round > 0 { try await clock.sleep(Self.pause) }
            last = await visit(request) ?? last
            if let last, isGood(last) { return Look(finding: .passed(what), answer: last) }
        }
        let got = last.map { "it answers \($0.status)" } ?? "there is no answer"
        let finding = Finding.failed(
            "not so: \(what); \(got) to \(request.method) \(request.url)",
            remedy: "open it yourself; a new name may take an hour to be known, and \"brevlada status\" shows the stack"
        )
        return Look(finding: finding, answer: last)
    }

    /// Scheme and authority of an address.
    private static func origin(of url: String) -> String {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.count > 2 ? "\(parts[0])//\(parts[2])" : url
    }

    private static func host(of url: String) -> String {
        origin(of: url).split(separator: "/").last.map(String.init) ?? url
    }
}

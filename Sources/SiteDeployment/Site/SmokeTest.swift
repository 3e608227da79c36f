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

    /// - Throws: `CancellationError` alone.
    package func findings() async throws -> [PreflightFinding] {
        guard let site = outputs["SiteUrl"], let contact = outputs["ContactUrl"] else { return [] }
        let form = Addresses.whole(contact, site)
        let api = outputs["ApiUrl"].map { $0 + "/contact" } ?? form
        return [
            try await finding("the site shows its home page", Request(method: "GET", url: site + "/")) {
                $0.status == 200 && $0.fields["content-type"]?.hasPrefix("text/html") == true
            },
            try await finding(
                "the form lets browsers send from the site",
                Request(
                    method: "OPTIONS",
                    url: api,
                    fields: ["Origin": Self.origin(of: site), "Access-Control-Request-Method": "POST"]
                )
            ) {
                (200..<300).contains($0.status) && $0.fields["access-control-allow-origin"] == Self.origin(of: site)
            },
            try await finding(
                "the form refuses what has no message",
                Request(
                    method: "POST",
                    url: form,
                    fields: [
                        "Origin": Self.origin(of: site), "Accept": "application/json",
                        "Content-Type": "application/x-www-form-urlencoded",
                    ],
                    body: "email=nobody"
                )
            ) { $0.status == 422 },
        ]
    }

    private func finding(
        _ what: String,
        _ request: Request,
        _ isGood: (Answer) -> Bool
    ) async throws -> PreflightFinding {
        var last: Answer?
        for round in 0..<Self.tries {
            if round > 0 { try await clock.sleep(Self.pause) }
            last = await visit(request)
            if let last, isGood(last) { return PreflightFinding(.passed, what) }
        }
        let got = last.map { "it answers \($0.status)" } ?? "there is no answer"
        return PreflightFinding(
            .failed,
            "not so: \(what); \(got) to \(request.method) \(request.url)",
            remedy: "open it yourself; a new name may take an hour to be known, and \"brevlada status\" shows the stack"
        )
    }

    /// Scheme and authority of an address.
    private static func origin(of url: String) -> String {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.count > 2 ? "\(parts[0])//\(parts[2])" : url
    }
}

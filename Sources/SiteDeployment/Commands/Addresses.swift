// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The addresses of a stack, for the end of a deployment and for its status.
enum Addresses {
    static func lines(_ outputs: [String: String]) -> [ReportLine] {
        [
            ("Site", outputs["SiteUrl"]), ("Form", outputs["ContactUrl"].map { Self.whole($0, outputs["SiteUrl"]) }),
            ("Inbox", outputs["SignInUrl"] == nil ? nil : outputs["SiteUrl"].map { $0 + "/inbox/" }),
            ("Dashboard", outputs["DashboardUrl"]), ("Pipeline", outputs["PipelineUrl"]),
        ].compactMap { name, url in
            url.map { ReportLine(name + String(repeating: " ", count: 11 - name.count) + $0) }
        }
    }

    /// The DNS record by which a name leads to the site.
    static func record(_ name: String, _ target: String) -> String { "\(name) CNAME (or ALIAS) \(target)" }

    /// An address that begins with a slash is one on the site.
    static func whole(_ address: String, _ site: String?) -> String {
        address.hasPrefix("/") ? (site ?? "") + address : address
    }
}

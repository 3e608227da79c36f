// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

extension Preflight {
    /// CloudFormation makes records and never takes over one that is there: of a site that is live, most likely.
    func records() async throws(AWSFailure) -> [Finding] {
        let zone = value("HostedZoneId")
        guard !zone.isEmpty, value("Hosting") != "S3Website" else { return [] }
        let parameters = ["DomainName", "AlternateDomainName"]
        // Records of these the stack has made itself.
        let own = maker?.parameters["HostedZoneId"] == zone ? parameters.map { maker?.parameters[$0] ?? "" } : []
        let names = parameters.map { value($0).lowercased() }.filter { !$0.isEmpty && !own.contains($0) }
        guard !names.isEmpty else { return [] }
        let answer = try await aws.find(
            ["route53", "list-resource-record-sets", "--hosted-zone-id", zone],
            absentAs: ["NoSuchHostedZone"]
        )
        guard let answer else {
            return [
                .failed(
                    "there is no hosted zone \"\(zone)\" in the account",
                    remedy: "set aws.parameters.HostedZoneId to one that \"aws route53 list-hosted-zones\" shows"
                )
            ]
        }
        return names.compactMap { name in
            let types = answer.list("ResourceRecordSets").filter { $0.text("Name")?.lowercased() == name + "." }
                .compactMap { $0.text("Type") }.filter { ["A", "AAAA", "CNAME"].contains($0) }
            guard !types.isEmpty else { return nil }
            return Finding.failed(
                "the zone has a record for \(name) already (\(types.joined(separator: ", "))), so the stack can't make it",
                remedy:
                    "set aws.parameters.CertificateArn and leave HostedZoneId empty, deploy, try the site, and then change the "
                    + "record yourself; or remove the record first, if nobody needs it"
            )
        }
    }
}

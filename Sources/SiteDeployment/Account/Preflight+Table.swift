// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

/// What DynamoDB does not do to a table that is there.
extension Preflight {
    var shards: [Finding] {
        guard let before = stack?.parameters["TableShards"].flatMap({ Int($0) }), let now = Int(value("TableShards")),
            now < before
        else { return [] }
        return [
            .failed(
                "TableShards is \(now) and was \(before); messages in the partitions given up would no longer be found",
                remedy: "set aws.parameters.TableShards to \(before) or more"
            )
        ]
    }

    /// A new table gets all its copies at once; later "you can only add or remove a single replica in each update":
    /// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html
    var replicas: [Finding] {
        guard let stack else { return [] }
        let names = ["ReplicaRegion", "SecondReplicaRegion"]
        let before = names.compactMap { stack.parameters[$0] }.filter { !$0.isEmpty }
        let now = names.map { value($0) }.filter { !$0.isEmpty }
        let added = now.filter { !before.contains($0) }
        let removed = before.filter { !now.contains($0) }
        guard added.count + removed.count > 1 else { return [] }
        // The new copy first where there is room, so that an old one goes when the messages are there.
        let next = before.count < names.count ? before + added.prefix(1) : before.filter { $0 != removed.last }
        let step = zip(names, next + ["", ""]).map { "aws.parameters.\($0) as \"\($1)\"" }
            .joined(separator: " and ")
        let keys = value("EncryptionKey") == "CustomerManaged" ? ", each with its key" : ""
        return [
            .failed(
                "DynamoDB adds or removes one copy of a table in an update, and this would be "
                    + "\(added.count + removed.count): \(Self.listed(before)) to \(Self.listed(now))",
                remedy: "deploy with \(step)\(keys), then again with what is set now"
            )
        ]
    }

    private static func listed(_ regions: [String]) -> String {
        regions.isEmpty ? "none" : regions.joined(separator: ", ")
    }

    /// A table's warm throughput is raised and never lowered, and begins at 4,000 writes a second:
    /// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html
    func warmth() async throws(AWSFailure) -> [Finding] {
        guard let now = Int(value("WarmWriteUnits")), now > 0 else { return [] }
        guard now >= 4_000 else {
            return [
                .failed(
                    "WarmWriteUnits is \(now), and a table is ready for 4000 writes a second as it comes",
                    remedy: "set aws.parameters.WarmWriteUnits to 0, or to 4000 or more"
                )
            ]
        }
        // What does not change is not asked for again.
        guard let stack, let table = stack.outputs["TableName"], stack.parameters["WarmWriteUnits"] != "\(now)" else {
            return []
        }
        let answer = try await aws.find(
            ["dynamodb", "describe-table", "--table-name", table],
            absentAs: ["ResourceNotFoundException"]
        )?["Table"]
        let parts = [answer].compactMap { $0 } + (answer?.list("GlobalSecondaryIndexes") ?? [])
        let there = parts.compactMap { $0.number("WarmThroughput", "WriteUnitsPerSecond") }.max().map { Int($0) } ?? 0
        guard now < there else { return [] }
        return [
            .failed(
                "WarmWriteUnits is \(now), and the table is ready for \(there) writes a second, which DynamoDB does not lower",
                remedy: "set aws.parameters.WarmWriteUnits to 0, which leaves it as it is, or to \(there) or more"
            )
        ]
    }
}

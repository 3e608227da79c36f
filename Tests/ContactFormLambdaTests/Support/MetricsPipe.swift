// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSLambda
import Foundation
import JSON

/// Where metrics are written to, to be read again.
struct MetricsPipe {
    private let pipe = Pipe()
    let scope = InvocationScope()

    var writer: EmbeddedMetricsWriter {
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        return EmbeddedMetricsWriter(
            function: "brevlada-send",
            scope: scope,
            output: StandardStream(descriptor: descriptor)
        )
    }

    /// What was written since the last call: name, form and count of each metric.
    func counts() throws -> [String] {
        // Ends what was written, so that reading does not wait.
        let end = Data("\n\n".utf8)
        pipe.fileHandleForWriting.write(end)
        var data = Data()
        while data.suffix(end.count) != end { data += pipe.fileHandleForReading.availableData }
        let text = String(decoding: data, as: UTF8.self)
        return try text.split(separator: "\n").flatMap { line in
            let json = try JSONParser.parse(Array(line.utf8), maximumDepth: 8)
            let metrics = json["_aws"]?["CloudWatchMetrics"]?.array?.first?["Metrics"]?.array ?? []
            return metrics.compactMap { metric in
                metric["Name"]?.string.map { name in
                    "\(name) \(json["Form"]?.string ?? "-") \(json[name]?.integer ?? -1)"
                }
            }
        }
    }
}

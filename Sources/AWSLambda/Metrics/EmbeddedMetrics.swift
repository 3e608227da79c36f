// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

/// Counts for CloudWatch, in its embedded metric format: a line of JSON that CloudWatch Logs turns into metrics, without
/// a call that the visitor would wait for.
/// See https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
package struct EmbeddedMetrics: Sendable, Hashable {
    package struct Count: Sendable, Hashable {
        package var name: String
        package var value: Int

        package init(_ name: String, _ value: Int) {
            self.name = name
            self.value = value
        }
    }

    package struct Dimension: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package var namespace: String
    /// Each count is kept once with this dimension and once without; nil: without alone. Both times it has the function's name,
    /// which no other stack of the account has.
    package var dimension: Dimension?
    /// At most 100, says the format.
    package var counts: [Count]

    package init(namespace: String, dimension: Dimension? = nil, counts: [Count]) {
        self.namespace = namespace
        self.dimension = dimension
        self.counts = counts
    }

    private static let function = "FunctionName"

    func line(function: String, requestID: String?, at milliseconds: Int64) -> [UInt8] {
        var writer = JSONWriter(capacity: 384)
        writer.object { root in
            root.name("_aws")
            root.object { directives in
                directives.member("Timestamp", milliseconds)
                directives.name("CloudWatchMetrics")
                directives.array { array in array.object { write(directive: &$0) } }
            }
            root.member(Self.function, function)
            if let dimension { root.member(dimension.name, dimension.value) }
            for count in counts { root.member(count.name, count.value) }
            root.member("requestId", ifPresent: requestID)
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    private func write(directive: inout JSONWriter) {
        directive.member("Namespace", namespace)
        directive.name("Dimensions")
        directive.array { sets in
            if let dimension {
                sets.array { set in
                    set.string(Self.function)
                    set.string(dimension.name)
                }
            }
            sets.array { $0.string(Self.function) }
        }
        directive.name("Metrics")
        directive.array { metrics in
            for count in counts {
                metrics.object { metric in
                    metric.member("Name", count.name)
                    metric.member("Unit", "Count")
                }
            }
        }
    }
}

/// Writes metrics to standard output.
package struct EmbeddedMetricsWriter: Sendable {
    private let function: String
    private let scope: InvocationScope
    private let output: StandardStream

    /// - Parameter function: The name that Lambda has for it.
    package init(function: String, scope: InvocationScope, output: StandardStream = .output) {
        self.function = function
        self.scope = scope
        self.output = output
    }

    package func write(_ metrics: EmbeddedMetrics) {
        output.write(metrics.line(function: function, requestID: scope.current?.requestID, at: WallClock.milliseconds))
    }
}

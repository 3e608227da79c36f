// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import Logging

/// The least important lines that are written: `LOG_LEVEL`, else what the function's own logging settings say.
/// See https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
package struct LambdaLogLevel: Sendable, Hashable {
    package var level = Logger.Level.info
    /// What is wrong with the variable; `info` holds then.
    package var problem: String?

    package init(environment: [String: String]) {
        for variable in ["LOG_LEVEL", "AWS_LAMBDA_LOG_LEVEL"] {
            guard let text = environment[variable], !text.isEmpty else { continue }
            if let level = Self.levels[text.uppercased()] {
                self.level = level
            } else {
                problem = "\(variable) is \"\(text)\", no level; set it to TRACE, DEBUG, INFO, WARN, ERROR or FATAL"
            }
            return
        }
    }

    /// Lambda's own words, and those that Swift's developers type.
    private static let levels: [String: Logger.Level] = [
        "TRACE": .trace, "DEBUG": .debug, "INFO": .info, "NOTICE": .notice, "WARN": .warning, "WARNING": .warning,
        "ERROR": .error, "FATAL": .critical, "CRITICAL": .critical,
    ]
}

extension Logger.Level {
    /// The level as Lambda's JSON logs name it, so that its own filter and CloudWatch's queries find it.
    var lambdaName: String {
        switch self {
        case .trace: "TRACE"
        case .debug: "DEBUG"
        case .info, .notice: "INFO"
        case .warning: "WARN"
        case .error: "ERROR"
        case .critical: "FATAL"
        }
    }
}

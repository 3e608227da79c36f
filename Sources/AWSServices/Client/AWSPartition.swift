// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// A part of AWS with names and accounts of its own.
/// See https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
package enum AWSPartition: String, Sendable, Hashable, CaseIterable {
    case standard = "aws"
    case china = "aws-cn"
    case govCloud = "aws-us-gov"
    case europe = "aws-eusc"

    /// The partition of a Region; one that is not known yet is taken to be in the standard one, as AWS's SDKs do.
    package init(region: String) {
        if region.hasPrefix("cn-") {
            self = .china
        } else if region.hasPrefix("us-gov-") {
            self = .govCloud
        } else if region.hasPrefix("eusc-") {
            self = .europe
        } else {
            self = .standard
        }
    }

    /// What the names of servers end with.
    var domain: String {
        switch self {
        case .standard, .govCloud: "amazonaws.com"
        case .china: "amazonaws.com.cn"
        case .europe: "amazonaws.eu"
        }
    }

    /// The same for servers that have IPv6 too.
    var dualStackDomain: String {
        switch self {
        case .standard, .govCloud: "api.aws"
        case .china: "api.amazonwebservices.com.cn"
        case .europe: "api.amazonwebservices.eu"
        }
    }
}

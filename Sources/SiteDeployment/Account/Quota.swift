// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// A quota of the account: what there is against what a load needs.
package struct Quota: Sendable, Hashable {
    package var name: String
    package var service: String
    package var code: String
    package var current: Double
    package var needed: Double
    /// What AWS gives of itself, and a new account does not have yet.
    package var standard = 0.0
    /// Whether Service Quotas takes a request; the sandbox of SES is left in another way.
    package var mayBeRequested: Bool

    package var isEnough: Bool { current >= needed }
    /// Also when it is enough: a new account has what others have for the asking.
    package var isToBeRaised: Bool { !isEnough || current < standard }

    /// What to ask for: half as much again as is needed, in round figures, and never less than there is or than AWS gives of
    /// itself.
    package var wanted: Double {
        let target = max(needed * 1.5, current, standard)
        var step = 1.0
        while step * 10 <= target { step *= 10 }
        step = max(1, step / 10)
        return (target / step).rounded(.up) * step
    }

    package var line: ReportLine {
        ReportLine(
            isEnough ? .passed : .failed,
            "\(name): \(Self.written(current)) there, \(Self.written(needed)) needed  \(code)"
        )
    }

    /// Grouped by thousands; below ten with one figure after the point.
    package static func written(_ number: Double) -> String {
        if number < 10, number != number.rounded() {
            let tenths = Int((number * 10).rounded(.up))
            return "\(tenths / 10).\(tenths % 10)"
        }
        var digits = Array(String(Int(number.rounded(.up))).reversed())
        var position = 3
        while position < digits.count {
            digits.insert(",", at: position)
            position += 4
        }
        return String(digits.reversed())
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Timestamp {
    /// The system's clock, read now.
    package static func now() -> Timestamp {
        Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    }

    /// A clock that nobody sets, and that goes on while the machine sleeps. How far its moments lie apart is all they mean.
    package static func steady() -> Timestamp {
        let time = steadyStart.duration(to: .now).components
        return Timestamp(milliseconds: time.seconds * 1000 + time.attoseconds / 1_000_000_000_000_000)
    }

    private static let steadyStart = ContinuousClock.now
}

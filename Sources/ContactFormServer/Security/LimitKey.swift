// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What a rate limit counts as one: an IPv4 address, a network of IPv6 addresses, or all whose address is unknown.
package struct LimitKey: Hashable, Sendable, CustomStringConvertible {
    /// How many leading bits the addresses of an IPv6 network share.
    package enum Width: Int, CaseIterable, Sendable {
        /// A household or a server commonly has all 2^64 addresses of one. An IPv4 address counts like this, too.
        case narrow = 64
        /// Many a provider gives a household 256 of those.
        case wide = 56
        /// A company gets 65,536 of them, and anybody does for nothing, from a tunnel.
        case widest = 48
    }

    /// How many times the limit of one visitor each width has: it may hold several.
    package struct Allowance: Sendable, Hashable {
        package var wide: Int
        package var widest: Int

        package init(wide: Int, widest: Int) {
            self.wide = wide
            self.widest = widest
        }

        func times(_ width: Width) -> Int {
            switch width {
            case .narrow: 1
            case .wide: wide
            case .widest: widest
            }
        }
    }

    package let width: Width
    private let first: IPAddress?

    /// What a client counts towards, the narrowest first.
    package static func all(of address: IPAddress?) -> [LimitKey] {
        guard let address, !address.isVersion4 else { return [LimitKey(width: .narrow, first: address)] }
        return Width.allCases.map { width in
            let rest = 128 - width.rawValue
            return LimitKey(width: width, first: IPAddress(bits: (address.bits >> rest) << rest))
        }
    }

    private init(width: Width, first: IPAddress?) {
        self.width = width
        self.first = first
    }

    package var description: String {
        guard let first else { return "unknown" }
        return first.isVersion4 ? "\(first)" : "\(first)/\(width.rawValue)"
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
package import NIOCore

/// An IP address, version 4 or 6, as a number.
///
/// Version 4 is held as IPv4-mapped version 6 (RFC 4291 §2.5.5.2), so that `::ffff:192.0.2.1`, which a socket that
/// listens for both versions reports, is `192.0.2.1`.
package struct IPAddress: Hashable, Sendable {
    /// The 128 bits, most significant first.
    let bits: UInt128

    init(bits: UInt128) {
        self.bits = bits
    }

    /// Reads the usual notations; nil for anything else, for a zone (`fe80::1%eth0`) and for a port.
    package init?(_ text: some StringProtocol) {
        let text = String(text)
        // The longest form, an IPv4-mapped address in full, has 45 octets. inet_pton would stop at a NUL.
        guard text.utf8.count <= 45, !text.utf8.contains(0) else { return nil }
        var version4: UInt32 = 0
        if inet_pton(AF_INET, text, &version4) == 1 {
            bits = Self.mappedPrefix | UInt128(UInt32(bigEndian: version4))
            return
        }
        var version6: UInt128 = 0
        guard inet_pton(AF_INET6, text, &version6) == 1 else { return nil }
        bits = UInt128(bigEndian: version6)
    }

    /// Nil for a Unix domain socket.
    package init?(_ address: SocketAddress?) {
        guard let text = address?.ipAddress else { return nil }
        self.init(text)
    }

    package var isVersion4: Bool {
        bits >> 32 == Self.mappedPrefix >> 32
    }

    /// Whether it is this machine itself (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3).
    var isLoopback: Bool { bits == 1 || (isVersion4 && UInt8(truncatingIfNeeded: bits >> 24) == 127) }

    static let mappedPrefix: UInt128 = 0xFFFF << 32
}

extension IPAddress: CustomStringConvertible {
    /// The canonical text: dotted decimal, or RFC 5952.
    package var description: String {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        if isVersion4 {
            var address = UInt32(truncatingIfNeeded: bits).bigEndian
            inet_ntop(AF_INET, &address, &buffer, socklen_t(buffer.count))
        } else {
            var address = bits.bigEndian
            inet_ntop(AF_INET6, &address, &buffer, socklen_t(buffer.count))
        }
        return buffer.withUnsafeBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

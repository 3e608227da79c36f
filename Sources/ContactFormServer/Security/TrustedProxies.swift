// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The reverse proxies whose word about the client is taken, as networks in CIDR notation (RFC 4632, RFC 4291 §2.3).
package struct TrustedProxies: Equatable, Sendable {
    /// Nobody's word is taken: the client is whoever holds the socket.
    package static let none = TrustedProxies()

    private var networks: [Network] = []
    /// A proxy on the same machine that connects through a Unix domain socket has no address.
    private(set) var trustsUnixSocket = false

    private init() {}

    /// - Parameter entries: `10.0.0.0/8`, `2001:db8::/32`, a single address, or `unix` for Unix domain sockets.
    /// - Throws: `TrustedProxiesError` with every entry that cannot be read.
    package init(parsing entries: [String]) throws(TrustedProxiesError) {
        var problems: [String] = []
        for entry in entries {
            if entry == "unix" {
                trustsUnixSocket = true
                continue
            }
            do throws(Problem) {
                networks.append(try Network(entry))
            } catch {
                problems.append(error.text)
            }
        }
        if !problems.isEmpty { throw TrustedProxiesError(problems: problems) }
    }

    package func contains(_ address: IPAddress) -> Bool {
        networks.contains { $0.contains(address) }
    }

    /// - Parameter peer: the other end of a socket; nil for that of a Unix domain socket.
    func trust(_ peer: IPAddress?) -> Bool {
        peer.map(contains) ?? trustsUnixSocket
    }
}

/// Entries of the list of trusted proxies that cannot be read, one problem each.
package struct TrustedProxiesError: Error, Equatable, CustomStringConvertible {
    package let problems: [String]

    package var description: String { problems.joined(separator: "; ") }
}

private struct Problem: Error {
    let text: String
}

private struct Network: Equatable, Sendable {
    let first: IPAddress
    /// Of the 128 bits of an `IPAddress`.
    let prefixLength: Int

    init(_ text: String) throws(Problem) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(parts[0]) else {
            throw Problem(
                text: "trusted proxy \"\(text)\" is no network; write an address such as 10.0.0.0/8, 2001:db8::/32 or "
                    + "127.0.0.1"
            )
        }
        // A mapped address written in full counts its prefix in 128 bits, and one written with dots in 32.
        let isDotted = !parts[0].utf8.contains(UInt8(ascii: ":"))
        let width = isDotted ? 32 : 128
        guard parts.count == 1 || parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let length = parts.count == 1 ? width : Int(parts[1]), length <= width
        else {
            throw Problem(
                text:
                    "trusted proxy \"\(text)\" has no prefix length from 0 to \(width); write \(address)/\(width) for "
                    + "this address alone"
            )
        }
        prefixLength = length + 128 - width
        first = IPAddress(bits: address.bits & Self.mask(prefixLength))
        guard first == address else {
            throw Problem(
                text: "trusted proxy \"\(text)\" is an address inside a network; write \(first)/\(length) for the "
                    + "network or \(address) for the address alone"
            )
        }
    }

    /// A network of version 6 holds no address of version 4, though it may hold the numbers they are mapped to.
    func contains(_ address: IPAddress) -> Bool {
        (address.bits ^ first.bits) & Self.mask(prefixLength) == 0 && (address.isVersion4 == first.isVersion4)
    }

    private static func mask(_ length: Int) -> UInt128 {
        length == 0 ? 0 : UInt128.max << (128 - length)
    }
}

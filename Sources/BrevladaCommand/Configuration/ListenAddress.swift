// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Where the server listens: an IP address and a port.
struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// IPv6 without its brackets. `localhost` stays as it is.
    var host: String
    /// 0 lets the system choose.
    var port: Int

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `127.0.0.1:8080`, `[::1]:8080` or `localhost:8080`; nil for anything else.
    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Self.port(text[text.index(after: colon)...]) else {
            return nil
        }
        let host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            let address = String(host.dropFirst().dropLast())
            guard Self.isIPv6(address) else { return nil }
            self.init(host: address, port: port)
        } else {
            guard host == "localhost" || Self.isIPv4(String(host)) else { return nil }
            self.init(host: String(host), port: port)
        }
    }

    /// Reads a port, 0 to 65535.
    static func port(_ text: some StringProtocol) -> Int? {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = Int(text), port <= 65535
        else { return nil }
        return port
    }

    /// Whether only programs on this machine reach it.
    var isLoopback: Bool {
        host == "localhost" || host.hasPrefix("127.") || Self.ipv6Bytes(host) == Self.ipv6Bytes("::1")
    }

    /// Whether it stands for every address of the machine.
    var isWildcard: Bool {
        host == "0.0.0.0" || Self.ipv6Bytes(host) == [UInt8](repeating: 0, count: 16)
    }

    var description: String { "\(hostInURL):\(port)" }

    /// What to type into a browser on this machine.
    var url: String { "http://\(isWildcard || isLoopback ? "localhost" : hostInURL):\(port)" }

    private var hostInURL: String { host.contains(":") ? "[\(host)]" : host }

    private static func isIPv4(_ text: String) -> Bool {
        var address = in_addr()
        return inet_pton(AF_INET, text, &address) == 1
    }

    private static func isIPv6(_ text: String) -> Bool { ipv6Bytes(text) != nil }

    private static func ipv6Bytes(_ text: String) -> [UInt8]? {
        var address = in6_addr()
        guard inet_pton(AF_INET6, text, &address) == 1 else { return nil }
        return withUnsafeBytes(of: &address) { Array($0) }
    }
}

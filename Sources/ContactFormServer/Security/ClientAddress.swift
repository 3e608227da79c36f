// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import HTTPTypes

/// Who sent a request: the other end of the socket, or whoever a trusted proxy says is behind it.
///
/// `X-Forwarded-For` and `X-Forwarded-Proto` are read only when the socket belongs to a trusted proxy, since anybody
/// can send them. `Forwarded` (RFC 7239) is not read at all: a proxy that writes one of the two passes the other on as
/// it came from the client, so taking both would let a client name any address it likes.
package struct ClientAddress: Equatable, Sendable {
    /// Nil when the request came through a Unix domain socket and nothing is known about what is behind it.
    package let address: IPAddress?
    /// Whether a trusted proxy says that the visitor's own connection is encrypted.
    package let isForwardedOverTLS: Bool

    /// - Parameter peer: The other end of the socket; nil for a Unix domain socket.
    package init(peer: IPAddress?, fields: HTTPFields, trusting proxies: TrustedProxies) {
        let isTrusted = proxies.trust(peer)
        address =
            isTrusted
            ? Self.client(behind: peer, forwardedFor: fields[values: .xForwardedFor], trusting: proxies)
            : peer
        isForwardedOverTLS = isTrusted && Self.namesTLS(fields)
    }

    /// The same as the property of that name, for every request: costs one look at the fields when no proxy sent it.
    package static func isForwardedOverTLS(
        peer: @autoclosure () -> IPAddress?,
        fields: HTTPFields,
        trusting proxies: TrustedProxies
    ) -> Bool {
        namesTLS(fields) && proxies.trust(peer())
    }

    /// Whether the last `X-Forwarded-Proto`, which the proxy next to us wrote, is https.
    private static func namesTLS(_ fields: HTTPFields) -> Bool {
        guard fields.contains(.xForwardedProto), let value = fields[values: .xForwardedProto].last else { return false }
        let members = value.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        return members.last?.trimmingOptionalWhitespace().equalsIgnoringCase("https") ?? false
    }

    /// Walks from the last address, which the proxy next to us wrote, to the first that is not a trusted proxy's.
    ///
    /// Stops at what is no address ("unknown", a name): what stands before it was written by somebody unknown.
    private static func client(
        behind peer: IPAddress?,
        forwardedFor lines: [String],
        trusting proxies: TrustedProxies
    ) -> IPAddress? {
        var client = peer
        for line in lines.reversed() {
            for member in line.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).reversed() {
                guard let address = address(in: member.trimmingOptionalWhitespace()) else { return client }
                client = address
                if !proxies.contains(address) { return address }
            }
        }
        return client
    }

    /// An address, or one with a port as some proxies add: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
    private static func address(in member: Substring.UTF8View) -> IPAddress? {
        let text = Substring(member)
        if let address = IPAddress(text) { return address }
        if member.first == UInt8(ascii: "[") {
            guard let end = member.firstIndex(of: UInt8(ascii: "]")), isPort(member[end...].dropFirst()) else {
                return nil
            }
            return IPAddress(text[member.index(after: member.startIndex)..<end])
        }
        guard let colon = member.firstIndex(of: UInt8(ascii: ":")), isPort(member[colon...]) else { return nil }
        return IPAddress(text[..<colon])
    }

    /// Nothing, or a colon and up to five digits.
    private static func isPort(_ text: Substring.UTF8View) -> Bool {
        guard let first = text.first else { return true }
        let digits = text.dropFirst()
        return first == UInt8(ascii: ":") && (1...5).contains(digits.count)
            && digits.allSatisfy { (0x30...0x39).contains($0) }
    }
}

extension HTTPField.Name {
    static let xForwardedFor = Self("X-Forwarded-For")!
    static let xForwardedProto = Self("X-Forwarded-Proto")!
}

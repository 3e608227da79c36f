// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1

/// Does what HTTP asks for about the head of a request, where its version and all of its fields are still known.
///
/// - A host that is missing, given twice or no host is an error of the parser (RFC 9112 §3.2): what one server takes for
///   the host of a request another must not read otherwise.
/// - The last request of a connection is marked as Hummingbird expects it, with the one field `Connection: close`. A
///   connection of HTTP/1.0 ends after one answer, also when the client would like to keep it, which RFC 9112 §9.3
///   leaves to the server; a list with `close` in it counts as well, in any case (§9.6). So does a request to change over to
///   another protocol, or for a tunnel: NIO's decoder stands still behind it, and what follows would never be answered.
/// - A client that waits with its body is told to go on (RFC 9110 §10.1.1), unless answers are owed before that one, or the body
///   is larger than any that is taken: then it gets the answer that says so, and the connection ends instead of the body.
final class RequestHeadHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let largestBody: Int
    private var answersOwed = 0
    /// Nothing after a head that was refused means what it seems to.
    private var hasRefused = false

    /// - Parameter largestBody: Octets of the largest body that any request may have.
    init(largestBody: Int) {
        self.largestBody = largestBody
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasRefused else { return }
        guard case .head(var head) = unwrapInboundIn(data) else {
            context.fireChannelRead(data)
            return
        }
        guard Self.namesOneHost(head) else {
            hasRefused = true
            context.fireErrorCaught(HTTPParserError.invalidHeaderToken)
            return
        }
        let waits = answersOwed == 0 && head.version == .http1_1 && Self.waits(head)
        let isRefused = waits && Self.announcedBody(head) > largestBody
        answersOwed += 1
        if head.version == .http1_0 || !head.isKeepAlive || Self.endsDecoding(head) || isRefused {
            head.headers.replaceOrAdd(name: "connection", value: "close")
            context.fireChannelRead(wrapInboundOut(.head(head)))
        } else {
            context.fireChannelRead(data)
        }
        if waits, !isRefused {
            let goOn = HTTPResponseHead(version: .http1_1, status: .continue)
            context.writeAndFlush(wrapOutboundOut(.head(goOn)), promise: nil)
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { answersOwed -= 1 }
        context.write(data, promise: promise)
    }

    private static func namesOneHost(_ head: HTTPRequestHead) -> Bool {
        let hosts = head.headers["host"]
        guard let host = hosts.first else { return head.version == .http1_0 }
        return hosts.count == 1 && host.utf8.allSatisfy(isHostOctet)
    }

    /// What a host and its port may be written with (RFC 3986 §3.2.2), percent-encoding included.
    private static func isHostOctet(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~%!$&'()*+,;=:[]".utf8.contains(octet)
        }
    }

    /// Whether the parser may take what follows for another protocol. It asks for a word in `Connection` as well; nobody else
    /// sends the field (RFC 9110 §7.8).
    private static func endsDecoding(_ head: HTTPRequestHead) -> Bool {
        head.method == .CONNECT || head.headers.contains(name: "upgrade")
    }

    private static func waits(_ head: HTTPRequestHead) -> Bool {
        head.headers.first(name: "expect")?.lowercased() == "100-continue"
    }

    private static func announcedBody(_ head: HTTPRequestHead) -> Int {
        head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
    }
}

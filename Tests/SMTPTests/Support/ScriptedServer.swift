// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// An SMTP server on loopback that does as it is told and remembers what it was sent.
final class ScriptedServer: Sendable {
    struct Options: Sendable {
        enum TLS: Sendable { case none, implicit, startTLS }

        var tls = TLS.none
        var certificate = "server.pem"
        /// The latest version of TLS that it speaks; nil for every one.
        var latestTLS: TLSVersion?
        var greeting = "220 mail.test ESMTP"
        var ehlo = ["mail.test", "SIZE 1000000", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"]
        /// What EHLO says over TLS, when that is different.
        var ehloOverTLS: [String]?
        /// As `user:password`; adds AUTH to EHLO over TLS.
        var account: String?
        var mechanisms = "PLAIN LOGIN"
        var faults: [Fault] = []
        /// Bytes in the same write as the 220 to STARTTLS.
        var behindSTARTTLS = ""
        var finalReply = "250 2.0.0 queued as 4711"
    }

    /// Something that goes wrong at a command.
    struct Fault: Sendable {
        enum Stage: String, Sendable, CaseIterable {
            case greeting, ehlo, starttls, auth, mail, rcpt, data
            /// At the first bytes of the message.
            case midBody
            /// Instead of the reply to the final dot.
            case body
            /// When the message has been kept, instead of telling so.
            case accepted
            case rset, quit
        }

        enum Action: Sendable, Equatable {
            case reply(String)
            /// A reply and the end of the connection in one packet, as far as TCP allows.
            case farewell(String)
            case drop
            case silence
        }

        var stage: Stage
        var action: Action
        /// On which connections, counted from 1; nil for all.
        var connections: ClosedRange<Int>?
        /// At which occasions of the stage on that connection, counted from 1; nil for all.
        var occasions: ClosedRange<Int>?
        /// For which recipient; nil for all.
        var recipient: String?
    }

    struct Mail: Sendable, Equatable {
        var sender = ""
        var recipients: [String] = []
        var parameters: [String] = []
        /// With the doubled dots taken out and without the final one.
        var text = ""
        var connection = 0
    }

    struct Record: Sendable {
        var connections = 0
        var closedConnections = 0
        /// Every line that came outside of a message, over all connections.
        var lines: [String] = []
        var mails: [Mail] = []
        fileprivate var channels: [any Channel] = []
        fileprivate var waiting: [Waiting] = []
    }

    fileprivate struct Waiting: Sendable {
        let condition: @Sendable (Record) -> Bool
        let continuation: CheckedContinuation<Void, Never>
    }

    let options: Options
    private let shared = Mutex(Record())
    private let listener = Mutex<(any Channel)?>(nil)

    private init(_ options: Options) {
        self.options = options
    }

    /// Runs a server for as long as the body does.
    static func with<Value>(
        _ options: Options = Options(),
        _ body: (ScriptedServer) async throws -> Value
    ) async throws -> Value {
        let server = ScriptedServer(options)
        let tls = options.tls == .none ? nil : try server.makeTLSContext()
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if options.tls == .implicit, let tls {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
                    }
                    try channel.pipeline.syncOperations.addHandler(ScriptedConversation(server, tls: tls))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        server.listener.withLock { $0 = listener }
        let result: Result<Value, any Error>
        do { result = .success(try await body(server)) } catch { result = .failure(error) }
        try? await listener.close()
        for channel in server.record.channels { try? await channel.close() }
        return try result.get()
    }

    var port: Int { listener.withLock { $0?.localAddress?.port ?? 0 } }

    /// The URL for this server's kind of encryption and account.
    var url: String {
        let account = options.account.map { "\($0)@" } ?? ""
        return switch options.tls {
        case .none: "smtp://localhost:\(port)?tls=none"
        case .implicit: "smtps://\(account)localhost:\(port)?ca=\(Fixtures.path("ca.pem"))"
        case .startTLS: "smtp://\(account)localhost:\(port)?ca=\(Fixtures.path("ca.pem"))"
        }
    }

    var record: Record { shared.withLock { $0 } }

    /// Waits until what has been recorded fulfils the condition.
    func wait(until condition: @escaping @Sendable (Record) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isFulfilled = shared.withLock { record in
                if condition(record) { return true }
                record.waiting.append(Waiting(condition: condition, continuation: continuation))
                return false
            }
            if isFulfilled { continuation.resume() }
        }
    }

    /// Closes every connection without a word.
    func dropConnections() async {
        for channel in record.channels { try? await channel.close() }
    }

    /// Writes a line that nobody asked for on every open connection.
    func say(_ line: String) async {
        for channel in record.channels where channel.isActive {
            try? await channel.writeAndFlush(ByteBuffer(string: line + "\r\n"))
        }
    }

    fileprivate func update<Value: Sendable>(_ change: (inout Record) -> Value) -> Value {
        let (value, fulfilled) = shared.withLock { record in
            let value = change(&record)
            let state = record
            let fulfilled = state.waiting.filter { $0.condition(state) }.map(\.continuation)
            record.waiting = state.waiting.filter { !$0.condition(state) }
            return (value, fulfilled)
        }
        for continuation in fulfilled { continuation.resume() }
        return value
    }

    private func makeTLSContext() throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMFile(Fixtures.path(options.certificate))
        let key = try NIOSSLPrivateKey(file: Fixtures.path("server.key"), format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.maximumTLSVersion = options.latestTLS
        return try NIOSSLContext(configuration: configuration)
    }
}

/// One connection of a `ScriptedServer`.
private final class ScriptedConversation: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private enum Mode { case commands, message, authentication(expected: [String]), deaf }

    private let server: ScriptedServer
    private let tls: NIOSSLContext?
    private var mode = Mode.commands
    private var isEncrypted: Bool
    private var buffer = ByteBuffer()
    private var number = 0
    private var occasions: [ScriptedServer.Fault.Stage: Int] = [:]
    private var mail = ScriptedServer.Mail()

    init(_ server: ScriptedServer, tls: NIOSSLContext?) {
        self.server = server
        self.tls = tls
        isEncrypted = server.options.tls == .implicit
    }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        number = server.update { record in
            record.connections += 1
            record.channels.append(channel)
            return record.connections
        }
        if server.options.tls != .implicit { answer(.greeting, server.options.greeting, context) }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        server.update { $0.closedConnections += 1 }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The greeting of implicit TLS waits for the handshake, whose event is the first.
        if server.options.tls == .implicit, occasions[.greeting] == nil {
            answer(.greeting, server.options.greeting, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        buffer.writeBuffer(&bytes)
        if case .message = mode, isHindered(.midBody, context) {
            mode = .deaf
            // Unread bytes pile up until the client's writes stand still.
            _ = context.channel.setOption(.autoRead, value: false)
        }
        while let end = buffer.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) {
            let line = buffer.readString(length: end - buffer.readerIndex + 1) ?? ""
            received(line, context)
        }
    }

    private func received(_ line: String, _ context: ChannelHandlerContext) {
        switch mode {
        case .deaf: break
        case .message: receivedText(line, context)
        case .commands, .authentication:
            // Swift counts CRLF as one character. A line that ends otherwise is answered as an unknown command.
            let command = line.hasSuffix("\r\n") ? String(line.dropLast()) : "(no CRLF)"
            server.update { $0.lines.append(command) }
            if case .authentication(let expected) = mode {
                receivedResponse(command, expected, context)
            } else {
                receivedCommand(command, context)
            }
        }
    }

    private func receivedCommand(_ line: String, _ context: ChannelHandlerContext) {
        let words = line.split(separator: " ").map(String.init)
        switch words.first?.uppercased() {
        case "EHLO":
            var keywords = server.options.ehlo
            if isEncrypted, let over = server.options.ehloOverTLS { keywords = over }
            if !isEncrypted, server.options.tls == .startTLS { keywords.append("STARTTLS") }
            if isEncrypted, server.options.account != nil, !server.options.mechanisms.isEmpty {
                keywords.append("AUTH \(server.options.mechanisms)")
            }
            let lines = keywords.dropLast().map { "250-\($0)\r\n" } + ["250 \(keywords.last ?? "")"]
            answer(.ehlo, lines.joined(), context)
        case "HELO":
            write("250 mail.test", context)
        case "STARTTLS":
            guard let tls, !isHindered(.starttls, context) else { return }
            write("220 go ahead\r\n" + server.options.behindSTARTTLS, context, lineEnd: "")
            isEncrypted = true
            try? context.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls), position: .first)
        case "AUTH":
            guard !isHindered(.auth, context) else { return }
            authenticate(words, context)
        case "MAIL":
            mail = ScriptedServer.Mail(
                sender: address(words.dropFirst().first ?? ""),
                parameters: Array(words.dropFirst(2)),
                connection: number
            )
            answer(.mail, "250 2.1.0 ok", context)
        case "RCPT":
            let recipient = address(words.dropFirst().first ?? "")
            guard !isHindered(.rcpt, context, recipient: recipient) else { return }
            mail.recipients.append(recipient)
            write("250 2.1.5 ok", context)
        case "DATA":
            guard !isHindered(.data, context) else { return }
            mode = .message
            write("354 go ahead", context)
        case "RSET":
            mail = ScriptedServer.Mail()
            answer(.rset, "250 2.0.0 ok", context)
        case "QUIT":
            guard !isHindered(.quit, context) else { return }
            write("221 2.0.0 bye", context)
            context.close(promise: nil)
        default:
            write("500 5.5.1 what", context)
        }
    }

    private func receivedText(_ line: String, _ context: ChannelHandlerContext) {
        guard line == ".\r\n" else {
            mail.text += line.hasPrefix(".") ? String(line.dropFirst()) : line
            return
        }
        mode = .commands
        guard !isHindered(.body, context) else { return }
        let accepted = mail
        server.update { $0.mails.append(accepted) }
        answer(.accepted, server.options.finalReply, context)
    }

    // MARK: Authentication

    private func authenticate(_ words: [String], _ context: ChannelHandlerContext) {
        let halves = (server.options.account ?? ":").split(separator: ":", omittingEmptySubsequences: false)
        let plain = base64("\0\(halves[0])\0\(halves[1])")
        switch (words.dropFirst().first, words.count) {
        case ("PLAIN", 3): write(words[2] == plain ? "235 2.7.0 ok" : "535 5.7.8 no", context)
        case ("PLAIN", _): challenge([plain], context)
        default: challenge([base64(String(halves[0])), base64(String(halves[1]))], context)
        }
    }

    private func challenge(_ expected: [String], _ context: ChannelHandlerContext) {
        mode = .authentication(expected: expected)
        write("334 VXNlcm5hbWU6", context)
    }

    private func receivedResponse(_ line: String, _ expected: [String], _ context: ChannelHandlerContext) {
        mode = .commands
        guard line == expected[0] else { return write("535 5.7.8 no", context) }
        guard expected.count == 1 else { return challenge(Array(expected.dropFirst()), context) }
        write("235 2.7.0 ok", context)
    }

    // MARK: Answers

    private func answer(_ stage: ScriptedServer.Fault.Stage, _ reply: String, _ context: ChannelHandlerContext) {
        if !isHindered(stage, context) { write(reply, context) }
    }

    /// Whether a fault has taken the place of the answer.
    private func isHindered(
        _ stage: ScriptedServer.Fault.Stage,
        _ context: ChannelHandlerContext,
        recipient: String? = nil
    ) -> Bool {
        occasions[stage, default: 0] += 1
        let fault = server.options.faults.first { fault in
            fault.stage == stage && fault.connections?.contains(number) ?? true
                && fault.occasions?.contains(occasions[stage] ?? 0) ?? true
                && (fault.recipient == nil || fault.recipient == recipient)
        }
        switch fault?.action {
        case nil: return false
        case .reply(let reply): write(reply, context)
        case .farewell(let reply):
            mode = .deaf
            write(reply, context)
            context.close(promise: nil)
        case .drop:
            mode = .deaf
            context.close(promise: nil)
        case .silence:
            mode = .deaf
        }
        return true
    }

    private func write(_ line: String, _ context: ChannelHandlerContext, lineEnd: String = "\r\n") {
        context.writeAndFlush(NIOAny(ByteBuffer(string: line + lineEnd)), promise: nil)
    }

    /// What stands between the angle brackets.
    private func address(_ word: String) -> String {
        String(word.drop { $0 != "<" }.dropFirst().prefix { $0 != ">" })
    }
}

/// Written apart from the client's own, bit by bit, so that the two check each other.
func base64(_ text: String) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    let bits = text.utf8.flatMap { byte in (0..<8).reversed().map { Int(byte >> UInt8($0) & 1) } }
    let sextets = stride(from: 0, to: bits.count, by: 6).map { start in
        (0..<6).reduce(0) { $0 * 2 + (start + $1 < bits.count ? bits[start + $1] : 0) }
    }
    let padding = String(repeating: "=", count: (4 - sextets.count % 4) % 4)
    return String(sextets.map { alphabet[$0] }) + padding
}

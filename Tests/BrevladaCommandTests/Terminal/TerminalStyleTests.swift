// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import BrevladaCommand

@Suite("Output")
struct TerminalStyleTests {
    @Test("what is no terminal gets no colour, whatever the environment says")
    func noTerminal() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let output = Output(descriptor: ends[1])
        #expect(!output.isTerminal)
        #expect(output.style(["TERM": "xterm-256color", "CLICOLOR_FORCE": "1"]) == .plain)
        #expect(TerminalStyle.plain.red("x") == "x")
    }

    @Test(
        "a terminal gets colour unless NO_COLOR has a value or the terminal knows none",
        arguments: [
            ([:], true), (["NO_COLOR": ""], true), (["NO_COLOR": "1"], false), (["TERM": "dumb"], false),
        ] as [([String: String], Bool)]
    )
    func terminal(_ environment: [String: String], _ isColoured: Bool) throws {
        let leader = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        try #require(leader >= 0)
        defer { close(leader) }
        // What unlockpt() and ptsname() do, which are not to be had from Swift (ioctl_tty(2): TIOCSPTLCK, TIOCGPTN).
        var number: Int32 = 0
        try #require(ioctl(leader, 0x4004_5431, &number) == 0 && ioctl(leader, 0x8004_5430, &number) == 0)
        let follower = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
        try #require(follower >= 0)
        defer { close(follower) }
        #expect(Output(descriptor: follower).style(environment).isColoured == isColoured)
    }

    @Test("a long text is written whole and a closed pipe is told apart from other faults")
    func writing() async throws {
        signal(SIGPIPE, SIG_IGN)
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let (reader, writer) = (ends[0], ends[1])
        // More than a pipe takes at once, so that the text goes out in pieces.
        let text = String(repeating: "åäö\n", count: 50_000)
        async let read = Task.detached {
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4_096)
            while bytes.count < text.utf8.count {
                let count = Glibc.read(reader, &buffer, buffer.count)
                guard count > 0 else { break }
                bytes.append(contentsOf: buffer[..<count])
            }
            return bytes
        }.value
        try Output(descriptor: writer).write(text)
        #expect(await read == Array(text.utf8))
        close(reader)
        #expect(throws: OutputError(number: EPIPE)) { try Output(descriptor: writer).write("x") }
        #expect(OutputError(number: EPIPE).isClosedPipe && !OutputError(number: ENOSPC).isClosedPipe)
        close(writer)
        #expect(throws: OutputError(number: EBADF)) { try Output(descriptor: -1).write("x") }
    }
}

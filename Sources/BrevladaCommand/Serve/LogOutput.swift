// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Glibc
import Synchronization

/// Where the lines of the log go, without ever waiting for whoever reads them.
///
/// Lines are written from event loops. While the reader keeps up, each goes out in one call before `write` returns, so that
/// none is lost when the process is killed. When the reader stands still (a pipe that is full, a terminal that was stopped),
/// lines wait in memory for a thread of their own, in their order; what no longer has room is counted and left out.
final class LogOutput: Sendable {
    /// Standard error, for the whole process.
    static let error = LogOutput(.error)

    private struct State {
        /// What waits: whole lines, but for the rest of the first.
        var waiting: [UInt8] = []
        var dropped = 0
        /// Whether a thread is writing what waits.
        var isDraining = false
    }

    private let output: Output
    private let capacity: Int
    /// A file takes everything at once, whatever its size.
    private let isFile: Bool
    private let state = Mutex(State())

    /// - Parameter capacity: How many bytes may wait.
    init(_ output: Output, capacity: Int = 256 * 1024) {
        self.output = output
        self.capacity = capacity
        isFile = output.isFile
    }

    /// - Parameter line: With its line end.
    func write(_ line: String) {
        var line = line
        line.withUTF8 { bytes in
            state.withLock { state in
                var rest = UnsafeRawBufferPointer(bytes)
                if !state.isDraining {
                    rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(writeAtOnce(rest)))
                    guard !rest.isEmpty else { return }
                }
                // The rest of a line that was begun has room.
                guard rest.count < bytes.count || state.waiting.count + rest.count <= capacity else {
                    state.dropped += 1
                    return
                }
                state.waiting.append(contentsOf: rest)
                guard !state.isDraining else { return }
                state.isDraining = true
                DispatchQueue.global(qos: .utility).async { self.drain() }
            }
        }
    }

    /// - Returns: How many bytes are done with.
    private func writeAtOnce(_ bytes: UnsafeRawBufferPointer) -> Int {
        do throws(OutputError) {
            guard isFile else { return try output.writeWithoutWaiting(bytes) }
            try output.write(bytes)
        } catch {
            // Nobody can be told when standard error itself is gone.
        }
        return bytes.count
    }

    /// Waits until everything is out, at most so long; for the end of the program.
    func flush(atMostMilliseconds limit: Int = 1_000) {
        for _ in 0..<limit / 10 {
            guard state.withLock(\.isDraining) else { return }
            usleep(10_000)
        }
    }

    private func drain() {
        while true {
            let text: [UInt8]? = state.withLock { state in
                if state.waiting.isEmpty {
                    guard state.dropped > 0 else {
                        state.isDraining = false
                        return nil
                    }
                    defer { state.dropped = 0 }
                    return Array("\(state.dropped) lines of the log were left out: nobody read them in time\n".utf8)
                }
                defer { state.waiting = [] }
                return state.waiting
            }
            guard let text else { return }
            text.withUnsafeBytes { try? output.write($0) }
        }
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import Testing

@testable import AWSLambda

@Suite("Standard streams")
struct StandardStreamTests {
    @Test("all of it goes out through a pipe that is full and does not wait", .timeLimit(.minutes(1)))
    func fullPipe() async throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let (reading, writing) = (ends[0], ends[1])
        #expect(fcntl(writing, F_SETFL, O_NONBLOCK) == 0)
        // More than a pipe of Linux holds.
        let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
        DispatchQueue.global().async {
            StandardStream(descriptor: writing).write(bytes)
            close(writing)
        }
        let read = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                let handle = FileHandle(fileDescriptor: reading, closeOnDealloc: true)
                continuation.resume(returning: handle.readDataToEndOfFile())
            }
        }
        #expect(Array(read) == bytes)
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import CZlib
import NIOCore
import TestSupport
import Testing

@testable import ContactFormServer

@Suite("gzip")
struct GzipTests {
    @Test("what is compressed comes back the same", arguments: [100, 1_024, 65_537, 1_000_000])
    func roundTrip(_ length: Int) throws {
        var random = SplitMix64(seed: UInt64(length))
        let words = ["message", "form", "<p>", "</p>\n", "å", " "]
        var text = ""
        while text.utf8.count < length { text += words.randomElement(using: &random) ?? "" }
        let original = ByteBuffer(string: text)
        let compressed = try #require(Gzip.compressed(original))
        #expect(compressed.readableBytes < original.readableBytes)
        #expect(Array(compressed.readableBytesView.prefix(2)) == [0x1F, 0x8B])  // RFC 1952 §2.3.1
        #expect(decompressed(compressed, length: original.readableBytes) == original)
    }

    @Test("what would not become smaller is left as it is")
    func incompressible() {
        var random = SplitMix64(seed: 1)
        let noise = ByteBuffer(bytes: (0..<5_000).map { _ in UInt8.random(in: .min ... .max, using: &random) })
        #expect(Gzip.compressed(noise) == nil)
        #expect(Gzip.compressed(ByteBuffer(string: "a")) == nil)
        #expect(Gzip.compressed(ByteBuffer()) == nil)
    }

    @Test("the same bytes give the same result")
    func reproducible() {
        let bytes = ByteBuffer(repeating: 0x61, count: 2_000)
        #expect(Gzip.compressed(bytes) == Gzip.compressed(bytes))
    }

    private func decompressed(_ bytes: ByteBuffer, length: Int) -> ByteBuffer? {
        var stream = z_stream()
        guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size)) == Z_OK else {
            return nil
        }
        defer { inflateEnd(&stream) }
        var input = Array(bytes.readableBytesView)
        var output = [UInt8](repeating: 0, count: length + 1)
        let status = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = CUnsignedInt(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = CUnsignedInt(output.count)
                return inflate(&stream, Z_FINISH)
            }
        }
        return status == Z_STREAM_END ? ByteBuffer(bytes: output.prefix(Int(stream.total_out))) : nil
    }
}

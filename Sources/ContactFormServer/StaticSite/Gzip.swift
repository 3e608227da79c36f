// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import CZlib
import NIOCore

/// Compresses a file in memory to the gzip format (RFC 1952). Blocks for about 20 ms per megabyte.
enum Gzip {
    /// The smallest form zlib makes of the bytes, or nil when it would not be smaller than they are.
    ///
    /// Holds no file name and no time, so the same bytes always give the same result.
    static func compressed(_ bytes: ByteBuffer) -> ByteBuffer? {
        var stream = z_stream()
        // 15 bits of window, and 16 more to ask for a gzip header; 9 is the largest memory level.
        let status = deflateInit2_(
            &stream,
            Z_BEST_COMPRESSION,
            Z_DEFLATED,
            15 + 16,
            9,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            CInt(MemoryLayout<z_stream>.size)
        )
        guard status == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        // zlib counts with 32 bits, and room for less than the input ends an attempt that would not pay.
        guard let count = CUnsignedInt(exactly: bytes.readableBytes), count > 0 else { return nil }

        var result = ByteBufferAllocator().buffer(capacity: Int(count))
        let isComplete = bytes.withUnsafeReadableBytes { input in
            result.withUnsafeMutableWritableBytes { output in
                // zlib does not write to its input, but is declared as if it did.
                stream.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: Bytef.self).baseAddress)
                stream.avail_in = count
                stream.next_out = output.bindMemory(to: Bytef.self).baseAddress
                stream.avail_out = count - 1
                return deflate(&stream, Z_FINISH) == Z_STREAM_END
            }
        }
        guard isComplete else { return nil }
        result.moveWriterIndex(forwardBy: Int(stream.total_out))
        // The room for the whole input is not kept in the cache.
        return ByteBuffer(bytes: result.readableBytesView)
    }
}

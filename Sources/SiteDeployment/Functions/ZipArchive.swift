// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import CZlib

/// The directory of a zip file and the start of what is in it (PKWARE's APPNOTE 6.3, without its 64-bit and split forms).
struct ZipArchive {
    struct Entry: Hashable {
        var name: String
        var method: Int
        var packedSize: Int
        var size: Int
        /// The Unix mode; 0 when it was packed where there is none.
        var mode: Int
        fileprivate var offset: Int
    }

    private let bytes: [UInt8]
    let entries: [Entry]

    /// Nil when the bytes are no zip that can be read.
    init?(_ bytes: [UInt8]) {
        self.bytes = bytes
        // The end record is 22 bytes and a comment of at most 65,535.
        let lowest = max(0, bytes.count - 22 - 65_535)
        guard bytes.count >= 22,
            let end = stride(from: bytes.count - 22, through: lowest, by: -1).first(where: {
                Self.number(bytes, $0, 4) == 0x0605_4B50
            })
        else { return nil }
        let count = Self.number(bytes, end + 10, 2)
        var position = Self.number(bytes, end + 16, 4)
        var entries: [Entry] = []
        for _ in 0..<count {
            guard position + 46 <= bytes.count, Self.number(bytes, position, 4) == 0x0201_4B50 else { return nil }
            let nameLength = Self.number(bytes, position + 28, 2)
            guard position + 46 + nameLength <= bytes.count else { return nil }
            let isUnix = bytes[position + 5] == 3
            entries.append(
                Entry(
                    name: String(decoding: bytes[(position + 46)..<(position + 46 + nameLength)], as: UTF8.self),
                    method: Self.number(bytes, position + 10, 2),
                    packedSize: Self.number(bytes, position + 20, 4),
                    size: Self.number(bytes, position + 24, 4),
                    mode: isUnix ? Self.number(bytes, position + 40, 2) : 0,
                    offset: Self.number(bytes, position + 42, 4)
                )
            )
            position += 46 + nameLength + Self.number(bytes, position + 30, 2) + Self.number(bytes, position + 32, 2)
        }
        self.entries = entries
    }

    /// The first bytes of an entry, unpacked; nil when they can't be had.
    func start(of entry: Entry, count: Int) -> [UInt8]? {
        let header = entry.offset
        guard header + 30 <= bytes.count, Self.number(bytes, header, 4) == 0x0403_4B50 else { return nil }
        let start = header + 30 + Self.number(bytes, header + 26, 2) + Self.number(bytes, header + 28, 2)
        guard start + entry.packedSize <= bytes.count else { return nil }
        let packed = bytes[start..<(start + entry.packedSize)]
        switch entry.method {
        case 0: return Array(packed.prefix(count))
        case 8: return Self.inflated(Array(packed.prefix(64 * 1_024)), count: count)
        default: return nil
        }
    }

    private static func inflated(_ packed: [UInt8], count: Int) -> [UInt8]? {
        var stream = z_stream()
        // A negative window: the bare deflate stream, as zip has it.
        guard inflateInit2_(&stream, -15, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        var packed = packed
        var result = [UInt8](repeating: 0, count: count)
        let status = packed.withUnsafeMutableBufferPointer { input in
            result.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = CUnsignedInt(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = CUnsignedInt(output.count)
                return inflate(&stream, Z_SYNC_FLUSH)
            }
        }
        guard status == Z_OK || status == Z_STREAM_END else { return nil }
        return Array(result.prefix(count - Int(stream.avail_out)))
    }

    /// A little-endian number.
    private static func number(_ bytes: [UInt8], _ position: Int, _ count: Int) -> Int {
        guard position >= 0, position + count <= bytes.count else { return 0 }
        return (0..<count).reversed().reduce(0) { $0 << 8 | Int(bytes[position + $1]) }
    }
}

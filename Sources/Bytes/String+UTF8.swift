// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

extension String {
    /// The text of valid UTF-8; nil of anything else (RFC 3629 §3).
    ///
    /// The standard library's `String(validating:as:)` says the same, but is generic and not specialized outside of it: a
    /// tenth of an invocation's instructions went there (docs/decisions/0006-own-lambda-runtime.md).
    package init?(utf8 bytes: UnsafeBufferPointer<UInt8>) {
        self.init(decoding: bytes, as: UTF8.self)
        // What is not valid has been replaced by U+FFFD, so it is no longer the same.
        let isSame = withUTF8 { $0.isSame(as: bytes) }
        guard isSame else { return nil }
    }

    package init?(utf8 bytes: some Collection<UInt8>) {
        guard let text = bytes.withContiguousStorageIfAvailable({ String(utf8: $0) }) ?? String(utf8: Array(bytes))
        else {
            return nil
        }
        self = text
    }
}

extension UnsafeBufferPointer<UInt8> {
    fileprivate func isSame(as other: Self) -> Bool {
        guard count == other.count else { return false }
        let (left, right) = (UnsafeRawBufferPointer(self), UnsafeRawBufferPointer(other))
        var index = 0
        while index + 8 <= count {
            guard
                left.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                    == right.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            else { return false }
            index += 8
        }
        while index < count {
            guard left[index] == right[index] else { return false }
            index += 1
        }
        return true
    }
}

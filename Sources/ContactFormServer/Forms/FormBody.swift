// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import HTTPTypes
import NIOCore

/// The body of a form while it comes in.
struct FormBody: Sendable {
    private let limit: Int
    private var bytes: [UInt8] = []
    private(set) var isTooLarge = false

    init(of head: HTTPRequest, limit: Int) {
        self.limit = limit
        let announced = head.headerFields[.contentLength].flatMap { Int($0) } ?? 0
        if announced > limit { isTooLarge = true } else { bytes.reserveCapacity(announced) }
    }

    mutating func append(_ buffer: ByteBuffer) {
        guard bytes.count + buffer.readableBytes <= limit else { return isTooLarge = true }
        bytes.append(contentsOf: buffer.readableBytesView)
    }

    var value: FormRequest.Body { isTooLarge ? .tooLarge : .complete(bytes) }
}

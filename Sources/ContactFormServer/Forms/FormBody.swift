// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import HTTPTypes
import NIOCore

/// The body of a form while it comes in.
struct FormBody: Sendable {
    /// Why no more of it is wanted.
    enum Refusal: Sendable {
        case tooLarge
        /// The other bodies hold all the memory there is for them (`BodyBudget`).
        case noRoom
    }

    private let limit: Int
    private var bytes: [UInt8] = []
    private(set) var refusal: Refusal?

    init(of head: HTTPRequest, limit: Int) {
        self.limit = limit
        let announced = head.headerFields.announcedLength
        if announced > limit {
            refusal = .tooLarge
        } else {
            // What is only announced has no share of the budget: room is made for what is free.
            bytes.reserveCapacity(min(max(announced, 0), BodyBudget.freeOctets))
        }
    }

    mutating func append(_ buffer: ByteBuffer, within share: inout BodyBudget.Share) {
        let length = bytes.count + buffer.readableBytes
        guard length <= limit else { return refuse(.tooLarge) }
        guard share.grow(to: length) else { return refuse(.noRoom) }
        bytes.append(contentsOf: buffer.readableBytesView)
    }

    private mutating func refuse(_ refusal: Refusal) {
        self.refusal = refusal
        bytes = []
    }

    /// For tests.
    var octetsReserved: Int { bytes.capacity }

    var value: FormRequest.Body {
        switch refusal {
        case nil: .complete(bytes)
        case .tooLarge: .tooLarge
        case .noRoom: .noRoom
        }
    }
}

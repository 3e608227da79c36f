// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The answer to an `OwnerRequest`, and what came of it for logs.
package struct OwnerResponse: Sendable {
    package typealias Header = FormResponse.Header

    package enum Body: Sendable {
        case complete([UInt8])
        /// Read piece by piece; what it throws while it is sent breaks the answer off.
        case stream(ExportStream)
    }

    package var status: Int
    package var headers: [Header]
    package var body: Body
    package var outcome: Outcome

    package init(status: Int, headers: [Header], body: Body = .complete([]), outcome: Outcome = .answered) {
        self.status = status
        self.headers = headers
        self.body = body
        self.outcome = outcome
    }

    /// The first header of that name, in the case it was written.
    package subscript(header name: String) -> String? {
        headers.first { $0.name == name }?.value
    }

    /// What became of the request; holds nothing that a visitor typed, and of messages their ids.
    package enum Outcome: Sendable, Hashable {
        /// Nothing was changed.
        case answered
        /// The owner's request was not as it must be.
        case refused(ErrorCode)
        case marked(SubmissionKey)
        /// Its mail may be due now.
        case moved(SubmissionKey, to: SubmissionStatus)
        case resent(Int)
        case erased([SubmissionID])
        case failed(StoreError)
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Mail

/// The conditions of a request for one representation of a file, weighed in the order of RFC 9110 §13.2.2.
struct Preconditions {
    enum Outcome: Equatable {
        /// The request is answered as if it had no condition, but for `Range`.
        case proceed
        /// 304
        case notModified
        /// 412
        case failed
    }

    let entityTag: EntityTag
    /// Seconds since 1970, and the same as `Last-Modified` has it.
    let lastModified: Int64
    let lastModifiedText: String
    /// Whether the modification time names one content only, so that it may serve as a strong validator.
    let isLastModifiedStrong: Bool

    /// - Parameter now: only decides the century of a two-digit year.
    func outcome(for fields: HTTPFields, now: @autoclosure () -> UTCDateTime) -> Outcome {
        if let tags = fields[.ifMatch] {
            if !entityTag.matchesStrongly(tags) { return .failed }
        } else if let text = fields[.ifUnmodifiedSince], let date = UTCDateTime(httpDate: text, now: now()),
            lastModified > date.unixSeconds
        {
            return .failed
        }
        if let tags = fields[.ifNoneMatch] {
            return entityTag.matchesWeakly(tags) ? .notModified : .proceed
        }
        // RFC 9110 §13.1.3: disregarded beside If-None-Match, and when it is no date.
        if let text = fields[.ifModifiedSince] {
            if text == lastModifiedText { return .notModified }
            if let date = UTCDateTime(httpDate: text, now: now()), lastModified <= date.unixSeconds {
                return .notModified
            }
        }
        return .proceed
    }

    /// Whether `Range` is to be honoured: always without `If-Range`, else only for the very content the client has.
    func allowsRange(in fields: HTTPFields) -> Bool {
        guard let validator = fields[.ifRange] else { return true }
        // RFC 9110 §13.1.5: strong comparison for a tag, an exact match for a date, and nothing but one of the two.
        if validator == entityTag.fieldValue { return true }
        return isLastModifiedStrong && validator == lastModifiedText
    }
}

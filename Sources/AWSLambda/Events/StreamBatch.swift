// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

/// A batch of changes from a table's stream.
/// See https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
package struct StreamBatch: Sendable, Hashable {
    package var records: [StreamRecord]

    /// - Throws: `Event.Malformed` when the event is no batch. A single record that can't be read is no reason to throw: it
    ///   must not keep the others from being handled.
    init(_ root: JSONValue) throws(LambdaFailure) {
        guard let records = root["Records"]?.array else {
            throw .malformed("it has no Records, as batches from a stream do")
        }
        self.records = records.map(StreamRecord.init)
    }
}

/// One change of one item.
package struct StreamRecord: Sendable, Hashable {
    /// `INSERT`, `MODIFY` or `REMOVE`.
    package var eventName: String?
    /// What names the record in a partial batch response.
    package var sequenceNumber: String?
    private var keys: JSONValue?
    private var newImage: JSONValue?
    private var oldImage: JSONValue?

    init(_ record: JSONValue) {
        let change = record["dynamodb"]
        eventName = record["eventName"]?.string
        sequenceNumber = change?["SequenceNumber"]?.string
        keys = change?["Keys"]
        newImage = change?["NewImage"]
        oldImage = change?["OldImage"]
    }

    /// A key attribute, when it is a string.
    package func key(_ name: String) -> String? { keys?[name]?["S"]?.string }

    /// An attribute of the item after the change, when it is a string and the stream carries images.
    package func newImage(_ name: String) -> String? { newImage?[name]?["S"]?.string }

    /// The same of a whole number, which DynamoDB writes as text.
    package func newImage(number name: String) -> Int64? { newImage?[name]?["N"]?.string.flatMap { Int64($0) } }

    /// A string attribute before the change.
    package func oldImage(_ name: String) -> String? { oldImage?[name]?["S"]?.string }

    /// A whole number before the change.
    package func oldImage(number name: String) -> Int64? { oldImage?[name]?["N"]?.string.flatMap { Int64($0) } }
}

/// The records that a stream shall give again, with all that came after the first of them.
/// See https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
package struct BatchResponse: Sendable, Hashable {
    /// Sequence numbers; none when every record was handled.
    package var failures: [String]

    package init(failures: [String]) { self.failures = failures }

    package var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { root in
            root.name("batchItemFailures")
            root.array { array in
                for failure in failures {
                    array.object { $0.member("itemIdentifier", failure) }
                }
            }
        }
        return writer.bytes
    }
}

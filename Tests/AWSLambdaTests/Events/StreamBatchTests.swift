// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON
import Testing

@testable import AWSLambda

extension StreamBatch {
    fileprivate init(event: [UInt8]) throws {
        try self.init(JSONValue(event: event))
    }
}

@Suite("batches from a table's stream")
struct StreamBatchTests {
    @Test("AWS's own sample is read")
    func sample() throws {
        let batch = try StreamBatch(event: fixture("dynamodb-stream.json"))
        #expect(batch.records.map(\.eventName) == ["INSERT", "MODIFY", "REMOVE"])
        #expect(batch.records.map(\.sequenceNumber) == ["111", "222", "333"])
        #expect(batch.records.map { $0.newImage("Message") } == ["New item!", "This item has changed", nil])
        #expect(batch.records.map { $0.oldImage("Message") } == [nil, "New item!", "This item has changed"])
        // The sample's key is a number, not a string.
        #expect(batch.records[0].key("Id") == nil)
    }

    @Test("a record that is none of the kind leaves the others readable")
    func strangeRecord() throws {
        let record = #"{"eventName":"INSERT","dynamodb":{"SequenceNumber":"1","Keys":{"pk":{"S":"a#1"}}}}"#
        let batch = try StreamBatch(event: Array("{\"Records\":[7,\(record)]}".utf8))
        #expect(batch.records.map(\.sequenceNumber) == [nil, "1"])
        #expect(batch.records[1].key("pk") == "a#1")
    }

    @Test("a schedule's event and a batch are told apart")
    func schedule() throws {
        let sweep = try FunctionTrigger(event: Array(#"{"source":"brevlada.sweep"}"#.utf8))
        #expect(sweep == .schedule(source: "brevlada.sweep"))
        let batch = try FunctionTrigger(event: Array(#"{"Records":[],"source":"brevlada.sweep"}"#.utf8))
        #expect(batch == .stream(try StreamBatch(event: Array(#"{"Records":[]}"#.utf8))))
    }

    @Test("what is neither is refused as malformed", arguments: ["{}", "[]", "", #"{"Records":{}}"#, #"{"source":1}"#])
    func malformed(event: String) {
        #expect { try FunctionTrigger(event: Array(event.utf8)) } throws: {
            ($0 as? LambdaFailure)?.type == "Event.Malformed"
        }
    }

    @Test("the failures are named as Lambda wants them")
    func response() {
        #expect(String(decoding: BatchResponse(failures: []).json, as: UTF8.self) == #"{"batchItemFailures":[]}"#)
        #expect(
            String(decoding: BatchResponse(failures: ["111", "333"]).json, as: UTF8.self)
                == #"{"batchItemFailures":[{"itemIdentifier":"111"},{"itemIdentifier":"333"}]}"#
        )
    }
}

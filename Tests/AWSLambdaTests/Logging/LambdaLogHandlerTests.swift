// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON
import Logging
import Testing

@testable import AWSLambda

@Suite("log lines")
struct LambdaLogHandlerTests {
    @Test("a line is one JSON object with AWS's names, and the request id while an invocation runs")
    func line() throws {
        let line = LambdaLogHandler.line(
            level: .warning,
            label: "AddContactInfo",
            message: "mail \"postponed\"\n",
            metadata: ["error.code": "throttled", "list": ["a", "b"], "map": ["k": "v"]],
            identity: .init(requestID: "id-1", traceID: "Root=1"),
            at: 1_795_487_400_045
        )
        #expect(line.last == UInt8(ascii: "\n"))
        #expect(!line.dropLast().contains(UInt8(ascii: "\n")))
        let json = try JSONParser.parse(Array(line.dropLast()), maximumDepth: 4)
        #expect(json["timestamp"]?.string == "2026-11-24T02:30:00.045Z")
        #expect(json["level"]?.string == "WARN")
        #expect(json["message"]?.string == "mail \"postponed\"\n")
        #expect(json["requestId"]?.string == "id-1")
        #expect(json["traceId"]?.string == "Root=1")
        #expect(json["error.code"]?.string == "throttled")
        #expect(json["list"]?.array?.compactMap(\.string) == ["a", "b"])
        #expect(json["map"]?["k"]?.string == "v")
    }

    @Test("while the function starts there is no request id")
    func start() throws {
        let line = LambdaLogHandler.line(level: .info, label: "f", message: "m", metadata: [:], identity: nil, at: 0)
        let json = try JSONParser.parse(Array(line.dropLast()), maximumDepth: 2)
        #expect(json["requestId"] == nil)
        #expect(json["timestamp"]?.string == "1970-01-01T00:00:00.000Z")
    }

    @Test(
        "LOG_LEVEL goes before the function's own setting, in AWS's words or Swift's",
        arguments: [
            ([:], Logger.Level.info), (["LOG_LEVEL": "debug"], .debug), (["LOG_LEVEL": "WARN"], .warning),
            (["LOG_LEVEL": "FATAL"], .critical), (["LOG_LEVEL": ""], .info),
            (["AWS_LAMBDA_LOG_LEVEL": "ERROR"], .error),
            (["AWS_LAMBDA_LOG_LEVEL": "ERROR", "LOG_LEVEL": "trace"], .trace),
        ]
    )
    func level(environment: [String: String], expected: Logger.Level) {
        #expect(LambdaLogLevel(environment: environment).level == expected)
        #expect(LambdaLogLevel(environment: environment).problem == nil)
    }

    @Test("a level that is none is said, and info holds")
    func wrongLevel() {
        let level = LambdaLogLevel(environment: ["LOG_LEVEL": "loud"])
        #expect(level.level == .info)
        #expect(level.problem?.hasPrefix("LOG_LEVEL is \"loud\", no level; set it to") == true)
    }
}

@Suite("embedded metrics")
struct EmbeddedMetricsTests {
    @Test("a line tells CloudWatch which of its members are metrics, with and without the form, of one function")
    func line() {
        let metrics = EmbeddedMetrics(
            namespace: "Brevlada",
            dimension: .init("Form", "contact"),
            counts: [.init("Stored", 1)]
        )
        #expect(
            String(decoding: metrics.line(function: "shop-add-1", requestID: "id-1", at: 5), as: UTF8.self)
                == #"{"_aws":{"Timestamp":5,"CloudWatchMetrics":[{"Namespace":"Brevlada","Dimensions":[["FunctionName","Form"],"#
                + #"["FunctionName"]],"Metrics":[{"Name":"Stored","Unit":"Count"}]}]},"FunctionName":"shop-add-1","#
                + #""Form":"contact","Stored":1,"requestId":"id-1"}"#
                + "\n"
        )
    }

    @Test("without a form there is one metric")
    func noDimension() {
        let line = EmbeddedMetrics(namespace: "Brevlada", counts: [.init("Overdue", 0)])
            .line(function: "shop-send-1", requestID: nil, at: 5)
        #expect(
            String(decoding: line, as: UTF8.self)
                == #"{"_aws":{"Timestamp":5,"CloudWatchMetrics":[{"Namespace":"Brevlada","Dimensions":[["FunctionName"]],"#
                + #""Metrics":[{"Name":"Overdue","Unit":"Count"}]}]},"FunctionName":"shop-send-1","Overdue":0}"# + "\n"
        )
    }
}

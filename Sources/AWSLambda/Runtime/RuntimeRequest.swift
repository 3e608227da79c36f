// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The requests to the Runtime API, as bytes of HTTP/1.1.
struct RuntimeRequest {
    let host: String

    private static let root = "/2018-06-01/runtime"

    func next() -> [UInt8] {
        Array("GET \(Self.root)/invocation/next HTTP/1.1\r\nHost: \(host)\r\nUser-Agent: brevlada\r\n\r\n".utf8)
    }

    func response(to requestID: String, _ body: [UInt8]) -> [UInt8] {
        post("/invocation/\(requestID)/response", body)
    }

    func error(of requestID: String, _ failure: LambdaFailure) -> [UInt8] {
        post("/invocation/\(requestID)/error", failure.json, errorType: failure.type)
    }

    func initializationError(_ failure: LambdaFailure) -> [UInt8] {
        post("/init/error", failure.json, errorType: failure.type)
    }

    private func post(_ path: String, _ body: [UInt8], errorType: String? = nil) -> [UInt8] {
        var head = "POST \(Self.root)\(path) HTTP/1.1\r\nHost: \(host)\r\nUser-Agent: brevlada\r\n"
        head += "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n"
        if let errorType { head += "Lambda-Runtime-Function-Error-Type: \(errorType)\r\n" }
        head += "\r\n"
        var bytes: [UInt8] = []
        bytes.reserveCapacity(head.utf8.count + body.count)
        bytes.append(contentsOf: head.utf8)
        bytes.append(contentsOf: body)
        return bytes
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes
import JSON

/// An HTTP request as API Gateway hands it to a function: from a REST API, or from an HTTP API in either format.
///
/// Only what is read here; whatever else the event holds is passed over, so that new members change nothing.
/// See https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html and
/// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
package struct ProxyRequest: Sendable, Hashable {
    package struct Header: Sendable, Hashable {
        /// In lower case.
        package var name: String
        package var value: String
    }

    package struct Parameter: Sendable, Hashable {
        package var name: String
        package var value: String
    }

    package var method: String
    /// The path as the visitor's browser has it, with the stage.
    package var path: String
    /// The path without the stage, as the API's resources have it.
    package var resourcePath: String
    package var headers: [Header]
    /// The parameters of the query, decoded; empty when they come as `rawQuery`.
    package var parameters: [Parameter]
    /// The query as it was sent, from an HTTP API alone.
    package var rawQuery: String?
    /// Whether API Gateway says that an authorizer let somebody through: with claims of a token, or with AWS
    /// credentials.
    package var isAuthorized: Bool
    /// Decoded, when it came in base 64.
    package var body: [UInt8]

    /// The value of the first header of that name, in lower case.
    package subscript(header name: String) -> String? {
        headers.first { $0.name == name }?.value
    }

    /// All values of that name as one list (RFC 9110 §5.3).
    package func list(header name: String) -> String? {
        let values = headers.filter { $0.name == name }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    /// - Throws: `Event.Malformed` when the event is no request from API Gateway.
    package init(event: [UInt8]) throws(LambdaFailure) {
        let root = try JSONValue(event: event)
        // Format 2.0 says so; 1.0 says nothing from a REST API and "1.0" from an HTTP API.
        if root["version"]?.string == "2.0" {
            try self.init(httpAPI: root)
        } else {
            try self.init(restAPI: root)
        }
    }

    private init(restAPI root: JSONValue) throws(LambdaFailure) {
        guard let method = root["httpMethod"]?.string, let path = root["path"]?.string else {
            throw .malformed("it has neither httpMethod and path nor version 2.0, as requests from API Gateway do")
        }
        self.method = method
        resourcePath = path
        self.path = root["requestContext"]?["path"]?.string ?? path
        // With repeated headers `headers` has the last value of each alone.
        headers = Self.headers(Self.pairs(root["multiValueHeaders"]) ?? Self.pairs(root["headers"]))
        let query = Self.pairs(root["multiValueQueryStringParameters"]) ?? Self.pairs(root["queryStringParameters"])
        parameters = (query ?? []).map { Parameter(name: $0.name, value: $0.value) }
        let context = root["requestContext"]
        // https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
        isAuthorized =
            Self.isText(context?["authorizer"]?["claims"]?["sub"]) || Self.isText(context?["identity"]?["userArn"])
        body = try Self.body(root)
    }

    private init(httpAPI root: JSONValue) throws(LambdaFailure) {
        let context = root["requestContext"]
        guard let method = context?["http"]?["method"]?.string, let path = root["rawPath"]?.string else {
            throw .malformed("it has version 2.0 but no rawPath or no method")
        }
        self.method = method
        self.path = path
        // The stage $default has no part in the path.
        let prefix = "/" + (context?["stage"]?.string ?? "$default")
        resourcePath = path.hasPrefix(prefix + "/") ? String(path.dropFirst(prefix.count)) : path
        headers = Self.headers(Self.pairs(root["headers"]))
        parameters = []
        rawQuery = root["rawQueryString"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        let authorizer = context?["authorizer"]
        isAuthorized = Self.isText(authorizer?["jwt"]?["claims"]?["sub"]) || Self.isText(authorizer?["iam"]?["userArn"])
        body = try Self.body(root)
    }

    private static func isText(_ value: JSONValue?) -> Bool { value?.string.map { !$0.isEmpty } ?? false }

    private typealias Pair = (name: String, value: String)

    private static func headers(_ pairs: [Pair]?) -> [Header] {
        (pairs ?? []).map { Header(name: $0.name.lowercased(), value: $0.value) }
    }

    /// Names with their values, from an object of texts or of arrays of texts; nil when it is no object.
    private static func pairs(_ value: JSONValue?) -> [Pair]? {
        guard case .object(let members)? = value else { return nil }
        var pairs: [Pair] = []
        pairs.reserveCapacity(members.count)
        for member in members {
            switch member.value {
            case .string(let text): pairs.append((member.name, text))
            case .array(let values): for case .string(let text) in values { pairs.append((member.name, text)) }
            default: break
            }
        }
        return pairs
    }

    private static func body(_ root: JSONValue) throws(LambdaFailure) -> [UInt8] {
        guard let text = root["body"]?.string else { return [] }
        guard root["isBase64Encoded"] == .bool(true) else { return Array(text.utf8) }
        guard let bytes = Base64.decode(text.utf8) else { throw .malformed("its body is no base 64") }
        return bytes
    }
}

extension LambdaFailure {
    static func malformed(_ reason: String) -> LambdaFailure {
        LambdaFailure(type: "Event.Malformed", message: "the event can't be read: \(reason)")
    }
}

extension JSONValue {
    /// An event of at most 6 MB, nested as deep as AWS's own events are and some more.
    init(event: [UInt8]) throws(LambdaFailure) {
        do throws(JSONError) {
            self = try JSONParser.parse(event, maximumDepth: 64)
        } catch {
            throw .malformed("it is no json")
        }
        guard case .object = self else { throw .malformed("it is no json object") }
    }
}

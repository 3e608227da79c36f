// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
import HTTPAddress
import Testing

@Suite("endpoints of services")
struct EndpointRulesTests {
    // What botocore 1.43.11 resolves with its endpoint rule sets of dynamodb and sesv2.
    static let names: [(service: AWSService, region: String, fips: Bool, dualStack: Bool, host: String)] = [
        (.dynamoDB, "eu-north-1", false, false, "dynamodb.eu-north-1.amazonaws.com"),
        (.dynamoDB, "eu-north-1", false, true, "dynamodb.eu-north-1.api.aws"),
        (.dynamoDB, "us-east-1", true, false, "dynamodb-fips.us-east-1.amazonaws.com"),
        (.dynamoDB, "us-east-1", true, true, "dynamodb-fips.us-east-1.api.aws"),
        (.dynamoDB, "cn-north-1", false, false, "dynamodb.cn-north-1.amazonaws.com.cn"),
        (.dynamoDB, "cn-north-1", false, true, "dynamodb.cn-north-1.api.amazonwebservices.com.cn"),
        (.dynamoDB, "us-gov-west-1", false, false, "dynamodb.us-gov-west-1.amazonaws.com"),
        (.dynamoDB, "us-gov-west-1", true, false, "dynamodb.us-gov-west-1.amazonaws.com"),
        (.dynamoDB, "us-gov-west-1", true, true, "dynamodb-fips.us-gov-west-1.api.aws"),
        (.dynamoDB, "eusc-de-east-1", false, false, "dynamodb.eusc-de-east-1.amazonaws.eu"),
        (.dynamoDB, "xx-new-1", false, false, "dynamodb.xx-new-1.amazonaws.com"),
        (.ses, "eu-north-1", false, false, "email.eu-north-1.amazonaws.com"),
        (.ses, "eu-north-1", false, true, "email.eu-north-1.api.aws"),
        (.ses, "us-east-1", true, false, "email-fips.us-east-1.amazonaws.com"),
        (.ses, "cn-northwest-1", true, true, "email-fips.cn-northwest-1.api.amazonwebservices.com.cn"),
        (.ses, "us-gov-west-1", true, false, "email-fips.us-gov-west-1.amazonaws.com"),
    ]

    @Test("a service has the name that AWS's SDKs give it", arguments: names)
    func name(service: AWSService, region: String, fips: Bool, dualStack: Bool, host: String) {
        var rules = EndpointRules()
        rules.usesFIPS = fips
        rules.usesDualStack = dualStack
        let endpoint = rules.endpoint(of: service, region: region)
        #expect(endpoint == HTTPEndpoint(isTLS: true, host: host, port: 443))
        #expect(endpoint.authority == host)
    }

    @Test(
        "a server of one's own goes before AWS's, and one for the service before one for all",
        arguments: [
            (["AWS_ENDPOINT_URL": "http://127.0.0.1:5000"], "http://127.0.0.1:5000", "http://127.0.0.1:5000"),
            (
                ["AWS_ENDPOINT_URL": "http://all:1", "AWS_ENDPOINT_URL_DYNAMODB": "http://one:2/base/"],
                "http://one:2/base", "http://all:1"
            ),
            (
                ["AWS_ENDPOINT_URL_SESV2": "https://mail.example"],
                "https://dynamodb.eu-north-1.amazonaws.com", "https://mail.example"
            ),
            (
                ["AWS_ENDPOINT_URL": "http://all:1", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"],
                "https://dynamodb.eu-north-1.amazonaws.com", "https://email.eu-north-1.amazonaws.com"
            ),
            (
                ["AWS_ENDPOINT_URL": ""], "https://dynamodb.eu-north-1.amazonaws.com",
                "https://email.eu-north-1.amazonaws.com"
            ),
            (
                ["AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "TRUE"],
                "https://dynamodb-fips.eu-north-1.api.aws", "https://email-fips.eu-north-1.api.aws"
            ),
        ]
    )
    func override(environment: [String: String], dynamoDB: String, ses: String) {
        var problems: [String] = []
        let rules = EndpointRules(environment: environment, problems: &problems)
        #expect(problems == [])
        #expect(rules.endpoint(of: .dynamoDB, region: "eu-north-1").description == dynamoDB)
        #expect(rules.endpoint(of: .ses, region: "eu-north-1").description == ses)
    }

    @Test(
        "addresses are read",
        arguments: [
            ("https://a.example", "a.example", 443, true, ""), ("http://a.example:80/", "a.example", 80, false, ""),
            ("http://[::1]:5000/x/y", "::1", 5000, false, "/x/y"), ("https://[::1]", "::1", 443, true, ""),
        ]
    )
    func address(url: String, host: String, port: Int, isTLS: Bool, basePath: String) {
        #expect(HTTPEndpoint(url: url) == HTTPEndpoint(isTLS: isTLS, host: host, port: port, basePath: basePath))
    }

    @Test(
        "what is no address is refused",
        arguments: [
            "", "a.example", "ftp://a.example", "http://", "http://:80", "http://a:0", "http://a:65536", "http://a:x",
            "http://a b", "http://a\r\nx:y", "http://[::1", "http://a/?q", "http://user@host", "HTTP://a",
        ]
    )
    func noAddress(url: String) {
        #expect(HTTPEndpoint(url: url) == nil)
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import HTTPAddress

/// Which server a service is asked at, decided as AWS's SDKs do.
package struct EndpointRules: Sendable, Hashable {
    /// Servers whose cryptography is validated under FIPS 140.
    package var usesFIPS = false
    /// Servers that are reached over IPv6 too.
    package var usesDualStack = false
    /// Another server for every service.
    package var override: HTTPEndpoint?
    /// Another server for one service, by `AWSService.endpointName`; goes before `override`.
    package var serviceOverrides: [String: HTTPEndpoint] = [:]

    package init() {}

    /// Reads the variables that AWS's SDKs read; `problems` gets a sentence for each that makes no sense.
    /// See https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
    package init(environment: [String: String], problems: inout [String]) {
        func flag(_ name: String) -> Bool {
            switch environment[name]?.lowercased() {
            case nil, "", "false": return false
            case "true": return true
            case let value?:
                problems.append("\(name) is \"\(value)\"; set it to true or false")
                return false
            }
        }
        func endpoint(_ name: String) -> HTTPEndpoint? {
            guard let url = environment[name], !url.isEmpty else { return nil }
            if let endpoint = HTTPEndpoint(url: url) { return endpoint }
            problems.append("\(name) is \"\(url)\"; set it to an address such as http://127.0.0.1:5000")
            return nil
        }
        usesFIPS = flag("AWS_USE_FIPS_ENDPOINT")
        usesDualStack = flag("AWS_USE_DUALSTACK_ENDPOINT")
        guard !flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") else { return }
        override = endpoint("AWS_ENDPOINT_URL")
        for service in [AWSService.dynamoDB, .ses] {
            serviceOverrides[service.endpointName] = endpoint("AWS_ENDPOINT_URL_\(service.endpointName)")
        }
    }

    package func endpoint(of service: AWSService, region: String) -> HTTPEndpoint {
        if let override = serviceOverrides[service.endpointName] ?? override { return override }
        let partition = AWSPartition(region: region)
        var prefix = service.hostPrefix
        // DynamoDB's ordinary servers in GovCloud are the validated ones
        // (https://docs.aws.amazon.com/general/latest/gr/ddb.html).
        let isFIPSAlready = service == .dynamoDB && partition == .govCloud && !usesDualStack
        if usesFIPS && !isFIPSAlready { prefix += "-fips" }
        let domain = usesDualStack ? partition.dualStackDomain : partition.domain
        return HTTPEndpoint(host: "\(prefix).\(region).\(domain)")
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import OutgoingHTTP

/// What every client of a service needs to know.
package struct AWSConfiguration: Sendable {
    package var region: String
    package var credentials: any CredentialsProvider
    package var endpoints: EndpointRules
    package var tls: TLSTrust
    package var limits = HTTPClient.Limits()

    package init(
        region: String,
        credentials: any CredentialsProvider,
        endpoints: EndpointRules = EndpointRules(),
        tls: TLSTrust = TLSTrust()
    ) {
        self.region = region
        self.credentials = credentials
        self.endpoints = endpoints
        self.tls = tls
    }

    /// Reads what Lambda sets, and what changes the endpoints. An empty variable counts as not set.
    ///
    /// - Throws: Everything that is wrong, at once.
    package init(environment: [String: String]) throws(AWSConfigurationError) {
        var problems: [String] = []
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let region = value("AWS_REGION") ?? value("AWS_DEFAULT_REGION") ?? ""
        if region.isEmpty {
            problems.append("AWS_REGION is not set; set it to the Region, such as eu-north-1")
        } else if !Self.isRegion(region) {
            problems.append("AWS_REGION is \"\(region)\"; set it to a Region, such as eu-north-1")
        }
        let credentials = AWSCredentials(environment: environment)
        if credentials == nil {
            problems.append("AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set; give the function a role")
        }
        let endpoints = EndpointRules(environment: environment, problems: &problems)
        guard let credentials, problems.isEmpty else { throw AWSConfigurationError(problems: problems) }
        self.init(
            region: region,
            credentials: StaticCredentials(credentials),
            endpoints: endpoints,
            tls: TLSTrust(caBundle: value("AWS_CA_BUNDLE"))
        )
    }

    // A Region becomes part of a server's name and of a signature, so nothing else may stand in it.
    private static func isRegion(_ text: String) -> Bool {
        text.utf8.count <= 32
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
            }
    }
}

/// What is wrong with the environment, a sentence each with its remedy.
package struct AWSConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    package var problems: [String]

    package var description: String { problems.joined(separator: "; ") }
}

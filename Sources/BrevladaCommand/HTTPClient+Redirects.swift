// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient

extension HTTPClient {
    /// As the shared one, but a redirect is the answer: followed, a POST would become a GET of a page that says 200 (RFC 9110,
    /// section 15.4.3), so that an alert that nobody got would count as delivered, or its body would go to another host.
    static let withoutRedirects: HTTPClient = {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.redirectConfiguration = .disallow
        return HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }()
}

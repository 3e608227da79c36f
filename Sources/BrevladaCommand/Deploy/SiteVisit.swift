// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import HTTPAddress
import NIOCore
import OutgoingHTTP
import SiteDeployment

/// Sends the requests of a smoke test.
enum SiteVisit {
    /// Nil when there is no whole answer, whatever the reason. A redirect is the answer: it may lead to a name that is not
    /// known yet.
    static func visit(_ request: SmokeTest.Request) async -> SmokeTest.Answer? {
        let fields = request.fields.sorted { $0.key < $1.key }.map { HTTPHeaderField($0.key.lowercased(), $0.value) }
        let answer = await HTTPLocation(url: request.url)?
            .visit(request.method, headers: fields, body: request.body, patience: .seconds(15))
        return answer.map { answer in
            SmokeTest.Answer(
                status: answer.status,
                fields: Dictionary(answer.headers.map { ($0.name, $0.value) }) { first, _ in first }
            )
        }
    }
}

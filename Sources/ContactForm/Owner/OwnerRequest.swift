// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// One request of the owner's page or of a program of the owner's. Whoever hands it over has made sure that it is the
/// owner who asks.
package struct OwnerRequest: Sendable {
    package var method: String
    /// What follows `/api` in the path, such as `/submissions`.
    package var path: String
    /// What stands before `path` in links.
    package var base: String
    /// Decoded, in the order sent; nil when the query could not be read.
    package var parameters: [Parameter]?
    package var contentType: String?
    package var acceptLanguage: String?
    package var body: [UInt8]
    package var receivedAt: Timestamp
    /// Shown to the owner when something failed, and logged beside the cause.
    package var reference: String

    package struct Parameter: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(
        method: String,
        path: String,
        base: String = "/api",
        parameters: [Parameter]? = [],
        contentType: String? = nil,
        acceptLanguage: String? = nil,
        body: [UInt8] = [],
        receivedAt: Timestamp,
        reference: String
    ) {
        self.method = method
        self.path = path
        self.base = base
        self.parameters = parameters
        self.contentType = contentType
        self.acceptLanguage = acceptLanguage
        self.body = body
        self.receivedAt = receivedAt
        self.reference = reference
    }

    /// The parameters of a query string (WHATWG URL §5.1); nil when an escape is broken or no UTF-8.
    package static func parameters(query: String) -> [Parameter]? {
        var fields = CheckedFields(limits: IntakeLimits())
        do throws(IntakeError) {
            try URLEncodedForm.decode(Array(query.utf8), into: &fields)
        } catch {
            return nil
        }
        return fields.list.fields.flatMap { field in field.values.map { Parameter(field.name, $0) } }
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import HTTPTypes
import Hummingbird
import SiteFiles

/// The answers of the static site, as status, fields and body. Decides nothing.
enum SiteAnswer {
    static func content(
        _ representation: SiteFile.Representation,
        status: HTTPResponse.Status,
        part: Range<Int>,
        body: ResponseBody
    ) -> Response {
        guard status == .partialContent else {
            return Response(status: status, headers: representation.fields, body: body)
        }
        var fields = representation.fields
        fields[.contentLength] = String(part.count)
        fields[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(representation.length)"
        return Response(status: status, headers: fields, body: body)
    }

    static func head(_ representation: SiteFile.Representation) -> Response {
        Response(status: .ok, headers: representation.fields)
    }

    static func notModified(_ representation: SiteFile.Representation) -> Response {
        var response = Response(status: .notModified, headers: representation.notModifiedFields)
        // RFC 9110 §8.6: no length but that of the answer without the condition, which nobody needs.
        response.headers[.contentLength] = nil
        return response
    }

    static func preconditionFailed(_ representation: SiteFile.Representation) -> Response {
        text(.preconditionFailed, "Precondition failed.", varyingLike(representation))
    }

    static func unsatisfiable(_ representation: SiteFile.Representation) -> Response {
        var fields = varyingLike(representation)
        fields[.contentRange] = "bytes */\(representation.length)"  // RFC 9110 §14.4
        return text(.rangeNotSatisfiable, "Range not satisfiable.", fields)
    }

    static func notFound(_ page: SiteFile.Representation, body: ResponseBody) -> Response {
        var fields = page.fields
        // They speak of the page, which is not what was asked for.
        for name: HTTPField.Name in [.eTag, .lastModified, .acceptRanges] { fields[name] = nil }
        fields[.cacheControl] = CachePolicy.revalidate.fieldValue
        return Response(status: .notFound, headers: fields, body: body)
    }

    /// 308 keeps the method and may be kept by caches, for the same time as a file (RFC 9110 §15.4.9).
    static func redirect(to folder: SitePath, query: String?) -> Response {
        let location = folder.encodedAsFolder + (query.map { "?\($0)" } ?? "")
        return text(
            .permanentRedirect,
            "Moved.",
            [.location: location, .cacheControl: CachePolicy.brief.fieldValue]
        )
    }

    /// RFC 9110 §15.5.6 wants the methods that are allowed.
    static func strayForm(_ page: StrayFormPage) -> Response {
        let fields: HTTPFields = [
            .allow: "GET, HEAD", .contentType: "text/html; charset=utf-8", .contentLanguage: page.language.rawValue,
            .cacheControl: "no-store", .contentSecurityPolicy: StrayFormPage.contentSecurityPolicy,
        ]
        let body = ResponseBody(byteBuffer: ByteBuffer(string: page.html))
        return Response(status: .methodNotAllowed, headers: fields, body: body)
    }

    static func text(_ status: HTTPResponse.Status, _ text: String, _ fields: HTTPFields = [:]) -> Response {
        var fields = fields
        fields[.contentType] = "text/plain; charset=utf-8"
        if fields[.cacheControl] == nil { fields[.cacheControl] = "no-store" }
        return Response(
            status: status,
            headers: fields,
            body: ResponseBody(byteBuffer: ByteBuffer(string: text + "\n"))
        )
    }

    /// For HEAD: the fields that GET would get, the length of the body among them, and no body.
    static func withoutBody(_ response: Response) -> Response {
        let length = response.headers[.contentLength]
        var response = Response(status: response.status, headers: response.headers)
        response.headers[.contentLength] = length
        return response
    }

    private static func varyingLike(_ representation: SiteFile.Representation) -> HTTPFields {
        representation.fields[.vary].map { [.vary: $0] } ?? [:]
    }
}

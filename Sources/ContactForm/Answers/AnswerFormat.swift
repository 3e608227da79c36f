// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Whether a client is answered with JSON or with a page.
package enum AnswerFormat: Sendable, Hashable {
    case json
    case html

    /// `X-Requested-With: XMLHttpRequest` asks for JSON; else whichever of the two comes first in `Accept`; else a
    /// client that sent JSON gets JSON; else a script of another origin gets JSON, as `fetch` sends `Accept: */*` unless it
    /// is told otherwise, and may not follow a redirect to a page; else a page.
    package init(_ headers: FormRequest.Headers) {
        if headers.requestedWith?.lowercased() == "xmlhttprequest" {
            self = .json
            return
        }
        // What scripts send.
        guard headers.accept != "application/json" else {
            self = .json
            return
        }
        for range in (headers.accept ?? "").split(separator: ",").prefix(50) {
            switch range.prefix(while: { $0 != ";" }).trimmedSpaces.lowercased() {
            case "application/json":
                self = .json
                return
            case "text/html", "application/xhtml+xml":
                self = .html
                return
            default: continue
            }
        }
        let type = headers.contentType.map { ContentType($0).mediaType }
        self = type == "application/json" || headers.isFromForeignScript ? .json : .html
    }
}

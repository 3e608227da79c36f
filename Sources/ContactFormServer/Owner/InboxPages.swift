// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes
import ContactForm
import EmbeddedFiles
import HTTPTypes
import Hummingbird
import JSON
import NIOCore
import SiteFiles

/// Serves the owner's page at `/inbox/`. It shows nothing by itself: what it shows it asks the API for.
///
/// Its policy lets nothing run but its own files, and nothing load but from here, so that no message it shows can do
/// anything.
struct InboxPages: Sendable {
    private struct Page: Sendable {
        let bytes: ByteBuffer
        let type: String
        let entityTag: EntityTag
    }

    private let pages: [String: Page]
    private let configuration: ByteBuffer

    static let root = "/inbox"

    /// - Parameter capturedMail: The address of the captured mail; nil where it is not shown.
    init(files: [EmbeddedFile], language: Language, forms: [FormName], capturedMail: String?) {
        pages = Dictionary(
            files.map { file in
                let digest = SHA256.digest(file.bytes).prefix(16)
                let page = Page(
                    bytes: ByteBuffer(bytes: file.bytes),
                    type: MediaType(fileName: file.path[...]).fieldValue,
                    entityTag: EntityTag(opaque: digest.map { String($0, radix: 36) }.joined(separator: "-"))
                )
                return (file.path, page)
            },
            uniquingKeysWith: { first, _ in first }
        )
        configuration = ByteBuffer(
            string: JSONWriter.text { writer in
                writer.object { object in
                    object.name("signIn")
                    object.object { $0.member("kind", "password") }
                    let others = Language.allCases.filter { $0 != language }
                    object.member("languages", ([language] + others).map(\.rawValue))
                    object.member("forms", forms.map(\.rawValue).sorted())
                    if let capturedMail { object.member("capturedMail", capturedMail) }
                }
            }
        )
    }

    static func handles(_ path: Substring) -> Bool {
        path == root || path.hasPrefix(root + "/")
    }

    func respond(to request: Request, path: Substring) -> Response {
        guard request.method == .get || request.method == .head else {
            return Response(status: .methodNotAllowed, headers: [.allow: "GET, HEAD"])
        }
        // Its own addresses are relative, so the page needs the slash.
        if path == Self.root { return SiteAnswer.text(.permanentRedirect, "Moved.", [.location: Self.root + "/"]) }
        let name = path.dropFirst(Self.root.count + 1)
        if name == "config.json" { return configured() }
        guard let page = pages[name.isEmpty ? "index.html" : String(name)] else {
            return SiteAnswer.text(.notFound, "Not found.", Self.headers)
        }
        var headers = Self.headers
        headers[.contentType] = page.type
        headers[.eTag] = page.entityTag.fieldValue
        // Asked for each time, and mostly answered with 304: a new version of the server has a new page at once.
        headers[.cacheControl] = "no-cache"
        if let tags = request.headers[.ifNoneMatch], page.entityTag.matchesWeakly(tags) {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentLength] = String(page.bytes.readableBytes)
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: page.bytes))
    }

    private func configured() -> Response {
        var headers = Self.headers
        headers[.contentType] = "application/json"
        headers[.cacheControl] = "no-store"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: configuration))
    }

    private static let headers: HTTPFields = [
        .contentSecurityPolicy: "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            + "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
        // The page's address may hold what the owner searched for.
        .referrerPolicy: "same-origin",
    ]
}

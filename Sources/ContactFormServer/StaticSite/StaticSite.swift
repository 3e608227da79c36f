// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm
import HTTPTypes
package import Hummingbird
package import Logging
package import NIOCore
package import NIOPosix
import SiteFiles
import Synchronization

/// Serves the files of a folder to GET and HEAD requests.
///
/// - `/sv/` is `sv/index.html`, `/sv` redirects there when it exists, and `/about` is `about.html`. What does not exist
///   is answered with the nearest `404.html`, from the folder that was asked for up to the root.
/// - Never served: names that begin with a dot (but `.well-known`), anything outside of the folder however it is
///   spelled or linked, and anything that is not a regular file.
/// - Small files are kept in memory together with their gzip form. A change on disk is seen within a second.
/// - Conditional and range requests are answered as RFC 9110 says; of several ranges, the whole file is sent.
///
/// Every call that may block runs on the thread pool.
package final class StaticSite: Sendable {
    package struct Limits: Sendable {
        /// Longer files are read in pieces for each answer, so that none is ever in memory whole.
        package var largestInMemory = 256 * 1_024
        /// What may be kept in memory in all, gzip forms included.
        package var memory = 32 * 1_024 * 1_024
        /// gzip makes a smaller file hardly smaller, and one packet is one packet.
        package var smallestGzipped = 1_024
        /// Longer files are sent as they are unless a precompressed sibling stands beside them.
        package var largestGzipped = 4 * 1_024 * 1_024
        /// How long a file is served from memory without another look at the disk.
        package var recheckAfter = TimeAmount.seconds(1)
        /// The pieces in which a long file is read and sent: the longest for one answer, and shorter ones the more are under way,
        /// of which there may be as many as connections. Two or three are in memory for each (`Response.paced`).
        package var pieceLengths = 16 * 1_024...128 * 1_024
        /// What the pieces of all answers are to have together.
        package var pieces = 4 * 1_024 * 1_024

        package init() {}
    }

    /// An object of its own, for Swift 6.3 crashes while it optimizes a class with an atomic and an `init` that throws.
    private final class Streams: Sendable {
        let count = Atomic(0)
    }

    private let reader: SiteFileReader
    private let limits: Limits
    private let cache: SiteFileCache
    private let flights = SingleFlight<SiteFileReader.Finding>()
    private let threadPool: NIOThreadPool
    /// Long files that are being sent.
    private let streams = Streams()
    private let strayForms = StrayFormWarning()
    private let logger: Logger
    private let clock: @Sendable () -> NIODeadline
    private let now: @Sendable () -> Timestamp

    /// - Parameters:
    ///   - root: the folder. It may be replaced, and links to it changed, while it is served.
    ///   - clock: decides when a file in memory is due for another look.
    ///   - now: what dates are held against.
    /// - Throws: `SiteFolderError` when the folder cannot be opened. Blocks for that one look.
    package init(
        root: String,
        limits: Limits = Limits(),
        threadPool: NIOThreadPool = .singleton,
        logger: Logger,
        clock: @escaping @Sendable () -> NIODeadline = { .now() },
        now: @escaping @Sendable () -> Timestamp = { .now() }
    ) throws {
        let folder = SiteFolder(path: root)
        _ = try folder.open()
        self.limits = limits
        self.threadPool = threadPool
        self.logger = logger
        self.clock = clock
        self.now = now
        reader = SiteFileReader(folder: folder, limits: limits)
        cache = SiteFileCache(capacity: limits.memory, interval: limits.recheckAfter)
    }

    /// Answers any request: 405 for a method other than GET and HEAD, to a browser that posts with a page in its language, 404
    /// for what is not there, 400 for a path that is not text, and 503, with an error in the log, when the folder cannot be read.
    package func respond(to request: Request) async throws -> Response {
        switch request.method {
        case .get: return try await answer(request)
        case .head: return SiteAnswer.withoutBody(try await answer(request))
        default:
            if StrayFormWarning.isCalledFor(by: request.head) {
                strayForms.tell(of: await page(at: RequestTarget(request.head)), logger)
            }
            let headers = FormResponder.headers(of: request.head)
            if request.method == .post, let page = StrayFormPage(headers) { return SiteAnswer.strayForm(page) }
            return SiteAnswer.text(.methodNotAllowed, "Method not allowed.", [.allow: "GET, HEAD"])
        }
    }

    /// The path of a page that is there; nil for any other address.
    private func page(at target: RequestTarget) async -> String? {
        guard let path = try? SitePath(requestPath: String(target.path)), case .file? = try? await find(path) else {
            return nil
        }
        return path.key
    }

    private func answer(_ request: Request) async throws -> Response {
        let target = RequestTarget(request.head)
        do {
            if target.isPlain, let file = cache.fresh(String(target.path), at: clock()),
                let response = try await answer(request, with: file)
            {
                return response
            }
            if let response = try await answerAfterLooking(request, target) { return response }
            return unavailable("site file keeps changing", "\(target.path)")
        } catch let error as SiteFolderError {
            return unavailable("site folder cannot be read", "\(error)")
        }
    }

    /// Nil when the file has changed again and again while it was looked at.
    private func answerAfterLooking(_ request: Request, _ target: RequestTarget) async throws -> Response? {
        let path: SitePath
        do throws(SitePath.Failure) {
            path = try SitePath(requestPath: String(target.path))
        } catch .malformed {
            return SiteAnswer.text(.badRequest, "Bad request.")
        } catch {
            let page = try await threadPool.runIfActive { [reader] in try reader.rootNotFoundPage() }
            return try await notFound(request, page: page)
        }
        for _ in 0..<3 {
            switch try await find(path) {
            case .file(let file):
                if let response = try await answer(request, with: file) { return response }
                cache.remove(path.key)
            case .folderWithoutSlash: return SiteAnswer.redirect(to: path, query: target.query.map(String.init))
            case .nothing(let page): return try await notFound(request, page: page)
            }
        }
        return nil
    }

    private func unavailable(_ message: Logger.Message, _ error: String) -> Response {
        logger.error(message, metadata: ["error": "\(error)"])
        return SiteAnswer.text(.serviceUnavailable, "Try again in a moment.", [.retryAfter: "5"])
    }

    // MARK: - Files

    private func find(_ path: SitePath) async throws -> SiteFileReader.Finding {
        switch cache.find(path.key, at: clock()) {
        case .fresh(let file): return .file(file)
        case .missing: return try await look(for: path, known: nil)
        case .due(let file):
            do {
                return try await look(for: path, known: file)
            } catch let error as SiteFolderError {
                // A disk that cannot be read now is no reason to stop serving what is in memory.
                logger.warning("site file cannot be rechecked", metadata: ["error": "\(error)"])
                return .file(file)
            }
        }
    }

    private func look(for path: SitePath, known: SiteFile?) async throws -> SiteFileReader.Finding {
        try await flights.run(path.key) { [self] in
            let finding = try await threadPool.runIfActive { [reader, now] in
                try reader.find(path, known: known, at: now())
            }
            switch finding {
            case .file(let file) where file === known: break
            case .file(let file): cache.insert(file, for: path.key, at: clock())
            case .folderWithoutSlash, .nothing: cache.remove(path.key)
            }
            return finding
        }
    }

    // MARK: - Answers

    /// Nil when the file on disk is no longer the one that was read.
    private func answer(_ request: Request, with file: SiteFile) async throws -> Response? {
        let fields = request.headers
        let representation = file.representation(accepting: fields[.acceptEncoding])
        let preconditions = file.preconditions(for: representation)
        switch preconditions.outcome(for: fields, now: now().utc) {
        case .notModified: return SiteAnswer.notModified(representation)
        case .failed: return SiteAnswer.preconditionFailed(representation)
        case .proceed: break
        }
        // RFC 9110 §14.2: a range means nothing to any method but GET.
        guard request.method == .get else { return SiteAnswer.head(representation) }
        var part = 0..<representation.length
        var status = HTTPResponse.Status.ok
        if let range = fields[.range], preconditions.allowsRange(in: fields) {
            switch ByteRange(fieldValue: range, length: representation.length) {
            case .whole: break
            case .unsatisfiable: return SiteAnswer.unsatisfiable(representation)
            case .part(let range):
                part = range
                status = .partialContent
            }
        }
        return try await body(of: representation, part).map {
            SiteAnswer.content(representation, status: status, part: part, body: $0)
        }
    }

    /// The nearest 404 page, or a line of text when the site has none.
    private func notFound(_ request: Request, page: SitePath?) async throws -> Response {
        if let page, case .file(let file) = try await find(page) {
            let representation = file.representation(accepting: request.headers[.acceptEncoding])
            if let body = try await body(of: representation, 0..<representation.length) {
                return SiteAnswer.notFound(representation, body: body)
            }
        }
        return SiteAnswer.text(.notFound, "Not found.")
    }

    /// Nil when the file on disk is not the one that was read.
    private func body(of representation: SiteFile.Representation, _ part: Range<Int>) async throws -> ResponseBody? {
        switch representation.content {
        case .memory(let bytes):
            if part.count == bytes.readableBytes { return ResponseBody(byteBuffer: bytes) }
            return bytes.getSlice(at: bytes.readerIndex + part.lowerBound, length: part.count)
                .map(ResponseBody.init(byteBuffer:))
        case .disk(let path, let status):
            let file = try await threadPool.runIfActive { [reader] in try reader.open(path, status: status) }
            return file.map { stream($0, part) }
        }
    }

    /// Reads a piece only when the one before it has been taken: a client that reads slowly holds few of them in memory.
    ///
    /// A file that is cut short meanwhile ends the connection, since the length has been promised.
    private func stream(_ file: OpenFile, _ part: Range<Int>) -> ResponseBody {
        ResponseBody(contentLength: part.count) { [self] writer in
            streams.count.add(1, ordering: .relaxed)
            defer { streams.count.subtract(1, ordering: .relaxed) }
            var offset = part.lowerBound
            while offset < part.upperBound {
                let share = limits.pieces / max(streams.count.load(ordering: .relaxed), 1)
                let length = min(max(share, limits.pieceLengths.lowerBound), limits.pieceLengths.upperBound)
                let piece = offset..<min(offset + length, part.upperBound)
                try await writer.write(threadPool.runIfActive { try file.read(piece) })
                offset = piece.upperBound
            }
            try await writer.finish(nil)
        }
    }
}

extension StaticSite.Limits {
    /// How long the file may be for gzip to be tried.
    func largestGzipped(_ path: String) -> Int {
        SiteFiles.MediaType(fileName: path[...]).isCompressible ? largestGzipped : 0
    }
}

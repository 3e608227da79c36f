// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

/// Does what the owner asks for: lists, shows, marks, releases, resends, erases, exports, audits.
///
/// The same on AWS and on one machine. Keeps no state, asks no clock, and throws nothing: whatever happens, there is an
/// answer that says what to do. Who asks was checked before.
package struct OwnerHandler: Sendable {
    /// How an export leaves.
    package enum Exports: Sendable {
        /// As one answer, read while it is sent.
        case streamed
        /// In parts; `Link: <…>; rel="next"` (RFC 8288) says where the next one is.
        case parts(ExportPart.Limits)
    }

    package var archive: any SubmissionArchive
    package var exports: Exports
    /// Of what is said to an owner whose browser asks for neither language.
    package var language: Language
    /// By which a mail is overdue.
    package var late: LateRule
    /// By name: what a form calls its message and its fields.
    package var forms: [FormName: FormDefinition]

    /// How many failed messages one request sends again.
    private static let resendLimit = 500

    package init(
        archive: any SubmissionArchive,
        exports: Exports,
        language: Language = .english,
        late: LateRule = LateRule(),
        forms: [FormName: FormDefinition] = [:]
    ) {
        self.archive = archive
        self.late = late
        self.forms = forms
        self.exports = exports
        self.language = language
    }

    /// For those who answer in its place, such as to somebody who is not signed in.
    package func reply(to request: OwnerRequest) -> OwnerReply {
        OwnerReply(acceptLanguage: request.acceptLanguage, language: language, reference: request.reference)
    }

    package func handle(_ request: OwnerRequest) async -> OwnerResponse {
        let reply = reply(to: request)
        guard let route = OwnerRoute(path: request.path) else {
            return reply.failure(404, .notFound, "Not found", reply.sentences.noRoute)
        }
        guard route.methods.contains(request.method) else { return reply.wrongMethod(route.methods) }
        guard let parameters = request.parameters else {
            return reply.failure(400, .invalidParameter, "Invalid parameter", reply.sentences.brokenQuery)
        }
        do {
            switch route {
            case .submissions: return try await list(request, parameters, reply)
            case .submission(let id): return try await one(id, request, parameters, reply)
            case .export(let format): return try await export(format, request, parameters, reply)
            case .erasure: return try await erase(request, parameters, reply)
            case .audit: return try await audit(request, parameters, reply)
            case .resendFailed: return try await resendFailed(request, parameters, reply)
            }
        } catch let error as ParameterError {
            return reply.failure(error)
        } catch let error as StoreError {
            return reply.fault(error)
        } catch {
            // Nothing else is thrown here; said all the same, since the compiler can't know.
            return reply.fault(StoreError(.unavailable, "an unexpected fault: \(type(of: error))"))
        }
    }

    private func list(
        _ request: OwnerRequest,
        _ parameters: [OwnerRequest.Parameter],
        _ reply: OwnerReply
    ) async throws -> OwnerResponse {
        let parameters = try OwnerParameters(
            parameters,
            names: SubmissionQuery.filterNames + ["cursor", "limit"]
        )
        var query = try SubmissionQuery(parameters)
        query.limit = try parameters.number("limit", 1...200) ?? 50
        if let text = parameters["cursor"] {
            guard let cursor = SubmissionCursor(text) else { throw ParameterError("cursor", .cursor) }
            query.cursor = cursor
        }
        let page = try await archive.page(query)
        return reply.json { writer in
            writer.object { object in
                object.name("submissions")
                object.array { array in
                    for submission in page.submissions {
                        submission.writeSummary(of: forms[submission.form], to: &array)
                    }
                }
                object.member("next", orNull: page.next?.description)
                object.member("unreadable", page.unreadable.map(\.key.id.description))
            }
        }
    }

    private func one(
        _ text: String,
        _ request: OwnerRequest,
        _ parameters: [OwnerRequest.Parameter],
        _ reply: OwnerReply
    ) async throws -> OwnerResponse {
        _ = try OwnerParameters(parameters, names: [])
        guard let id = SubmissionID(text) else { return reply.notFound() }
        switch request.method {
        case "PATCH": return try await change(id, request, reply)
        case "DELETE":
            guard let submission = try await archive.find(id: id),
                try await archive.delete(submission.key, at: request.receivedAt)
            else { return reply.notFound() }
            return reply.nothing(outcome: .erased([id]))
        default:
            guard let submission = try await archive.find(id: id) else { return reply.notFound() }
            return reply.json { submission.writeWhole(of: forms[submission.form], to: &$0) }
        }
    }

    private func change(_ id: SubmissionID, _ request: OwnerRequest, _ reply: OwnerReply) async throws -> OwnerResponse
    {
        guard let body = try object(in: request, members: ["read", "archived", "action"]) else {
            return reply.failure(415, .unsupportedType, "Unsupported content type", reply.sentences.wantsJSONType)
        }
        let change = try SubmissionChange(body)
        guard let submission = try await archive.find(id: id) else { return reply.notFound() }
        switch change {
        case .marks(let marks):
            var marked: Submission? = submission
            for mark in marks { marked = try await archive.mark(mark, on: submission.key, at: request.receivedAt) }
            guard let marked else { return reply.notFound() }
            return reply.json(outcome: .marked(submission.key)) { writer in
                marked.writeWhole(of: forms[marked.form], to: &writer)
            }
        case .status(let change):
            if let moved = try await archive.apply(change, to: submission.key, at: request.receivedAt) {
                return reply.json(outcome: .moved(moved.key, to: moved.status)) { writer in
                    moved.writeWhole(of: forms[moved.form], to: &writer)
                }
            }
            guard let current = try await archive.find(submission.key) else { return reply.notFound() }
            return reply.failure(409, .notNow, "Not allowed now", reply.sentences.notNow(current.status))
        }
    }

    private func erase(
        _ request: OwnerRequest,
        _ parameters: [OwnerRequest.Parameter],
        _ reply: OwnerReply
    ) async throws -> OwnerResponse {
        _ = try OwnerParameters(parameters, names: [])
        guard let body = try object(in: request, members: ["email", "cursor"]) else {
            return reply.failure(415, .unsupportedType, "Unsupported content type", reply.sentences.wantsJSONType)
        }
        guard let address = body["email"]?.string.flatMap(Submission.soughtAddress) else {
            throw ParameterError("email", .address)
        }
        var cursor: SubmissionCursor?
        if let value = body["cursor"], value != .null {
            cursor = value.string.flatMap { SubmissionCursor($0) }
            guard cursor != nil else { throw ParameterError("cursor", .cursor) }
        }
        let receipt = try await archive.erase(address: address, after: cursor, at: request.receivedAt)
        return reply.json(outcome: .erased(receipt.ids)) { receipt.write(to: &$0) }
    }

    private func resendFailed(
        _ request: OwnerRequest,
        _ parameters: [OwnerRequest.Parameter],
        _ reply: OwnerReply
    ) async throws -> OwnerResponse {
        _ = try OwnerParameters(parameters, names: [])
        var query = SubmissionQuery(statuses: SubmissionStatus.undelivered)
        query.limit = 100
        var resent = 0
        var isComplete = false
        var unreadable: [SubmissionID] = []
        // A page may be empty although there are more; so many are looked at in one request.
        for _ in 0..<50 where resent < Self.resendLimit {
            let page = try await archive.page(query)
            for submission in page.submissions
            where try await archive.apply(.resent, to: submission.key, at: request.receivedAt) != nil {
                resent += 1
            }
            unreadable += page.unreadable.map(\.key.id)
            guard let next = page.next else {
                isComplete = true
                break
            }
            query.cursor = next
        }
        return reply.json(outcome: .resent(resent)) { writer in
            writer.object { object in
                object.member("resent", resent)
                object.member("complete", isComplete)
                object.member("unreadable", unreadable.map(\.description))
            }
        }
    }

    /// The object in the body, with no other members than these; nil when it is not said to be JSON.
    private func object(
        in request: OwnerRequest,
        members: [String]
    ) throws(ParameterError) -> JSONValue? {
        guard let type = request.contentType, ContentType(type).mediaType == "application/json" else { return nil }
        guard let value = try? JSONParser.parse(request.body, maximumDepth: 4), case .object(let found) = value else {
            throw ParameterError(body: { $0.notJSON })
        }
        var seen: Set<String> = []
        for member in found {
            let name = String(member.name.prefix(40))
            guard members.contains(member.name) else { throw ParameterError(name) { $0.unknownMember(name) } }
            guard seen.insert(name).inserted else { throw ParameterError(name) { $0.repeatedParameter(name) } }
        }
        return value
    }
}

/// What the body of a PATCH asks for.
private enum SubmissionChange {
    case marks([OwnerMark])
    case status(StatusChange)

    init(_ body: JSONValue) throws(ParameterError) {
        if let action = body["action"] {
            guard body["read"] == nil, body["archived"] == nil else {
                throw ParameterError("action") { $0.whatToChange }
            }
            switch action.string {
            case "release": self = .status(.released)
            case "spam": self = .status(.markedSpam)
            case "resend": self = .status(.resent)
            default: throw ParameterError("action", .oneOf(["release", "spam", "resend"]))
            }
            return
        }
        var marks: [OwnerMark] = []
        if let isRead = try Self.flag("read", in: body) { marks.append(isRead ? .read : .unread) }
        if let isArchived = try Self.flag("archived", in: body) { marks.append(isArchived ? .archived : .unarchived) }
        guard !marks.isEmpty else { throw ParameterError(body: { $0.whatToChange }) }
        self = .marks(marks)
    }

    private static func flag(_ name: String, in body: JSONValue) throws(ParameterError) -> Bool? {
        switch body[name] {
        case nil: nil
        case .bool(let flag)?: flag
        default: throw ParameterError(name, .flag)
        }
    }
}

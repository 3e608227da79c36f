// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes

extension OwnerHandler {
    /// A whole export, or as much of it as one answer holds.
    func export(
        _ format: SubmissionExport.Format,
        _ request: OwnerRequest,
        _ sent: [OwnerRequest.Parameter],
        _ reply: OwnerReply
    ) async throws -> OwnerResponse {
        let names = SubmissionQuery.filterNames + ["cursor"] + (format == .csv ? ["separator", "bom"] : [])
        let parameters = try OwnerParameters(sent, names: names)
        let query = try SubmissionQuery(parameters)
        var position = ExportPosition(startedAt: request.receivedAt)
        if let text = parameters["cursor"] {
            guard let known = ExportPosition(text: text) else { throw ParameterError("cursor", .cursor) }
            position = known
        }
        let separator = try parameters.word(
            "separator",
            ["comma": CSVWriter.Separator.comma, "semicolon": .semicolon, "tab": .tab]
        )
        let export = SubmissionExport(
            format,
            of: archive,
            matching: query,
            from: position,
            writer: CSVWriter(separator: separator ?? .comma),
            beginsWithMark: try parameters.flag("bom") ?? false
        )
        var headers = OwnerReply.headers(type: Self.mediaType(format))
        let day = position.startedAt.isoDate
        headers.append(.init("Content-Disposition", "attachment; filename=\"messages-\(day).\(format.rawValue)\""))
        switch exports {
        case .streamed:
            return OwnerResponse(status: 200, headers: headers, body: .stream(ExportStream(export)))
        case .parts(let limits):
            let part = try await ExportPart.read(export, limits: limits)
            if let next = part.next {
                let query = Self.query(sent, cursor: next.text)
                headers.append(.init("Link", "<\(request.base)\(request.path)?\(query)>; rel=\"next\""))
            }
            if !part.unreadable.isEmpty {
                headers.append(.init("Brevlada-Unreadable", String(part.unreadable.count)))
            }
            headers.append(.init("Access-Control-Expose-Headers", "Link, Brevlada-Unreadable"))
            return OwnerResponse(status: 200, headers: headers, body: .complete(Array(part.text.utf8)))
        }
    }

    private static func mediaType(_ format: SubmissionExport.Format) -> String {
        switch format {
        case .csv: "text/csv; charset=utf-8"
        case .jsonl: "application/x-ndjson; charset=utf-8"
        }
    }

    /// The same query with another cursor.
    private static func query(_ parameters: [OwnerRequest.Parameter], cursor: String) -> String {
        let kept = parameters.filter { $0.name != "cursor" } + [.init("cursor", cursor)]
        return kept.map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }
            .joined(separator: "&")
    }
}

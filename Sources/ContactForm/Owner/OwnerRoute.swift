// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Where the owner's requests go, by what follows `/api` in the path.
package enum OwnerRoute: Sendable, Hashable {
    case submissions
    /// The id as the path has it, not checked yet.
    case submission(String)
    case export(SubmissionExport.Format)
    case erasure
    case audit
    case resendFailed

    /// Nil for a path that is none of the owner's.
    package init?(path: some StringProtocol) {
        switch path {
        case "/submissions": self = .submissions
        case "/submissions.csv": self = .export(.csv)
        case "/submissions.jsonl": self = .export(.jsonl)
        case "/erasure": self = .erasure
        case "/audit": self = .audit
        case "/resend-failed": self = .resendFailed
        default:
            let prefix = "/submissions/"
            guard path.hasPrefix(prefix) else { return nil }
            let id = path.dropFirst(prefix.count)
            guard !id.isEmpty, !id.contains("/") else { return nil }
            self = .submission(String(id))
        }
    }

    /// What may be done there; `HEAD` goes with `GET`.
    package var methods: [String] {
        switch self {
        case .submissions, .export, .audit: ["GET", "HEAD"]
        case .submission: ["GET", "HEAD", "PATCH", "DELETE"]
        case .erasure, .resendFailed: ["POST"]
        }
    }
}

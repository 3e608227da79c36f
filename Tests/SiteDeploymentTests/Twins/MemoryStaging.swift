// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import SiteDeployment
import Synchronization

/// Staged files in memory, as if they lay below /stage.
final class MemoryStaging: StagingFolder {
    let folder = "/stage"
    private let state = Mutex<[String: String]>([:])

    /// The text, or `→ target` of a link, by path.
    var files: [String: String] { state.withLock { $0 } }

    func write(_ bytes: [UInt8], to path: String) throws(DeploymentFailure) -> String {
        state.withLock { $0[path] = String(decoding: bytes, as: UTF8.self) }
        return "\(folder)/\(path)"
    }

    func link(to target: String, at path: String) throws(DeploymentFailure) -> String {
        state.withLock { $0[path] = "→ \(target)" }
        return "\(folder)/\(path)"
    }
}

/// A clock that stands still but for the sleeping, which takes no time.
final class StandingClock: Sendable {
    private let now: Mutex<Timestamp>

    init(_ start: Timestamp) {
        now = Mutex(start)
    }

    var clock: DeploymentClock {
        DeploymentClock(
            now: { [self] in now.withLock { $0 } },
            sleep: { [self] interval in now.withLock { $0 = $0.advanced(by: interval) } }
        )
    }
}

/// 2026-11-25T18:00:00Z
let noon = Timestamp(milliseconds: 1_795_629_600_000)

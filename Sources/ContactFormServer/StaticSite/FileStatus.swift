// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import CLinux

/// What tells one content of a file from another without reading it.
///
/// The time of the last status change is among it because no copying tool can set it: builds that give every file the
/// same modification time, and the same length to a new version number, are told apart too.
struct FileStatus: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64
    let size: Int
    let modified: FileTime
    let statusChanged: FileTime

    struct FileTime: Hashable, Sendable {
        let seconds: Int64
        let nanoseconds: Int64
    }
}

extension FileStatus {
    init(_ status: clinux_file_status) {
        self.init(
            device: status.device,
            inode: status.inode,
            size: Int(status.size),
            modified: FileTime(seconds: status.modified_seconds, nanoseconds: status.modified_nanoseconds),
            statusChanged: FileTime(seconds: status.changed_seconds, nanoseconds: status.changed_nanoseconds)
        )
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What the command asks the process for.
enum SystemEnvironment {
    static var variables: [String: String] { ProcessInfo.processInfo.environment }

    static var workingFolder: String { FileManager.default.currentDirectoryPath }
}

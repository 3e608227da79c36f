// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What a command asks the process for; everything below it gets these as values.
enum SystemEnvironment {
    static var variables: [String: String] { ProcessInfo.processInfo.environment }

    static var workingFolder: String { FileManager.default.currentDirectoryPath }
}

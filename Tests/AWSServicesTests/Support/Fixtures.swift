// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON

/// What stands in `Fixtures/` beside the tests.
enum Fixtures {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures")

    static func json(_ name: String) throws -> JSONValue {
        let data = try Data(contentsOf: folder.appending(path: name))
        return try JSONParser.parse(Array(data), maximumDepth: 16)
    }
}

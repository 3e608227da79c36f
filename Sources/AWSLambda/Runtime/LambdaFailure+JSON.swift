// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

extension LambdaFailure {
    /// The body of an error report, as the Runtime API wants it.
    var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { error in
            error.member("errorMessage", message)
            error.member("errorType", type)
            error.member("stackTrace", [])
        }
        return writer.bytes
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

/// The bodies of JSON answers. Formspree's clients read `errors[].message`, `error` and `next`, nothing else.
enum JSONAnswer {
    static func success(next: String, message: String, id: SubmissionID) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { object in
            object.member("ok", true)
            object.member("success", true)
            object.member("next", next)
            object.member("message", message)
            object.member("id", id.description)
        }
        return writer.bytes
    }

    static func failure(_ failure: Failure) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { object in
            object.member("ok", false)
            object.member("success", false)
            object.member("error", failure.summary)
            object.member("message", failure.message)
            object.name("errors")
            object.array { array in
                for error in failure.errors {
                    array.object { item in
                        item.member("code", error.code.rawValue)
                        item.member("field", ifPresent: error.field)
                        item.member("message", error.message)
                    }
                }
            }
        }
        return writer.bytes
    }
}

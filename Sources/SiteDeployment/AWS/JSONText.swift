// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

/// JSON for the AWS CLI.
enum JSONText {
    /// A list of objects with text alone.
    static func array(_ objects: [[(String, String)]]) -> String {
        JSONWriter.text { writer in
            writer.array { array in
                for object in objects {
                    array.object { members in
                        for (name, value) in object { members.member(name, value) }
                    }
                }
            }
        }
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import JSON

extension ErasureReceipt {
    /// As the page and the command save it, and the command reads it again: what it names, and whether that is everything.
    package func write(to writer: inout JSONWriter) {
        writer.object { object in
            object.member("id", id.description)
            object.member("at", at.iso8601)
            object.member("erased", erased)
            object.member("ids", ids.map(\.description))
            object.member("complete", isComplete)
            object.member("next", orNull: next?.description)
            object.member("unreadable", unreadable.map(\.description))
        }
    }
}

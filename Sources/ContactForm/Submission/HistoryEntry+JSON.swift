// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import JSON

extension [HistoryEntry] {
    /// The entries as a JSON array of objects, with the time in milliseconds: `[{"at":0,"what":"failed","reason":"…"}]`.
    package var json: String {
        guard !isEmpty else { return "[]" }
        return JSONWriter.text { writer in
            writer.array { array in
                for entry in self {
                    array.object { object in
                        object.member("at", entry.at.milliseconds)
                        object.member("what", entry.what)
                        object.member("reason", ifPresent: entry.reason)
                    }
                }
            }
        }
    }

    /// Reads what `json` wrote; nil for anything else.
    package init?(json: String) {
        guard json != "[]" else {
            self = []
            return
        }
        guard let elements = (try? JSONParser.parse(Array<UInt8>(json.utf8), maximumDepth: 2))?.array else {
            return nil
        }
        var entries: [HistoryEntry] = []
        for element in elements {
            guard let at = element["at"]?.integer.flatMap({ Timestamp(stored: $0) }),
                let what = element["what"]?.string
            else { return nil }
            entries.append(HistoryEntry(at: at, what: what, reason: element["reason"]?.string))
        }
        self = entries
    }
}

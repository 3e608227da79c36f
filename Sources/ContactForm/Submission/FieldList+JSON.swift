// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import JSON

extension FieldList {
    /// The fields as a JSON object in their order: a string for one value, an array for several.
    package var json: String { JSONWriter.text(write(to:)) }

    package func write(to writer: inout JSONWriter) {
        writer.object { object in
            for field in fields {
                if field.values.count == 1 {
                    object.member(field.name, field.values[0])
                } else {
                    object.member(field.name, field.values)
                }
            }
        }
    }

    /// Reads what `json` wrote; nil for anything else.
    package init?(json: String) {
        guard let value = try? JSONParser.parse(Array(json.utf8), maximumDepth: 2),
            case .object(let members) = value
        else { return nil }
        var fields: [Field] = []
        fields.reserveCapacity(members.count)
        for member in members {
            switch member.value {
            case .string(let text): fields.append(Field(member.name, text))
            case .array(let elements):
                let values = elements.compactMap(\.string)
                guard values.count == elements.count else { return nil }
                fields.append(Field(name: member.name, values: values))
            default: return nil
            }
        }
        self.init(fields)
    }
}

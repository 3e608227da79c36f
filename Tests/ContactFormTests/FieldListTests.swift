// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import Testing

@Suite("the list of fields")
struct FieldListTests {
    @Test("fields survive their stored form")
    func fields() throws {
        let fields: FieldList = [
            Field("message", "rad 1\nrad 2 \"x\" </script>"), Field(name: "services[]", values: ["a", "", "å"]),
            Field("", ""),
            Field(name: "none", values: []),
        ]
        #expect(FieldList(json: fields.json) == fields)
        #expect(FieldList(json: "[]") == nil)
        #expect(FieldList(json: "{\"a\":1}") == nil)
    }
}

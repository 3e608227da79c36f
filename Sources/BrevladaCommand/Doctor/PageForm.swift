// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import SiteDeployment

/// A form as a page has it: where it goes, and what it sends.
struct PageForm: Sendable, Hashable {
    /// An address that the form, or a button of it, sends to.
    struct Target: Sendable, Hashable {
        /// As written; empty for the page itself.
        var address: String
        var isPost: Bool
    }

    var targets: [Target] = []
    /// Of its inputs, text areas, lists and elements of a script's own; those of the buttons too.
    var names: Set<String> = []
    /// Whether there is anything to fill in: a form that a script draws has nothing yet.
    var hasFields = false
    /// What a hidden `_next` says.
    var next: String?
    /// Whether it was made for Netlify, which finds its forms by an attribute.
    var isForNetlify = false
    /// The field that it calls a trap for Netlify.
    var netlifyHoneypot: String?
    /// Whether `brevlada.js` sends it.
    var isForScript = false
    /// Whether it, or a button of it, sends `text/plain`.
    var isPlainText = false
    /// The encoding of its letters, when the page or the form says one.
    var charset: String?
    /// The names of its fields for files.
    var files: [String] = []
    /// The names of the fields that take any text, in which people differ.
    var texts: Set<String> = []
    /// How many fields are sent whatever is filled in.
    var leastFields = 0

    /// The forms of a page, in its order. What stands in scripts and comments is none.
    static func all(in page: String) -> [PageForm] {
        var reader = PageFormReader()
        let bytes = Array(page.utf8)
        var scanner = TagScanner(bytes)
        while let part = scanner.next() {
            switch part {
            case .tag(let element): reader.begin(element)
            case .attribute(let attribute):
                reader.add(attribute.name, String(decoding: bytes[attribute.value], as: UTF8.self))
            case .end(let element): reader.end(element)
            }
        }
        return reader.forms()
    }
}

/// Puts a page's tags together to forms.
private struct PageFormReader {
    fileprivate struct Tag {
        var element: String
        /// Of a repeated attribute the first counts, as in browsers.
        var attributes: [String: String] = [:]

        subscript(_ name: String) -> String? { attributes[name] }
    }

    private struct Found {
        var form: Tag
        var controls: [Tag] = []
    }

    private var found: [Found] = []
    /// Fields that name their form, from anywhere on the page.
    private var strays: [Tag] = []
    private var isInForm = false
    private var charset: String?
    private var tag: Tag?

    mutating func begin(_ element: String) {
        finish()
        tag = Tag(element: element)
    }

    mutating func add(_ name: String, _ value: String) {
        if tag?[name] == nil { tag?.attributes[name] = value }
    }

    mutating func end(_ element: String) {
        finish()
        if element == "form" { isInForm = false }
    }

    private mutating func finish() {
        guard let tag else { return }
        self.tag = nil
        if tag.element == "meta" {
            charset = charset ?? Self.charset(tag)
        } else if tag.element == "form" {
            found.append(Found(form: tag))
            isInForm = true
        } else if ["input", "textarea", "select", "button"].contains(tag.element) || tag.element.contains("-") {
            if tag["form"] != nil {
                strays.append(tag)
            } else if isInForm {
                found[found.count - 1].controls.append(tag)
            }
        }
    }

    mutating func forms() -> [PageForm] {
        finish()
        let straysOfForms = Dictionary(grouping: strays) { $0["form"] }
        return found.map { found in
            let own = found.form["id"].flatMap { straysOfForms[$0] } ?? []
            return Self.form(found.form, controls: found.controls + own, charset: charset)
        }
    }

    private static func charset(_ meta: Tag) -> String? {
        if let charset = meta["charset"] { return charset.trimmedSpaces }
        guard meta["http-equiv"]?.lowercased() == "content-type", let content = meta["content"] else { return nil }
        var rest = content.utf8[...]
        while let parameter = ContentType.nextParameter(&rest) {
            if parameter.name == "charset" { return parameter.value }
        }
        return nil
    }

    private static func form(_ tag: Tag, controls: [Tag], charset: String?) -> PageForm {
        var form = PageForm()
        form.charset = tag["accept-charset"]?.trimmedSpaces ?? charset
        form.netlifyHoneypot = tag["netlify-honeypot"] ?? tag["data-netlify-honeypot"]
        form.isPlainText = isPlainText(tag["enctype"])
        form.isForScript = tag["data-brevlada"] != nil
        form.isForNetlify = ["netlify", "data-netlify"].contains { name in tag[name].map { $0 != "false" } ?? false }
        let action = tag["action"].map(\.trimmedSpaces)
        let method = tag["method"] ?? ""
        for control in controls {
            let type = control["type"]?.lowercased() ?? (control.element == "button" ? "submit" : "text")
            let name = control["name"] ?? ""
            if !name.isEmpty { form.names.insert(name) }
            if name == "_next", type == "hidden" { form.next = form.next ?? control["value"] }
            let isElsewhereDrawn = control.element.contains("-")
            if !isElsewhereDrawn, !["submit", "image", "button", "reset", "hidden"].contains(type) {
                form.hasFields = true
            }
            if !name.isEmpty { form.count(control, name, type) }
            guard type == "submit" || type == "image" else { continue }
            if isPlainText(control["formenctype"]) { form.isPlainText = true }
            guard control["formaction"] != nil || control["formmethod"] != nil else { continue }
            form.add(control["formaction"]?.trimmedSpaces ?? action ?? "", control["formmethod"] ?? method)
        }
        // Where a button says it all, what the form says of the same address is not used.
        if form.targets.isEmpty || action.map({ action in !form.targets.contains { $0.address == action } }) ?? false {
            form.add(action ?? "", method, at: 0)
        }
        return form
    }

    private static func isPlainText(_ type: String?) -> Bool { type?.lowercased() == "text/plain" }
}

extension PageForm {
    fileprivate mutating func count(_ control: PageFormReader.Tag, _ name: String, _ type: String) {
        if control.element == "input", type == "file" { files.append(name) }
        guard !["submit", "image", "button", "reset", "checkbox", "radio", "file"].contains(type) else { return }
        // What a script's own element takes is not known.
        let isChoice = control.element == "select" || ["hidden", "range", "number", "date", "color"].contains(type)
        if !isChoice { texts.insert(name) }
        let mayBeAbsent = control["disabled"] != nil || control["multiple"] != nil || control.element.contains("-")
        if !mayBeAbsent { leastFields += 1 }
    }

    /// More addresses than a form of people has are not looked at.
    private static let mostTargets = 50

    fileprivate mutating func add(_ address: String, _ method: String, at index: Int? = nil) {
        guard targets.count < Self.mostTargets else { return }
        let target = Target(address: address, isPost: method.lowercased() == "post")
        if !targets.contains(target) { targets.insert(target, at: index ?? targets.count) }
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

/// A form as a page has it: where it goes, and what it sends.
struct PageForm: Sendable {
    /// An address that the form, or a button of it, sends to.
    struct Target: Sendable, Hashable {
        /// As written; empty for the page itself.
        var address: String
        var isPost: Bool
    }

    private let tag: PageTag
    /// The lines of forms that begin within it, which browsers ignore: their fields are its own.
    let ignored: [Int]
    /// Its inputs, text areas, lists, buttons and elements of a script's own; the options of a list by the list's name.
    let controls: [PageTag]
    private(set) var targets: [Target] = []
    /// Whether it, or a button of it, sends `text/plain`.
    private(set) var isPlainText: Bool
    /// The encoding of its letters, when the page or the form says one.
    let charset: String?
    let names: Set<String>

    fileprivate init(_ tag: PageTag, ignored: [Int], controls: [PageTag], charset: String?) {
        self.tag = tag
        self.ignored = ignored
        self.controls = controls
        self.charset = tag["accept-charset"]?.trimmedSpaces ?? charset
        names = Set(controls.map(\.name)).subtracting([""])
        isPlainText = Self.isPlainText(tag["enctype"])
        let action = tag["action"].map(\.trimmedSpaces)
        let method = tag["method"] ?? ""
        for control in controls where ["submit", "image"].contains(control.type) {
            if Self.isPlainText(control["formenctype"]) { isPlainText = true }
            guard control["formaction"] != nil || control["formmethod"] != nil else { continue }
            add(control["formaction"]?.trimmedSpaces ?? action ?? "", control["formmethod"] ?? method)
        }
        // Where a button says it all, what the form says of the same address is not used.
        if targets.isEmpty || action.map({ action in !targets.contains { $0.address == action } }) ?? false {
            add(action ?? "", method, at: 0)
        }
    }

    private static func isPlainText(_ type: String?) -> Bool { type?.lowercased() == "text/plain" }

    /// More addresses than a form of people has are not looked at.
    private static let mostTargets = 50

    private mutating func add(_ address: String, _ method: String, at index: Int? = nil) {
        guard targets.count < Self.mostTargets else { return }
        let target = Target(address: address, isPost: method.lowercased() == "post")
        if !targets.contains(target) { targets.insert(target, at: index ?? targets.count) }
    }
}

extension PageForm {
    var line: Int { tag.line }

    /// Whether `brevlada.js` sends it.
    var isForScript: Bool { tag["data-brevlada"] != nil }

    /// Whether it was made for Netlify, which finds its forms by an attribute.
    var isForNetlify: Bool {
        ["netlify", "data-netlify"].contains { name in tag[name].map { $0 != "false" } ?? false }
    }

    /// Whether it looks like one for messages, and not like one for a script's dialog.
    var asksForMessage: Bool {
        tag["method"]?.lowercased() != "dialog" && fields.contains { $0.element == "textarea" || $0.type == "email" }
    }

    /// The field that it calls a trap for Netlify.
    var netlifyHoneypot: String? { tag["netlify-honeypot"] ?? tag["data-netlify-honeypot"] }

    /// What a visitor fills in: a form that a script draws has nothing yet.
    var fields: [PageTag] { controls.filter(\.isField) }

    /// Its hidden `_next`.
    var next: PageTag? { controls.first { $0.name == "_next" && $0.type == "hidden" && $0["value"] != nil } }

    /// Its fields for files.
    var files: [PageTag] { controls.filter { $0.element == "input" && $0.type == "file" && !$0.name.isEmpty } }

    /// The names of the fields that take any text, in which people differ.
    var texts: Set<String> {
        let choices = ["hidden", "range", "number", "date", "color"]
        return Set(written.filter { $0.element != "select" && !choices.contains($0.type) }.map(\.name))
    }

    /// How many fields are sent whatever is filled in.
    var leastFields: Int {
        written.count { $0["disabled"] == nil && $0["multiple"] == nil && !$0.isCustom }
    }

    /// Those of a field that may come with more than one value; none for a field of one.
    func several(of rule: FieldRule) -> [PageTag] {
        let sent = controls.filter { control in
            rule.isFor(control.name) && !control.isOption && !control.isButton && !control.isCustom
                && control.type != "file"
                && control["disabled"] == nil && !control.mayBeAbsent
        }
        let radios = sent.filter { $0.type == "radio" }
        let count = sent.count - max(0, radios.count - 1)
        return count > 1 || sent.contains { $0.element == "select" && $0["multiple"] != nil } ? sent : []
    }

    /// What is sent also when nobody touches it. What a script's own element takes is not known.
    private var written: [PageTag] {
        controls.filter { control in
            !control.name.isEmpty && !control.isOption && !control.isButton
                && !["checkbox", "radio", "file"].contains(control.type)
        }
    }
}

/// Puts a page's tags together to forms.
struct PageFormReader {
    private struct Found {
        var form: PageTag
        var controls: [PageTag] = []
        var ignored: [Int] = []
    }

    private(set) var isInNoscript = false
    private var found: [Found] = []
    /// Fields that name their form, from anywhere on the page.
    private var strays: [PageTag] = []
    private var isInForm = false
    private var charset: String?
    /// The list whose options come.
    private var list: PageTag?
    private var isInDisabledGroup = false
    /// Of the sets of fields that are open, whether each is disabled, and whether its legend, which never is, is open.
    private var fieldsets: [Bool] = []
    private var isInLegend = false
    /// How many templates are open: what stands in them is not in the page yet.
    private var templates = 0
    /// An element that is out of sight, by a `style` or without, and how many of its kind are open.
    private var unseen: (element: String, depth: Int, isByStyle: Bool)?

    mutating func add(_ tag: PageTag) {
        var tag = tag
        endParagraph(before: tag.element)
        if let unseen, unseen.element == tag.element { self.unseen?.depth += 1 }
        let isUnseen = tag.isHidden || tag.hidesByStyle
        if unseen == nil, isInForm, isUnseen, !["input", "img", "br", "hr"].contains(tag.element) {
            unseen = (tag.element, 1, !tag.isHidden)
        }
        tag.isStyledAway = !tag.isHidden && (unseen?.isByStyle ?? tag.hidesByStyle)
        switch tag.element {
        case "noscript": isInNoscript = true
        case "meta": charset = charset ?? Self.charset(tag)
        case "form":
            // While a form is open no other begins (HTML §13.2.6.4.7); a template is a document of its own.
            guard !isInForm || templates > 0 else {
                found[found.count - 1].ignored.append(tag.line)
                break
            }
            found.append(Found(form: tag))
            isInForm = true
        case "fieldset": fieldsets.append(tag["disabled"] != nil)
        case "legend": isInLegend = true
        case "template": templates += 1
        case "optgroup": isInDisabledGroup = tag["disabled"] != nil
        case "select":
            list = tag
            isInDisabledGroup = false
            addControl(tag)
        case "option":
            guard let list else { break }
            tag["name"] = list.name
            tag["form"] = list["form"]
            if isInDisabledGroup { tag["disabled"] = "" }
            addControl(tag)
        case "input", "textarea", "button": addControl(tag)
        default: if tag.isCustom { addControl(tag) }
        }
    }

    /// A paragraph ends where one of these begins, or what it stands in ends (HTML §4.4.1).
    private static let endParagraphs: Set<String> = [
        "address", "article", "aside", "blockquote", "details", "dialog", "div", "dl", "fieldset", "figcaption",
        "figure",
        "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "li", "main", "menu", "nav",
        "ol",
        "p", "pre", "search", "section", "table", "td", "ul",
    ]

    private mutating func endParagraph(before element: String) {
        if unseen?.element == "p", Self.endParagraphs.contains(element) { unseen = nil }
    }

    mutating func end(_ element: String) {
        endParagraph(before: element)
        switch element {
        case "form": isInForm = false
        case "fieldset": _ = fieldsets.popLast()
        case "legend": isInLegend = false
        case "template": templates = max(0, templates - 1)
        case "optgroup": isInDisabledGroup = false
        case "select": list = nil
        case "noscript": isInNoscript = false
        default: break
        }
        guard let unseen, unseen.element == element else { return }
        self.unseen = unseen.depth > 1 ? (element, unseen.depth - 1, unseen.isByStyle) : nil
    }

    private mutating func addControl(_ tag: PageTag) {
        var tag = tag
        if fieldsets.contains(true), !isInLegend { tag["disabled"] = "" }
        tag.isInTemplate = templates > 0
        if tag["form"] != nil {
            strays.append(tag)
        } else if isInForm {
            found[found.count - 1].controls.append(tag)
        }
    }

    func forms() -> [PageForm] {
        let straysOfForms = Dictionary(grouping: strays) { $0["form"] }
        return found.map { found in
            let own = found.form["id"].flatMap { straysOfForms[$0] } ?? []
            return PageForm(found.form, ignored: found.ignored, controls: found.controls + own, charset: charset)
        }
    }

    private static func charset(_ meta: PageTag) -> String? {
        if let charset = meta["charset"] { return charset.trimmedSpaces }
        guard meta["http-equiv"]?.lowercased() == "content-type", let content = meta["content"] else { return nil }
        var rest = content.utf8[...]
        while let parameter = ContentType.nextParameter(&rest) {
            if parameter.name == "charset" { return parameter.value }
        }
        return nil
    }
}

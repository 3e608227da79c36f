// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

/// A tag of a page, with what the doctor asks of it.
struct PageTag: Sendable {
    var element: String
    var line: Int
    /// Of a repeated attribute the first counts, as in browsers.
    private(set) var attributes: [String: String] = [:]
    /// What stands in it before the next tag.
    var text = ""
    /// Whether a `style` attribute keeps it, or what it stands in, out of sight.
    var isStyledAway = false

    /// Whether a script may put it into the page, and may not.
    var isInTemplate = false

    init(element: String, line: Int) {
        self.element = element
        self.line = line
    }

    subscript(_ name: String) -> String? {
        get { attributes[name] }
        set { attributes[name] = newValue }
    }

    mutating func add(_ name: String, _ value: String) {
        if attributes[name] == nil { attributes[name] = value }
    }

    var hasHandler: Bool {
        attributes.keys.contains { name in
            guard name.hasPrefix("on") else { return false }
            let event = name.dropFirst(2)
            return Self.events.contains(String(event)) || Self.kindsOfEvents.contains { event.hasPrefix($0) }
        }
    }

    /// Of which HTML has attributes with scripts (HTML §8.1.8.2), and those of pointers and animations.
    private static let events: Set<String> = [
        "abort", "afterprint", "beforeinput", "beforeprint", "beforetoggle", "beforeunload", "blur", "cancel",
        "canplay",
        "canplaythrough", "change", "close", "contextmenu", "copy", "cuechange", "cut", "durationchange", "emptied",
        "ended",
        "error", "focus", "focusin", "focusout", "formdata", "hashchange", "input", "invalid", "load", "loadeddata",
        "loadedmetadata", "loadstart", "message", "messageerror", "offline", "online", "pagehide", "pageshow", "paste",
        "pause", "play", "playing", "popstate", "progress", "ratechange", "reset", "resize", "scroll", "scrollend",
        "search",
        "securitypolicyviolation", "seeked", "seeking", "select", "selectionchange", "selectstart", "slotchange",
        "stalled",
        "storage", "submit", "suspend", "timeupdate", "toggle", "unload", "volumechange", "waiting", "wheel", "click",
        "auxclick", "dblclick", "drop",
    ]
    private static let kindsOfEvents = ["animation", "drag", "key", "mouse", "pointer", "touch", "transition"]

    /// Whether it is out of sight without any style.
    var isHidden: Bool { self["hidden"] != nil || (element == "input" && type == "hidden") }

    /// Whether its `style` is one of those by which pages hide what only robots shall see.
    var hidesByStyle: Bool {
        self["style"]?.lowercased().split(separator: ";").contains { declaration in
            let property = declaration.prefix { $0 != ":" }
            return Self.hides(String(property).trimmedSpaces, declaration.dropFirst(property.count + 1))
        } ?? false
    }

    private static func hides(_ property: String, _ value: Substring) -> Bool {
        let value = String(value.prefix { $0 != "!" }).trimmedSpaces
        switch property {
        case "display": return value == "none"
        case "visibility": return value == "hidden" || value == "collapse"
        case "left", "top", "right", "bottom", "text-indent": return value.hasPrefix("-")
        case "opacity", "height", "width": return Double(value.prefix { $0.isNumber || $0 == "." }) == 0
        case "clip", "clip-path": return !["", "auto", "none"].contains(value)
        default: return false
        }
    }

    func hasClass(_ name: String) -> Bool { words(of: "class").contains(name[...]) }

    func words(of attribute: String) -> [Substring] {
        self[attribute]?.lowercased().split(whereSeparator: \.isWhitespace) ?? []
    }
}

/// What a tag is in a form.
extension PageTag {
    var name: String { self["name"] ?? "" }
    var type: String {
        let type = self["type"]?.lowercased()
        guard element == "button" else { return type ?? "text" }
        // Whatever else it says, a button sends (HTML §4.10.6).
        return type == "button" || type == "reset" ? type ?? "" : "submit"
    }
    var isButton: Bool { ["submit", "image", "button", "reset"].contains(type) }
    var isOption: Bool { element == "option" }
    /// One of a script's own, of which nobody knows what it sends.
    var isCustom: Bool { element.contains("-") }

    /// Whether Alpine or Vue gives it a name, which is not known here.
    var isNamedByScript: Bool { [":name", "x-bind:name", "v-bind:name"].contains { self[$0] != nil } }

    /// Whether it is in the page only when a script wants it.
    var mayBeAbsent: Bool { isInTemplate || ["v-if", "v-else", "v-else-if"].contains { self[$0] != nil } }

    /// Whether a visitor fills it in.
    var isField: Bool { !isOption && !isCustom && !isButton && type != "hidden" }

    /// What it sends when it is chosen, or unseen (HTML §4.10.10 and §4.10.5.4); nil for what is no choice, and where the page
    /// says it with a character reference or a template, which are not read here.
    var choice: String? {
        let value: String
        if isOption {
            // A no-break space stays (Infra §4.7).
            let spaces: Set<Character> = [" ", "\t", "\n", "\u{0C}", "\r", "\r\n"]
            value = self["value"] ?? text.split(whereSeparator: spaces.contains).joined(separator: " ")
        } else if type == "hidden" {
            value = self["value"] ?? ""
        } else if element == "input", type == "radio" || type == "checkbox" {
            value = self["value"] ?? "on"
        } else {
            return nil
        }
        return value.contains("&") || value.contains("{{") || self["disabled"] != nil || (isOption && isHidden)
            ? nil : value
    }

    /// Whether it is a list's first word, such as "Choose…", that would be sent as an answer.
    var isPlaceholder: Bool {
        isOption && self["value"] == nil && ["…", "...", "?"].contains { text.trimmedSpaces.hasSuffix($0) }
    }

    /// How many characters it lets a visitor write; nil when the page sets no limit.
    var maxLength: Int? {
        guard element == "textarea" || (element == "input" && isField) else { return nil }
        return self["maxlength"].flatMap { Int($0.trimmedSpaces) }
    }
}

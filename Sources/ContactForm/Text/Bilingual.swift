// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What the product says to somebody, in that person's language.
package protocol Bilingual {
    var language: Language { get }
}

extension Bilingual {
    package func say(_ english: String, _ swedish: String) -> String {
        switch language {
        case .english: english
        case .swedish: swedish
        }
    }

    func characters(_ count: Int) -> String {
        grouped(count) + " " + say(count == 1 ? "character" : "characters", "tecken")
    }

    /// 20,000; 20 000 in Swedish, with a space that no line breaks at.
    private func grouped(_ number: Int) -> String {
        var text = "\(number)"
        var place = text.utf8.count
        while place > 3 {
            place -= 3
            text.insert(contentsOf: say(",", "\u{A0}"), at: text.index(text.startIndex, offsetBy: place))
        }
        return text
    }

    func seconds(_ count: Int) -> String {
        "\(count) " + (count == 1 ? say("second", "sekund") : say("seconds", "sekunder"))
    }

    func minutes(_ count: Int) -> String {
        "\(count) " + (count == 1 ? say("minute", "minut") : say("minutes", "minuter"))
    }
}

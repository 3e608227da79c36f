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
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Composes letters and their marks into single characters, as normalisation form C does.
///
/// Covers what keyboards and file systems produce decomposed: Latin, Greek, Cyrillic, Arabic, kana, Hangul and the
/// independent vowels of Indic scripts. The standard library normalises to compare but does not hand the result out, so
/// the lookup leans on the comparison: two `Character`s are equal when they are canonically equivalent, and hash alike.
enum CanonicalComposition {
    /// - Throws: ``EmailAddressError/invalidDomainCharacter(_:)`` for a mark on a letter when only a table of
    ///   decompositions could tell which of its marks to compose; no language writes such a letter in that way.
    static func compose(_ scalars: some Collection<Unicode.Scalar>) throws(EmailAddressError) -> [Unicode.Scalar] {
        // Everything below U+0300 is composed already.
        guard scalars.contains(where: { $0.value >= 0x300 }) else { return Array(scalars) }
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars)
        var result: [Unicode.Scalar] = []
        for character in text {
            if let composed = composites[character] {
                result.append(composed)
            } else {
                result.append(contentsOf: try composeByPairs(character.unicodeScalars))
            }
        }
        return result
    }

    private static func composeByPairs(
        _ scalars: Character.UnicodeScalarView
    ) throws(EmailAddressError) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        for scalar in inCanonicalOrder(scalars) {
            guard let base = result.first, let last = result.last else {
                result.append(scalar)
                continue
            }
            let isBlocked = result.count > 1 && combiningClass(last) >= combiningClass(scalar)
            if !isBlocked, let composed = composePair(base, scalar) {
                result[0] = composed
            } else {
                result.append(scalar)
            }
        }
        // Had the letter come decomposed, a mark below it would have been composed before the mark above it.
        if let letter = scalars.first, composites[Character(letter)] == letter,
            let mark = result.dropFirst().first(where: { (1..<230).contains(combiningClass($0)) })
        {
            throw .invalidDomainCharacter(mark)
        }
        return result
    }

    private static func inCanonicalOrder(_ scalars: Character.UnicodeScalarView) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        var marks: [Unicode.Scalar] = []
        for scalar in scalars {
            if combiningClass(scalar) > 0 {
                marks.append(scalar)
            } else {
                result.append(contentsOf: sorted(marks))
                marks.removeAll()
                result.append(scalar)
            }
        }
        return result + sorted(marks)
    }

    /// By combining class; marks of one class keep their order, for it carries meaning.
    private static func sorted(_ marks: [Unicode.Scalar]) -> [Unicode.Scalar] {
        marks.enumerated()
            .sorted { (combiningClass($0.element), $0.offset) < (combiningClass($1.element), $1.offset) }
            .map(\.element)
    }

    private static func composePair(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
        if let syllable = composeHangul(first.value, second.value) { return syllable }
        var pair = ""
        pair.unicodeScalars.append(first)
        pair.unicodeScalars.append(second)
        return pair.count == 1 ? composites[Character(pair)] : nil
    }

    /// The arithmetic of the Unicode Standard §3.12: 19 leading consonants, 21 vowels, 27 trailing consonants or none.
    private static func composeHangul(_ first: UInt32, _ second: UInt32) -> Unicode.Scalar? {
        if (0x1100..<0x1113).contains(first), (0x1161..<0x1176).contains(second) {
            return Unicode.Scalar(0xAC00 + ((first - 0x1100) * 21 + second - 0x1161) * 28)
        }
        if (0xAC00..<0xD7A4).contains(first), (first - 0xAC00) % 28 == 0, (0x11A8..<0x11C3).contains(second) {
            return Unicode.Scalar(first + second - 0x11A7)
        }
        return nil
    }

    private static func combiningClass(_ scalar: Unicode.Scalar) -> UInt8 {
        scalar.properties.canonicalCombiningClass.rawValue
    }

    /// The blocks that hold composed letters. Earlier blocks win, so that the duplicates in Greek Extended map to the
    /// letters of the first Greek block.
    private static let composites: [Character: Unicode.Scalar] = {
        let blocks: [ClosedRange<UInt32>] = [
            0x00C0...0x024F, 0x0388...0x03CE, 0x03D3...0x03D4, 0x0400...0x04F9, 0x0622...0x0626, 0x06C0...0x06D3,
            0x0929...0x0934, 0x0B94...0x0B94, 0x1026...0x1026, 0x1B06...0x1B12, 0x1E00...0x1EFF, 0x1F00...0x1FFC,
            0x304C...0x30FE,
        ]
        var result: [Character: Unicode.Scalar] = [:]
        result.reserveCapacity(blocks.reduce(0) { $0 + $1.count })
        for value in blocks.joined() {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let character = Character(scalar)
            if result[character] == nil { result[character] = scalar }
        }
        return result
    }()
}

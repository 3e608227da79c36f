// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// A content coding that a file can be answered in (RFC 9110 §8.4.1), best first.
enum ContentCoding: Int, CaseIterable, Sendable {
    case brotli
    case gzip
    case identity

    /// The value of `Content-Encoding`; nil for a file as it is.
    var fieldValue: String? {
        switch self {
        case .brotli: "br"
        case .gzip: "gzip"
        case .identity: nil
        }
    }

    /// What a precompressed sibling's name ends in.
    var fileSuffix: String {
        switch self {
        case .brotli: ".br"
        case .gzip: ".gz"
        case .identity: ""
        }
    }
}

/// The content codings a client accepts, from `Accept-Encoding` (RFC 9110 §12.5.3).
struct AcceptedCodings: Equatable, Sendable {
    /// Weights in thousandths; nil where the client said nothing.
    private var weights: [Int?] = Array(repeating: nil, count: ContentCoding.allCases.count)
    private var weightOfOthers: Int?

    /// - Parameter fieldValue: nil without the field. Nothing but identity is then chosen: any coding would be allowed,
    ///   but clients that do not ask for one often cannot decode it.
    init(_ fieldValue: String?) {
        guard let fieldValue else { return }
        for member in ListField(fieldValue) {
            guard let (coding, weight) = Self.split(member) else { continue }
            if coding.elementsEqual("*".utf8) {
                weightOfOthers = weight
            } else if coding.equalsIgnoringCase("br") {
                weights[ContentCoding.brotli.rawValue] = weight
            } else if coding.equalsIgnoringCase("gzip") || coding.equalsIgnoringCase("x-gzip") {
                weights[ContentCoding.gzip.rawValue] = weight  // RFC 9110 §8.4.1.3: x-gzip is the same
            } else if coding.equalsIgnoringCase("identity") {
                weights[ContentCoding.identity.rawValue] = weight
            }
        }
    }

    /// The coding to answer in: the heaviest, and the best of equals.
    ///
    /// Identity when the client takes none of them: RFC 9110 §12.4.1 lets a server disregard the field instead of
    /// answering 406, and a visitor is better served by a page than by an error.
    func preferred(among codings: some Sequence<ContentCoding>) -> ContentCoding {
        var best = (coding: ContentCoding.identity, weight: 0)
        for coding in codings {
            let weight = weight(of: coding)
            if weight > best.weight || (weight == best.weight && weight > 0 && coding.rawValue < best.coding.rawValue) {
                best = (coding, weight)
            }
        }
        return best.coding
    }

    /// 0 (refused) to 1,000.
    func weight(of coding: ContentCoding) -> Int {
        if let weight = weights[coding.rawValue] { return weight }
        // Identity needs no mention; only "identity;q=0" or "*;q=0" refuses it. Any coding asked for comes before it.
        if coding == .identity { return weightOfOthers == 0 ? 0 : 1 }
        return weightOfOthers ?? 0
    }

    /// Nil for a member whose weight cannot be read; it is passed over.
    private static func split(_ member: Substring.UTF8View) -> (coding: Substring.UTF8View, weight: Int)? {
        guard let semicolon = member.firstIndex(of: UInt8(ascii: ";")) else { return (member, 1_000) }
        let parameter = member[member.index(after: semicolon)...].trimmingOptionalWhitespace()
        guard parameter.count > 2, parameter.prefix(2).equalsIgnoringCase("q="),
            let weight = thousandths(parameter.dropFirst(2))
        else { return nil }
        return (member[..<semicolon].trimmingOptionalWhitespace(), weight)
    }

    /// A qvalue (RFC 9110 §12.4.2): "0" to "1", with at most three decimals.
    private static func thousandths(_ text: Substring.UTF8View) -> Int? {
        guard let first = text.first, first == UInt8(ascii: "0") || first == UInt8(ascii: "1"), text.count <= 5 else {
            return nil
        }
        var value = first == UInt8(ascii: "1") ? 1_000 : 0
        let fraction = text.dropFirst()
        guard fraction.isEmpty || fraction.first == UInt8(ascii: ".") else { return nil }
        var scale = 100
        for digit in fraction.dropFirst() {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value += Int(digit - UInt8(ascii: "0")) * scale
            scale /= 10
        }
        return value <= 1_000 ? value : nil
    }
}

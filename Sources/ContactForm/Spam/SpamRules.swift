// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// The signs of spam that are looked for, and how much each weighs.
///
/// One weak sign never holds a message; two usually do. What is held is kept and can be released, so that the rules may
/// err now and then without losing anything.
package struct SpamRules: Sendable, Hashable {
    /// A submission with this score or more is held. Signs that tell for certain weigh this much, whatever it is.
    package var threshold = 100
    /// Sent sooner than this after the form was shown, no person typed it.
    package var fillTime = Interval.seconds(3)
    /// So many links are nothing special.
    package var freeLinks = 2
    /// The same text so many times within the hour is a sign.
    package var repeats = 3
    /// Words and phrases, matched whole and in any case.
    package var blockedWords: [String] = [] {
        didSet { blocked = BlockedWords(blockedWords) }
    }
    /// The same, made ready to be looked for: once, and not for each message.
    private var blocked = BlockedWords([])
    /// Addresses (`a@b.se`) and domains (`b.se`).
    package var blockedAddresses: [String] = []

    package init() {}
}

/// What the rules see of a submission.
package struct SpamEvidence: Sendable {
    /// Subject and address to answer to included, when they came in fields of their own.
    package var fields: FieldList
    /// Of the fields that the form has no rule for: whoever sent them chose their names, and mail shows those too.
    package var names: [String]
    /// The page that the form is said to have stood on (`Referer`), when that is on no site that may post; mail shows it.
    package var foreignPage: String?
    /// The visitor's own.
    package var addresses: [String]
    /// Whether the hidden field holds something; see `SpecialFields.isHoneypotFilled`.
    package var isHoneypotFilled: Bool
    /// How long the visitor had the form before sending; nil when unknown.
    package var fillTime: Interval?
    package var isWebdriver: Bool
    package var hasOrigin: Bool
    /// How often the same text came within the hour, this time included.
    package var timesSeen: Int
    package var isChallengeUnavailable: Bool

    package init(
        fields: FieldList,
        names: [String] = [],
        foreignPage: String? = nil,
        addresses: [String] = [],
        isHoneypotFilled: Bool = false,
        fillTime: Interval? = nil,
        isWebdriver: Bool = false,
        hasOrigin: Bool = true,
        timesSeen: Int = 1,
        isChallengeUnavailable: Bool = false
    ) {
        self.fields = fields
        self.names = names
        self.foreignPage = foreignPage
        self.addresses = addresses
        self.isHoneypotFilled = isHoneypotFilled
        self.fillTime = fillTime
        self.isWebdriver = isWebdriver
        self.hasOrigin = hasOrigin
        self.timesSeen = timesSeen
        self.isChallengeUnavailable = isChallengeUnavailable
    }

    fileprivate var values: [String] { fields.fields.flatMap(\.values) }
}

/// The signs that were seen and whether they suffice to hold the submission.
package struct SpamVerdict: Sendable, Hashable {
    package private(set) var reasons: [SpamReason] = []
    package private(set) var score = 0
    package let threshold: Int

    package var isHeld: Bool { score >= threshold }

    fileprivate init(threshold: Int) {
        self.threshold = threshold
    }

    fileprivate mutating func add(_ reason: SpamReason, _ points: Int, if isSeen: Bool = true) {
        guard isSeen, points > 0 else { return }
        reasons.append(reason)
        score += points
    }
}

extension SpamRules {
    package func verdict(on evidence: SpamEvidence) -> SpamVerdict {
        var verdict = SpamVerdict(threshold: threshold)
        verdict.add(.honeypot, threshold, if: evidence.isHoneypotFilled)
        verdict.add(.blockedAddress, threshold, if: evidence.addresses.contains(where: isBlocked))
        verdict.add(.blockedWord, threshold, if: hasBlockedWord(evidence))
        verdict.add(.webdriver, 60, if: evidence.isWebdriver)
        verdict.add(.repeatedContent, 60, if: evidence.timesSeen >= repeats)
        verdict.add(.tooFast, 50, if: evidence.fillTime.map { $0 < fillTime } ?? false)
        verdict.add(.links, linkPoints(evidence))
        verdict.add(.missingOrigin, 20, if: !evidence.hasOrigin)
        verdict.add(.challengeUnavailable, threshold, if: evidence.isChallengeUnavailable)
        return verdict
    }

    /// 25 for each link beyond the free ones, and 25 more when there is little else; at most 100.
    private func linkPoints(_ evidence: SpamEvidence) -> Int {
        var links = evidence.names.reduce(0) { $0 + $1.linkCount }
        // Names are no message: those of an honest form would make room for links.
        var bytes = 0
        for value in evidence.values {
            links += value.linkCount
            bytes += value.utf8.count
        }
        guard links > 0 else { return 0 }
        let many = max(links - freeLinks, 0) * 25
        // An address takes some 40 bytes; a message around it should have twice that for each.
        let dense = links > 1 && bytes < links * 120 ? 25 : 0
        return min(many + dense, 100)
    }

    /// A page is an address as any page has, so that it counts as no link; its words are as good as those of a text, but for the
    /// scheme, which says nothing.
    private func hasBlockedWord(_ evidence: SpamEvidence) -> Bool {
        if (evidence.values + evidence.names).contains(where: blocked.isFound) { return true }
        guard let page = evidence.foreignPage?.lowercased() else { return false }
        let scheme = ["https://", "http://"].first(where: page.hasPrefix)
        return blocked.isFound(in: String(page.dropFirst(scheme?.count ?? 0)))
    }

    /// A domain blocks those below it too.
    private func isBlocked(address: String) -> Bool {
        // A form without a rule takes any text for `email`. No longer one is an address (RFC 5321 §4.5.3.1), and each
        // comparison takes the longer the more marks it ends with.
        guard !blockedAddresses.isEmpty, address.utf8.count <= 1_500 else { return false }
        let address = address.lowercased()
        return blockedAddresses.contains { blocked in
            let blocked = blocked.lowercased()
            guard !blocked.contains("@") else { return address == blocked }
            return address.hasSuffix("@" + blocked) || address.hasSuffix("." + blocked)
        }
    }
}

extension String {
    /// How many addresses start in the text: at `://`, or at a `www.` that does not follow it.
    fileprivate var linkCount: Int {
        var text = self
        return text.withUTF8 { bytes in
            var count = 0
            var index = 0
            func has(_ word: StaticString, at index: Int) -> Bool {
                let length = word.utf8CodeUnitCount
                guard bytes.count - index >= length else { return false }
                return (0..<length).allSatisfy { bytes[index + $0] == word.utf8Start[$0] }
            }
            while index < bytes.count {
                switch bytes[index] {
                case UInt8(ascii: ":") where has("://", at: index):
                    count += 1
                    index += has("www.", at: index + 3) ? 7 : 3
                case UInt8(ascii: "w") where has("www.", at: index):
                    count += 1
                    index += 4
                default: index += 1
                }
            }
            return count
        }
    }
}

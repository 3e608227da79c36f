// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import JSON
import Mail

extension AuditReport {
    func text(style: TerminalStyle) -> String {
        let start = since.milliseconds == 0 ? "the beginning" : since.utc.iso8601
        var text = "Messages received from \(start) on, as of \(at.utc.iso8601)\n\n"
        text += line("accepted", accepted)
        if let books { text += line("erased", books.erased) + line("expired", books.expired) }
        text += line("stored", stored)
        for status in SubmissionStatus.allCases { text += line("  \(status.rawValue)", counts[status, default: 0]) }
        text += line("overdue", findingCounts[.overdue, default: 0]) + "\n"
        text += countsSentence(style) + booksSentence(style)
        for kind in AuditFinding.Kind.allCases {
            let count = findingCounts[kind, default: 0]
            guard count > 0 else { continue }
            let title = "\(count) \(kind.title)"
            text += "\n\(kind.isFault ? style.red(title) : style.yellow(title)): \(kind.remedy)\n"
            let listed = findings.filter { $0.kind == kind }
            for finding in listed { text += "  \(finding.line)\n" }
            if count > listed.count { text += "  and \(count - listed.count) older\n" }
        }
        let verdict =
            if !isClean {
                style.red("Something is wrong.")
            } else if addsUp == true {
                style.green("Every message is accounted for.")
            } else {
                style.yellow("Nothing is wrong with what is there. Whether all is there was not proven.")
            }
        return text + "\n\(verdict)\n"
    }

    private func line(_ name: String, _ count: Int) -> String {
        let digits = String(count)
        return "  \(name)" + String(repeating: " ", count: max(17 - name.count - digits.count, 1)) + digits + "\n"
    }

    private func countsSentence(_ style: TerminalStyle) -> String {
        switch countsAgree {
        case true?: return "The database's own count of what is stored is the same.\n"
        case false?:
            let own = SubmissionStatus.allCases.map { "\($0.rawValue) \(storeCounts[$0, default: 0])" }
            let sum = storeCounts.values.reduce(0, +)
            return style.red("The sums differ.") + " The database counts \(sum): \(own.joined(separator: ", ")).\n"
        case nil: return "Messages kept moving while they were counted; run it again for a check of the sums.\n"
        }
    }

    private func booksSentence(_ style: TerminalStyle) -> String {
        guard let books else { return "" }
        switch books.addsUp {
        case true?: return "By the books, what was accepted is stored, erased or expired.\n"
        case false?:
            let sums =
                "\(books.accepted) accepted, \(books.stored) stored, \(books.erased) erased, \(books.expired) expired"
            return style.red("The books don't add up.") + " They say \(sums).\n"
        case nil where books.unbooked > 0:
            let those = books.unbooked == 1 ? "1 message is" : "\(books.unbooked) messages are"
            return "\(those) stored and not in the books, so that others like that could be missing.\n"
        case nil: return "There is too much to look at; for a check of the books, choose a shorter period.\n"
        }
    }

    var json: String {
        let json = JSONWriter.text { writer in
            writer.object { object in
                object.member("since", since.utc.iso8601)
                object.member("at", at.utc.iso8601)
                object.member("accepted", accepted)
                if let books {
                    object.member("erased", books.erased)
                    object.member("expired", books.expired)
                }
                object.member("stored", stored)
                object.name("counts")
                object.object { counts in
                    for status in SubmissionStatus.allCases {
                        counts.member(status.rawValue, self.counts[status, default: 0])
                    }
                }
                if let addsUp { object.member("addsUp", addsUp) }
                object.member("clean", isClean)
                for kind in AuditFinding.Kind.allCases {
                    object.name(kind.rawValue)
                    object.object { group in
                        group.member("count", findingCounts[kind, default: 0])
                        group.name("newest")
                        group.array { array in
                            for finding in findings where finding.kind == kind { finding.write(to: &array) }
                        }
                    }
                }
            }
        }
        return TerminalText.escapedJSON(json)
    }
}

extension AuditFinding {
    fileprivate var line: String {
        var line = "\(receipt.key.id)  \(SubmissionListing.minute(receipt.receivedAt))  \(receipt.key.form)"
        if kind == .overdue, let due = delivery.nextAttempt { line += "  due \(SubmissionListing.minute(due))" }
        if kind == .retrying || kind == .signInRefused, let next = delivery.nextAttempt {
            line += "  next \(SubmissionListing.minute(next))"
        }
        if delivery.attempts > 0 {
            line += "  \(delivery.attempts.counted("attempt"))"
        }
        if let lastError = delivery.lastError { line += "  \(TerminalText.escaped(lastError))" }
        if kind == .overdue, delivery.lastError == nil { line += "  not tried yet" }
        return line
    }

    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { object in
            object.member("id", receipt.key.id.description)
            object.member("form", receipt.key.form.rawValue)
            object.member("receivedAt", receipt.receivedAt.utc.iso8601)
            object.member("nextAttempt", ifPresent: delivery.nextAttempt?.utc.iso8601)
            object.member("attempts", delivery.attempts)
            object.member("lastError", ifPresent: delivery.lastError)
        }
    }
}

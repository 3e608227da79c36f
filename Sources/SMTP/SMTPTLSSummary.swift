// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import NIOSSL

/// What a person wants to know of a TLS connection: its version, whose certificate it is and until when.
struct SMTPTLSSummary: Sendable, CustomStringConvertible {
    let description: String

    init(version: TLSVersion?, certificate: NIOSSLCertificate?) {
        let name =
            switch version {
            case .tlsv12: "TLS 1.2"
            case .tlsv13: "TLS 1.3"
            case .some, nil: "TLS"
            }
        guard let certificate else {
            description = name
            return
        }
        let names = certificate._subjectAlternativeNames().compactMap { name in
            name.nameType == .dnsName ? String(decoding: name.contents, as: UTF8.self) : nil
        }
        let subject = names.isEmpty ? "" : " for \(SMTPText.loggable(names.joined(separator: ", ")))"
        description = "\(name), certificate\(subject), valid until \(Self.date(Int(certificate.notValidAfter)))"
    }

    /// The UTC date of a Unix time as `2026-11-23`.
    static func date(_ unixTime: Int) -> String {
        // Days are counted from 1 March of year 0, so that a leap day is the last of its year.
        let days = Int((Double(unixTime) / 86_400).rounded(.down)) + 719_468
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(year)-\(padded(month))-\(padded(day))"
    }
}

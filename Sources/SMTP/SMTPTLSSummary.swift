// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes
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
        let lastDay = CivilDate.at(unixSeconds: Int64(certificate.notValidAfter)).date
        description = "\(name), certificate\(subject), valid until \(lastDay)"
    }
}

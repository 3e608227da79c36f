// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

extension MailMessage {
    /// The complete message in the form that SMTP's DATA takes before dot-stuffing: RFC 5322, CRLF, ASCII.
    ///
    /// The same message always gives the same octets. No line is longer than 998 octets; the lines of the body have at
    /// most 78, and so have those of the header where they can be folded.
    ///
    /// - Parameter utf8Headers: whether whoever gets it reads UTF-8 in headers (RFC 6532). If so, addresses with a local part
    ///   beyond ASCII are written so; if not, such a Reply-To is left out. A message that ``requiresSMTPUTF8`` is always
    ///   written as with `true`, there being no other form of it.
    package func serialized(utf8Headers: Bool = false) -> [UInt8] {
        let textPart = BodyPart(type: "text/plain", text: text)
        let htmlPart = html.map { BodyPart(type: "text/html", text: $0) }
        var writer = HeaderWriter()
        writer.bytes.reserveCapacity(2_048 + textPart.content.count + (htmlPart?.content.count ?? 0))
        appendHeader(to: &writer, utf8Headers: utf8Headers || requiresSMTPUTF8)
        if let htmlPart {
            let boundary = boundary
            writer.append("Content-Type", ["multipart/alternative;", "boundary=\"\(boundary)\""])
            writer.endLine()
            // RFC 2046 §5.1.4: the plainest first.
            for part in [textPart, htmlPart] {
                writer.bytes += "--\(boundary)\r\n".utf8
                part.append(to: &writer)
                // RFC 2046 §5.1.1: this line break belongs to the boundary.
                writer.endLine()
            }
            writer.bytes += "--\(boundary)--\r\n".utf8
        } else {
            textPart.append(to: &writer)
        }
        return writer.bytes
    }

    private func appendHeader(to writer: inout HeaderWriter, utf8Headers: Bool) {
        writer.append("Date", [date.rfc5322])
        writer.append("From", [from])
        writer.append("To", to)
        if let replyTo, utf8Headers || !replyTo.address.requiresSMTPUTF8 {
            writer.append("Reply-To", [replyTo])
        }
        writer.append("Subject", HeaderText(subject).unstructuredTokens)
        writer.append("Message-ID", [messageID.description])
        // RFC 5322 §3.6.4, of a mail that nobody has: "messages with a unique References header value" are not put together
        // (https://workspaceupdates.googleblog.com/2019/03/threading-changes-in-gmail-conversation-view.html).
        if let thread { writer.append("References", [thread.description]) }
        // RFC 3834 §5: no vacation notice answers this mail.
        writer.append("Auto-Submitted", ["auto-generated"])
        // Exchange goes by a field of its own ([MS-OXCMAIL]). Reports of what could not be delivered still come.
        writer.append("X-Auto-Response-Suppress", ["OOF,", "AutoReply"])
        if let language, Self.isLanguageTag(language) {
            writer.append("Content-Language", [language])
        }
        for field in customFields { writer.append(field.name, field.words) }
        writer.append("MIME-Version", ["1.0"])
    }

    /// A line that cannot occur in a part: quoted-printable never has "=_" (RFC 2045 §6.7), and a body with a line that
    /// starts with "--=_" is always sent in quoted-printable.
    private var boundary: String {
        // FNV-1a, 64 bits: the same in every process, as `Hasher` is not.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in messageID.description.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        return "=_" + String(hash, radix: 36)
    }

    private static func isLanguageTag(_ tag: String) -> Bool {
        tag.utf8.count <= 35
            && tag.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false).allSatisfy { subtag in
                (1...8).contains(subtag.count)
                    && subtag.allSatisfy { byte in
                        switch Unicode.Scalar(byte) {
                        case "a"..."z", "A"..."Z", "0"..."9": true
                        default: false
                        }
                    }
            }
    }
}

private struct BodyPart {
    let type: String
    let encoding: TransferEncoding
    let content: [UInt8]

    init(type: String, text: String) {
        let lines = TransferEncoding.canonicalLines(text)
        self.type = type
        encoding = TransferEncoding(for: lines)
        content = encoding.encode(lines)
    }

    func append(to writer: inout HeaderWriter) {
        writer.append("Content-Type", ["\(type);", "charset=utf-8"])
        writer.append("Content-Transfer-Encoding", [encoding.rawValue])
        writer.endLine()
        writer.bytes += content
    }
}

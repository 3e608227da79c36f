// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Appends header fields to a message, folded (RFC 5322 §2.2.3).
struct HeaderWriter {
    var bytes: [UInt8] = []

    /// Writes one field, its pieces separated by single spaces or, before one that would pass 78 octets, by a fold.
    ///
    /// A line is longer only when a single piece is: an address of up to 254 octets, far from the 998 of RFC 5322
    /// §2.1.1. No field is written for no pieces, since a field body must not be empty everywhere.
    mutating func append(_ name: String, _ pieces: [String]) {
        guard !pieces.isEmpty else { return }
        bytes += name.utf8
        bytes.append(UInt8(ascii: ":"))
        var column = name.utf8.count + 1
        for piece in pieces {
            let width = 1 + piece.utf8.count
            if column + width > 78 {
                endLine()
                column = 0
            }
            bytes.append(UInt8(ascii: " "))
            bytes += piece.utf8
            column += width
        }
        endLine()
    }

    mutating func append(_ name: String, _ mailboxes: [Mailbox]) {
        var pieces: [String] = []
        for mailbox in mailboxes {
            if !pieces.isEmpty { pieces[pieces.count - 1] += "," }
            pieces += mailbox.headerTokens
        }
        append(name, pieces)
    }

    mutating func endLine() {
        bytes.append(UInt8(ascii: "\r"))
        bytes.append(UInt8(ascii: "\n"))
    }
}

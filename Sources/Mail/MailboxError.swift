// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// Why a text is not a mailbox.
package enum MailboxError: Error, Hashable, Sendable {
    case invalidAddress(EmailAddressError)
    case unterminatedQuote
    case missingAngleBracket
    case unclosedAngleBracket
    case textAfterAddress
}

extension MailboxError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .invalidAddress(let error):
            error.description
        case .unterminatedQuote:
            "the display name opens a quotation that it does not close; add the closing \""
        case .missingAngleBracket:
            "the quoted display name is not followed by an address in angle brackets; "
                + "write it like \"Name\" <name@example.com>"
        case .unclosedAngleBracket:
            "the address opens with \"<\" and is not closed; add the closing \">\""
        case .textAfterAddress:
            "the address is followed by more text; write one mailbox, like Name <name@example.com>"
        }
    }
}

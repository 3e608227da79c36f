// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ContactForm

/// The address whose messages a command is about, as it may be typed or pasted.
enum SenderArgument {
    static func read(_ text: String) throws -> String {
        guard let address = Submission.soughtAddress(in: text) else {
            throw ValidationError("\"\(text)\" is no e-mail address; write it whole, as in name@example.com")
        }
        return address
    }
}

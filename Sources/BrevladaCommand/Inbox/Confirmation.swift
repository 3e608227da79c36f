// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import Glibc
import SiteDeployment

/// Asks a person at the terminal before something is gone for good.
struct Confirmation {
    /// What is about to be done, such as "delete".
    let deed: String
    /// As `SubmissionListing` knows them.
    var forms: [FormName: FormDefinition] = [:]

    /// Shows the messages and asks.
    ///
    /// - Parameter count: How many there are, of which these are the newest; nil: these are all.
    /// - Throws: `CommandFailure` when nobody is there to ask, or the answer is no.
    func ask(_ submissions: [Submission], of count: Int? = nil) throws {
        let count = count ?? submissions.count
        guard isatty(STDIN_FILENO) == 1, Output.error.isTerminal else {
            throw CommandFailure(
                .configuration,
                "\(deed) asks about \(count.counted("message")) first and there is no terminal to ask at; add --yes"
            )
        }
        let listing = SubmissionListing(submissions: submissions, forms: forms)
        try Output.error.write(listing.table(width: Output.error.width, style: .plain))
        if count > submissions.count { try Output.error.writeLine("and \(count - submissions.count) more") }
        let what = count == 1 ? "this message" : "these \(count) messages"
        try Output.error.write("\(deed.prefix(1).uppercased())\(deed.dropFirst()) \(what) for good? [y/N] ")
        guard readLine()?.isYes == true else { throw CommandFailure(.problems, "nothing was \(deed)d") }
    }
}

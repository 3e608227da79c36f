// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactFormServer

/// How the owner gets into the inbox, as `brevlada serve` says once.
enum InboxInvitation {
    /// There is a password.
    case signIn
    /// There is none, and this token may set it.
    case firstRun(SecretToken)
    /// There is none, and strangers could read a token.
    case passwordNeeded

    /// - Parameter isPrivate: Whether only this machine or TLS carries what is sent, and no log goes to others.
    init(to signIn: OwnerSignIn, isPrivate: Bool) {
        if isPrivate, let token = signIn.makeFirstRunToken() {
            self = .firstRun(token)
        } else {
            self = signIn.needsPassword ? .passwordNeeded : .signIn
        }
    }

    func text(site: String) -> String {
        switch self {
        case .signIn: "\(site)/inbox/"
        // Behind "#": browsers send that to nobody, and it stands in no log but this one.
        case .firstRun(let token): "\(site)/inbox/#first=\(token.text) (sets your password, within an hour)"
        case .passwordNeeded: "\(site)/inbox/, once \"brevlada passwd\" has set a password"
        }
    }
}

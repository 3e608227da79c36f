// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

/// What a refusal for good is about, from MAIL on.
enum SMTPRefusalMatter {
    /// What the mail holds.
    case content
    case recipient
    /// Of a recipient, or of who writes to them: the reply does not say.
    case unclear
    /// The sender's address or its domain. Many servers look at it when they know the recipient, or the mail.
    case sender
    /// What the sender's domain publishes about who may send for it.
    case senderDomain
    /// Whether the account may send this, or send to that.
    case rightToSend
    /// How many mails the account may send in an hour or a day.
    case limit
    /// The name given in EHLO. Many servers look at it only when they know the recipient.
    case clientName
    /// A condition that passes, or that somebody changes who is not the sender: whatever the reply's first digit.
    case passing
    /// The server itself, which would say the same to any mail.
    case service

    /// By the enhanced status (RFC 3463 §3; https://www.iana.org/assignments/smtp-enhanced-status-codes); where that is
    /// silent, by what the words of common servers have.
    init(of reply: SMTPReply, at stage: SMTPStage) {
        let words = SMTPReplyWords(reply)
        // 503 is said where no name was given. Exim mentions HELO where it could not ask the sender's server about the sender.
        if stage != .body, reply.code != 503, words.say(["helo", "ehlo"]), !words.say(Self.aboutSender) {
            self = .clientName
            return
        }
        if stage == .rcpt, reply.isAboutSurplus {
            self = .passing
            return
        }
        // RFC 5321 §4.2.3: a command that is not understood, or comes out of turn. No verdict on what it says.
        guard stage == .body || ![500, 502, 503, 504].contains(reply.code) else {
            self = .service
            return
        }
        guard let status = reply.enhancedStatus else {
            // Panels of hosters say it at RCPT, and with no status.
            self = Self.isLimit(words) ? .limit : Self(words, at: stage)
            return
        }
        switch (status.subject, status.detail) {
        case (1, 7), (1, 8): self = .sender
        case (1, 1...6), (2, 1), (2, 4): self = .recipient
        // Exchange Online's word for a recipient that is not there.
        case (4, 1) where stage == .rcpt: self = .recipient
        // "Useful only as a persistent transient error", but for 4.4. Gmail says 4.5 when a day's mails are used up.
        case (4, 5): self = .limit
        case (4, 1...3), (4, 6): self = .passing
        case (2, 2), (3, 1), (3, 2), (3, 5), (5, 3): self = .passing
        case (6, _): self = .content
        // A flood of mail; its neighbours are what a domain publishes about its senders (RFC 7372, RFC 7505, RFC 8617).
        case (7, 28): self = .limit
        case (7, 20...29): self = .senderDomain
        case (7, _) where stage == .rcpt:
            let said = Self(words, at: stage)
            self = said == .sender || said == .senderDomain ? said : .rightToSend
        // Credentials and encryption. Then Exchange Online's own: who may send as whom, and what a tenant may send
        // (https://learn.microsoft.com/exchange/mail-flow-best-practices/non-delivery-reports-in-exchange-online). Yahoo, Gmail
        // and Exchange say among both what a domain lacks.
        case (7, 5...14), (7, 30...), (2, 252):
            self = words.open(with: Self.aboutSenderDomain) ? .senderDomain : .sender
        case (2, 0) where words.say(["sendasdeniedexception", "mapiexceptionsendasdenied"]): self = .sender
        default: self = Self.isLimit(words, besideStatusAt: stage) ? .limit : Self(words, at: stage)
        }
    }

    /// A server that has seen the mail may quote it, an address of the web that it blocks most of all: then words count only
    /// where its own sentence begins, or before anything that can be a quote.
    ///
    /// Without a word that it knows, a refusal of a recipient waits. If the address is wrong, that costs some attempts;
    /// given up at once, a fault that somebody can mend costs every mail that is due.
    private init(_ words: SMTPReplyWords, at stage: SMTPStage) {
        let hasSeenMail = stage == .body
        func say(_ phrases: [String]) -> Bool { hasSeenMail ? words.open(with: phrases) : words.say(phrases) }
        if hasSeenMail, words.open(with: Self.aboutContent) {
            // A filter may name all of its tests, that of SPF among them.
            self = .content
        } else if words.begin(with: Self.aboutSender + Self.aboutSenderOfSomeServers)
            || !hasSeenMail && words.say(Self.aboutSender)
        {
            self = .sender
        } else if say(Self.aboutSenderDomain) {
            self = .senderDomain
        } else if say(Self.aboutClient) || !hasSeenMail && words.say(Self.aboutRight) {
            self = .rightToSend
        } else {
            self =
                switch stage {
                case .rcpt: Self.isAboutRecipient(words) ? .recipient : .unclear
                // Nobody has seen the mail yet.
                case .data: .rightToSend
                default: .content
                }
        }
    }

    /// From "sender verify" on Exim's, which asks the sender's own server: the words of that one come along, such as "No such
    /// user".
    private static let aboutSender = [
        "sender address", "sender domain", "sender rejected", "invalid sender", "from address", "send as",
        "sendasdenied", "sender verify", "verification failed for", "verification failed while",
        "callback setup failed",
    ]

    /// SES and Fastmail.
    private static let aboutSenderOfSomeServers = [
        "message rejected email address is not verified", "not authorised to send from this header address",
    ]

    /// What Gmail, Outlook, OpenDMARC and checkers of SPF say, with all kinds of statuses.
    private static let aboutSenderDomain = [
        "spf", "dkim", "dmarc", "ptr", "reverse dns", "reverse hostname", "unauthenticated email",
        "authentication level",
    ]

    /// About the machine or the account that sends, and never about what a mail holds: Gmail, Outlook, Postfix, cPanel.
    private static let aboutClient = [
        "client host", "client blocked", "your ip", "the ip you re using", "originating from your", "on our block list",
        "outgoing mail",
    ]

    private static let aboutRight = [
        "relay", "relaying", "relayed", "rcpthosts", "authenticate", "authenticated", "authentication",
        "unauthenticated", "not allowed to send", "not authorized to send", "not permitted to send", "rbl", "dnsbl",
        "blacklist", "blacklisted", "black list", "blocklist", "blocklisted", "block list", "blocked using",
        "spamhaus", "spamcop", "barracuda",
    ]

    private static let aboutContent = ["spam message", "score", "content", "tests", "virus", "malware"]

    private static func isAboutRecipient(_ words: SMTPReplyWords) -> Bool {
        words.say(aboutRecipient) || words.say(aboutWhatIsMissing) && !words.say(aboutSendingMachine)
    }

    private static let aboutRecipient = [
        "no such user", "no such mailbox", "no such recipient", "no such address", "no such account", "no such person",
        "no such local user", "no such domain", "no user", "no recipient", "no valid recipient", "no mailbox",
        "no account",
        "user unknown",
        "recipient unknown", "address unknown", "mailbox unknown", "unknown user", "unknown recipient",
        "unknown address",
        "unknown mailbox", "unknown local part", "mailbox unavailable", "mailbox not available", "mailbox disabled",
        "mailbox not found", "user not found", "invalid recipient", "invalid mailbox", "invalid user",
        "invalid address",
        "recipient rejected", "address rejected", "recipient not found", "unrouteable address", "user not local",
        "nonexistent user", "non existent user", "nonexistent recipient",
    ]

    /// Of a recipient, and of the name, the domain or the way back of who sends.
    private static let aboutWhatIsMissing = [
        "no such", "not exist", "doesn t exist", "doesn t have", "not found", "not a valid", "not a known",
        "no longer valid",
        "nonexistent", "non existent",
    ]

    private static let aboutSendingMachine = [
        "rdns", "dns", "mx", "host", "hosts", "domain", "reverse", "envelope sender", "sender", "return path",
    ]

    /// Whether an account has sent what it may for now. A mailbox that is full is its owner's.
    static func isLimit(_ words: SMTPReplyWords) -> Bool {
        words.say([
            "per hour", "per day", "hour limit", "hourly limit", "daily limit", "hourly quota", "daily quota",
            "ratelimit",
            "rate limit", "rate limited", "rate overlimit", "sending limit", "sending quota", "sending rate",
            "send limit",
        ])
            || words.say(["too many emails", "too many mails", "too many messages", "exceeded the max"])
                && !words.say(["mailbox", "inbox", "storage", "size", "over quota", "quota exceeded"])
    }

    /// The same beside a status that does not say so: of a server that has seen the mail, only a sentence about the account.
    private static func isLimit(_ words: SMTPReplyWords, besideStatusAt stage: SMTPStage) -> Bool {
        let openings = ["you", "user", "account", "daily", "hourly", "sending", "rate", "ratelimit", "too many"]
        return isLimit(words) && (stage != .body || words.begin(with: openings))
    }

    /// What to do, where the error's code does not say it.
    var remedy: String? {
        switch self {
        case .senderDomain:
            "publish SPF and DKIM for the domain of mail.from, or send through a server that signs for it"
        case .rightToSend:
            "the account or this machine may not send it; check user, password and sender with the server's operator"
        case .unclear: "the server's words say why: it may be the address, the sender or the account"
        case .limit: "the account has sent as many mails as it may for now; wait, or ask the server's operator for more"
        case .clientName: Self.clientNameRemedy
        case .content, .recipient, .sender, .passing, .service: nil
        }
    }

    /// RFC 5321 §4.1.4: a server must not refuse a mail for what it thinks of that name, and many do.
    static let clientNameRemedy = "if it goes on, name this machine with ?helo=www.example.com in the SMTP URL"
}

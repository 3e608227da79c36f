// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm

extension ConfigurationReader {
    /// How much one message may hold.
    package mutating func intakeLimits() -> IntakeLimits {
        var limits = IntakeLimits()
        if let kilobytes = value(ConfigurationKeys.bodyKilobytes) { limits.bodyBytes = kilobytes * 1_024 }
        return limits
    }

    /// What is taken for spam.
    package mutating func spamRules() -> SpamRules {
        typealias Keys = ConfigurationKeys.Spam
        var rules = SpamRules()
        if let threshold = value(Keys.threshold) { rules.threshold = threshold }
        if let seconds = value(Keys.fillSeconds) { rules.fillTime = .seconds(Int64(seconds)) }
        if let links = value(Keys.freeLinks) { rules.freeLinks = links }
        if let repeats = value(Keys.repeats) { rules.repeats = repeats }
        if let words = value(Keys.blockedWords) { rules.blockedWords = words }
        if let addresses = value(Keys.blockedAddresses) { rules.blockedAddresses = addresses }
        return rules
    }

    /// The service that checks visitors; nil when none is set, or when something is wrong with it.
    package mutating func challenge() -> ChallengeSettings? {
        typealias Keys = ConfigurationKeys.Challenge
        let provider = value(Keys.kind)
        let secret = value(Keys.secret)
        guard hasSecrets else { return nil }
        switch (isGiven(Keys.kind), isGiven(Keys.secret)) {
        case (true, false):
            report(
                missing: Keys.secret,
                "challenge.kind is set but challenge.secret is not; set it to the secret key that the service gave you",
                at: position(of: Keys.kind)
            )
        case (false, true):
            report(
                "challenge.secret is set but challenge.kind is not; set it to turnstile or hcaptcha",
                at: position(of: Keys.secret)
            )
        default: break
        }
        guard let provider, let secret else { return nil }
        return ChallengeSettings(provider: provider, secret: secret)
    }

    /// Where the owner is told that mail is broken; nil when nowhere, or when something is wrong with it.
    package mutating func alerts() -> AlertSettings? {
        typealias Keys = ConfigurationKeys.Alerts
        let address = value(Keys.webhook)
        let secret = value(Keys.secret)
        guard hasSecrets else { return nil }
        switch (isGiven(Keys.webhook), isGiven(Keys.secret)) {
        case (true, false):
            report(
                missing: Keys.secret,
                "alerts.webhook is set but alerts.secret is not; set it to the secret that the receiver checks signatures "
                    + "with, or leave both out",
                at: position(of: Keys.webhook)
            )
        case (false, true):
            report(
                "alerts.secret is set but alerts.webhook is not; set it to the address to call",
                at: position(of: Keys.secret)
            )
        default: break
        }
        guard let address, let secret else { return nil }
        return AlertSettings(address: address, secret: secret)
    }

    /// When several messages share a mail.
    package mutating func digestRule() -> DigestRule {
        var rule = DigestRule()
        if let batch = value(ConfigurationKeys.Mail.digestBatch) { rule.batch = batch }
        if let perHour = value(ConfigurationKeys.Mail.digestPerHour) { rule.perHour = perHour }
        return rule
    }

    /// How far apart mails are that only say what was not mailed; nil sends none.
    package mutating func reminderSpacing() -> Interval? {
        let standard = NotificationSettings.standardReminderSpacing
        guard let days = value(ConfigurationKeys.Mail.reminderDays) else { return standard }
        return days == 0 ? nil : .days(Int64(days))
    }

    /// When a mail is tried again, and when it is given up.
    package mutating func retrySchedule() -> RetrySchedule {
        var schedule = RetrySchedule()
        if let days = value(ConfigurationKeys.Mail.giveUpAfterDays) { schedule.giveUpAfter = .days(Int64(days)) }
        return schedule
    }
}

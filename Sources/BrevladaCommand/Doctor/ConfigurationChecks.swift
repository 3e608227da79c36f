// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import FormConfiguration
import Foundation
import Mail

/// What is good to know of the configuration, or odd, though all of it can be read.
struct ConfigurationChecks {
    let configuration: Configuration

    func findings() -> [DoctorFinding] {
        retention() + shortRetention() + [domain()].compactMap(\.self)
    }

    /// What is still to be mailed stays, and what was given up is in no list then.
    private func shortRetention() -> [DoctorFinding] {
        let patience = configuration.notifications.retry.giveUpAfter
        let short = configuration.forms.forms.values.filter { form in
            form.isActive && form.retention.map { $0 <= patience } ?? false
        }
        return short.map(\.name.rawValue).sorted().map { name in
            .warning(
                .configuration,
                "the form \"\(name)\" keeps its messages no longer than mail is tried: what can't be mailed is deleted as soon "
                    + "as it is given up",
                remedy: "set forms.\(name).retention_days to more than mail.give_up_after_days, \(patience.days)"
            )
        }
    }

    private func retention() -> [DoctorFinding] {
        let forms = configuration.forms.forms.values.filter { $0.isActive && $0.retention == nil }
        return forms.map(\.name.rawValue).sorted().map { name in
            .note(
                .configuration,
                "the form \"\(name)\" keeps its messages for ever",
                remedy: "forms.\(name).retention_days ends that for those that come from then on"
            )
        }
    }

    /// Whoever buys the name gets the mail, and a mail that comes back goes there too.
    private func domain() -> DoctorFinding? {
        let settings = configuration.notifications
        let mailboxes = [settings.sender] + settings.recipients + settings.forms.values.flatMap(\.recipients)
        guard let host = configuration.siteURL.flatMap(URL.init(string:))?.host()?.lowercased(), host.contains("."),
            mailboxes.allSatisfy({ Self.isOne(host, $0.address.asciiDomain.lowercased()) })
        else { return nil }
        return .note(
            .configuration,
            "the site, mail.from and everybody who gets mail are at one domain: should it expire, all are lost at once",
            remedy: "add somebody at another domain to mail.to"
        )
    }

    /// Whether one of the two is within the other; which part of a name can be bought, only a long list knows.
    private static func isOne(_ host: String, _ domain: String) -> Bool {
        let site = host.hasPrefix("www.") ? String(host.dropFirst(4)) : host
        return site == domain || site.hasSuffix("." + domain) || domain.hasSuffix("." + site)
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactFormServer
import FormConfiguration

extension ConfigurationType<String> {
    /// A path, made absolute.
    static let folder = ConfigurationType(name: "folder") { text throws(ConfigurationTextError) in
        let path = try text.single()
        guard !path.utf8.contains(0) else { throw ConfigurationTextError("holds a NUL character; take it out") }
        guard path != "~", !path.hasPrefix("~/") else {
            throw ConfigurationTextError("which only a shell reads as a home folder; write the whole path", value: path)
        }
        return FilePath.absolute(path, from: text.folder)
    }

    /// What can stand in a field of a response (RFC 9110 §5.5) and begins as a policy should: what it does not name is then
    /// decided too.
    static let contentSecurityPolicy = ConfigurationType("policy") { text throws(ConfigurationTextError) in
        let isPrintable = text.utf8.allSatisfy { (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "\"") }
        guard isPrintable, text.utf8.count <= 1_500, text.hasPrefix("default-src ") else {
            throw ConfigurationTextError(
                "not a policy of at most 1,500 characters of ASCII that begins with default-src; write it like "
                    + "default-src 'self'; style-src 'self' 'unsafe-inline'",
                value: text
            )
        }
        return text
    }
}

extension ConfigurationType<ListenAddress> {
    static let listenAddress = ConfigurationType("address and port") { text throws(ConfigurationTextError) in
        guard let address = ListenAddress(text) else {
            throw ConfigurationTextError(
                "not an IP address and a port; write it like 127.0.0.1:8080, [::1]:8080 or, for every address of the "
                    + "machine, [::]:8080",
                value: text
            )
        }
        return address
    }
}

extension ConfigurationType<TrustedProxies> {
    static let networks = ConfigurationType(name: "list of networks") { text throws(ConfigurationTextError) in
        do throws(TrustedProxiesError) {
            return try TrustedProxies(parsing: text.elements())
        } catch {
            throw ConfigurationTextError("can't be used: \(error)")
        }
    }
}

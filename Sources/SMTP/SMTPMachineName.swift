// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The name that a client gives in EHLO when nobody chose one (RFC 5321 §2.3.5, §4.1.4).
package enum SMTPMachineName {
    /// This machine's, asked for once; nil when that is no name for strangers.
    static let current: String? = {
        // POSIX: a name is at most 255 bytes, and one that is cut may have no end.
        var bytes = [CChar](repeating: 0, count: 256)
        guard gethostname(&bytes, bytes.count - 1) == 0 else { return nil }
        let name = bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return qualified(String(decoding: name, as: UTF8.self))
    }()

    /// Names that mean nothing elsewhere (RFC 6761, RFC 6762 with its appendix G, and ICANN's .internal).
    private static let privateDomains: Set<String> = [
        "local", "localdomain", "localhost", "internal", "intranet", "private", "corp", "home", "lan", "test",
        "invalid",
    ]

    /// The name, if it is a fully qualified one.
    package static func qualified(_ name: String) -> String? {
        let labels = name.lowercased().split(separator: ".", omittingEmptySubsequences: false)
        guard name.utf8.count <= 255, labels.count > 1, labels.allSatisfy(isLabel), let last = labels.last else {
            return nil
        }
        // RFC 3696 §2: no top-level domain is all digits, so that would be an address.
        guard !last.utf8.allSatisfy({ (0x30...0x39).contains($0) }), !privateDomains.contains(String(last)) else {
            return nil
        }
        // RFC 8375, and the name that a common router gives.
        guard !["home.arpa", "fritz.box"].contains(labels.suffix(2).joined(separator: ".")) else { return nil }
        return name
    }

    /// Letters, digits and inner hyphens (RFC 1123 §2.1), at most 63 (RFC 1035 §2.3.4).
    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
            && label.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte == UInt8(ascii: "-")
            }
    }
}

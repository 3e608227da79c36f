// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Bytes

/// A function's zip, found fit for Lambda's `provided.al2023`.
package struct FunctionPackage: Sendable, Hashable {
    package enum Architecture: String, Sendable, Hashable {
        case arm64
        case x86 = "x86_64"
    }

    package var function: SiteFunction
    package var path: String
    package var architecture: Architecture
    /// Octets of the zip.
    package var size: Int
    /// The first 16 hexadecimal digits of the zip's SHA-256.
    package var hash: String

    /// The key in the artefact bucket: the same code is the same key, so that an unchanged function is left alone.
    package var key: String { "functions/\(function.name)-\(hash).zip" }

    /// Lambda takes 250 MB unpacked; what is larger than 50 MB packed would be no function of ours.
    /// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    private static let mostPacked = 50 << 20
    private static let mostUnpacked = 250 << 20

    /// - Throws: `FunctionPackageError` with what keeps Lambda from running it.
    package init(of function: SiteFunction, path: String, bytes: [UInt8]) throws(FunctionPackageError) {
        func refuse(_ reason: String) -> FunctionPackageError { FunctionPackageError(path: path, reason: reason) }
        guard let archive = ZipArchive(bytes) else { throw refuse("is no zip file") }
        guard archive.entries.count == 1, let entry = archive.entries.first, entry.name == "bootstrap" else {
            let names = archive.entries.prefix(5).map { "\"\($0.name)\"" }.joined(separator: ", ")
            throw refuse("holds \(names.isEmpty ? "nothing" : names), not \"bootstrap\" alone")
        }
        guard entry.mode & 0o111 != 0 else { throw refuse("has a bootstrap that may not be executed") }
        guard bytes.count <= Self.mostPacked, entry.size <= Self.mostUnpacked else {
            throw refuse("is larger than Lambda takes: \(bytes.count >> 20) MB packed, \(entry.size >> 20) MB unpacked")
        }
        guard let header = archive.start(of: entry, count: 20), header.count == 20,
            header.starts(with: [0x7F, UInt8(ascii: "E"), UInt8(ascii: "L"), UInt8(ascii: "F")])
        else { throw refuse("has a bootstrap that is no Linux program") }
        // e_machine of the ELF header; both processors are little-endian.
        switch Int(header[18]) | Int(header[19]) << 8 {
        case 0x3E: architecture = .x86
        case 0xB7: architecture = .arm64
        default: throw refuse("is built for a processor that Lambda has not")
        }
        self.function = function
        self.path = path
        size = bytes.count
        hash = SHA256.digest(bytes).prefix(8).hexadecimal
    }
}

/// Why a zip is not fit.
package struct FunctionPackageError: Error, Sendable, Hashable, CustomStringConvertible {
    package var path: String
    package var reason: String

    package var description: String { finding.sentence }

    package var finding: Finding {
        .failed(
            "\"\(path)\" \(reason)",
            remedy: "build the functions again with \"make lambdas\", or name the folder of good ones with --lambdas"
        )
    }
}

extension Collection<UInt8> {
    /// In lower case.
    package var hexadecimal: String { String(decoding: Hexadecimal.encode(Array(self)), as: UTF8.self) }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import SiteDeployment

/// Zips made by Python's zipfile, each with an ELF header of its processor and a hundred zeros.
private enum Zips {
    static let x86 = """
        UEsDBBQAAAAIAAAAIQDiyN7vEQAAAHgAAAAJAAAAYm9vdHN0cmFwq3f1cWNiZGSAAWYGOwZ6AABQSwECFAMUAAAACAAAACEA4sje\
        7xEAAAB4AAAACQAAAAAAAAAAAAAA7YEAAAAAYm9vdHN0cmFwUEsFBgAAAAABAAEANwAAADgAAAAAAA==
        """
    static let arm = """
        UEsDBBQAAAAIAAAAIQA/NPtEEQAAAHgAAAAJAAAAYm9vdHN0cmFwq3f1cWNiZGSAAWaG7Qz0AABQSwECFAMUAAAACAAAACEAPzT7\
        RBEAAAB4AAAACQAAAAAAAAAAAAAA7YEAAAAAYm9vdHN0cmFwUEsFBgAAAAABAAEANwAAADgAAAAAAA==
        """
    static let stored = """
        UEsDBBQAAAAAAAAAIQDiyN7veAAAAHgAAAAJAAAAYm9vdHN0cmFwf0VMRgIBAQAAAAAAAAAAAAMAPgAAAAAAAAAAAAAAAAAAAAAA\
        AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\
        AAAAAAAAAAAAUEsBAhQDFAAAAAAAAAAhAOLI3u94AAAAeAAAAAkAAAAAAAAAAAAAAO2BAAAAAGJvb3RzdHJhcFBLBQYAAAAAAQAB\
        ADcAAACfAAAAAAA=
        """
    static let riscv = """
        UEsDBBQAAAAIAAAAIQB3uR1KEQAAAHgAAAAJAAAAYm9vdHN0cmFwq3f1cWNiZGSAAWaGzwz0AABQSwECFAMUAAAACAAAACEAd7kd\
        ShEAAAB4AAAACQAAAAAAAAAAAAAA7YEAAAAAYm9vdHN0cmFwUEsFBgAAAAABAAEANwAAADgAAAAAAA==
        """
    static let mode = """
        UEsDBBQAAAAIAAAAIQDiyN7vEQAAAHgAAAAJAAAAYm9vdHN0cmFwq3f1cWNiZGSAAWYGOwZ6AABQSwECFAMUAAAACAAAACEA4sje\
        7xEAAAB4AAAACQAAAAAAAAAAAAAApIEAAAAAYm9vdHN0cmFwUEsFBgAAAAABAAEANwAAADgAAAAAAA==
        """
    static let named = """
        UEsDBBQAAAAIAAAAIQDiyN7vEQAAAHgAAAAEAAAAbWFpbqt39XFjYmRkgAFmBjsGegAAUEsBAhQDFAAAAAgAAAAhAOLI3u8RAAAA\
        eAAAAAQAAAAAAAAAAAAAAO2BAAAAAG1haW5QSwUGAAAAAAEAAQAyAAAAMwAAAAAA
        """
    static let two = """
        UEsDBBQAAAAIAAAAIQDiyN7vEQAAAHgAAAAJAAAAYm9vdHN0cmFwq3f1cWNiZGSAAWYGOwZ6AABQSwMEFAAAAAAAG5N5XYMW3IwB\
        AAAAAQAAAAYAAABsaWIuc294UEsBAhQDFAAAAAgAAAAhAOLI3u8RAAAAeAAAAAkAAAAAAAAAAAAAAO2BAAAAAGJvb3RzdHJhcFBL\
        AQIUAxQAAAAAABuTeV2DFtyMAQAAAAEAAAAGAAAAAAAAAAAAAACAATgAAABsaWIuc29QSwUGAAAAAAIAAgBrAAAAXQAAAAAA
        """
    static let script = """
        UEsDBBQAAAAIAAAAIQAnkReaFwAAACEAAAAJAAAAYm9vdHN0cmFwU1bUT8rM0y/O4EpNzshXyEjNyUEhuQBQSwECFAMUAAAACAAA\
        ACEAJ5EXmhcAAAAhAAAACQAAAAAAAAAAAAAA7YEAAAAAYm9vdHN0cmFwUEsFBgAAAAABAAEANwAAAD4AAAAAAA==
        """
}

@Suite("A function's zip")
struct FunctionPackageTests {
    private func package(_ base64: String) throws(FunctionPackageError) -> FunctionPackage {
        try FunctionPackage(
            of: .addContactInfo,
            path: "/zips/AddContactInfo.zip",
            bytes: Array(Data(base64Encoded: base64) ?? Data())
        )
    }

    @Test("tells what it is built for, packed or stored")
    func architectures() throws {
        #expect(try package(Zips.x86).architecture == .x86)
        #expect(try package(Zips.stored).architecture == .x86)
        #expect(try package(Zips.arm).architecture == .arm64)
    }

    @Test("has a key made of its content, so that the same code is the same key")
    func key() throws {
        let package = try package(Zips.x86)
        #expect(try self.package(Zips.x86).key == package.key)
        #expect(try self.package(Zips.arm).key != package.key)
        #expect(package.key.wholeMatch(of: /functions\/AddContactInfo-[0-9a-f]{16}\.zip/) != nil)
        #expect(package.function.keyParameter == "AddContactInfoKey")
    }

    @Test(
        "that Lambda could not run is refused, with what is wrong",
        arguments: [
            ("", "is no zip file"), ("UEsDBAoAAAAAAAAAIQA=", "is no zip file"),
            (Zips.riscv, "is built for a processor that Lambda has not"),
            (Zips.mode, "has a bootstrap that may not be executed"),
            (Zips.named, "holds \"main\", not \"bootstrap\" alone"),
            (Zips.two, "holds \"bootstrap\", \"lib.so\", not \"bootstrap\" alone"),
            (Zips.script, "has a bootstrap that is no Linux program"),
        ]
    )
    func refusals(_ zip: String, _ reason: String) {
        #expect(throws: FunctionPackageError(path: "/zips/AddContactInfo.zip", reason: reason)) { try package(zip) }
    }

    @Test("that was cut off anywhere is refused or found whole, and nothing breaks")
    func cut() throws {
        let whole = Array(try #require(Data(base64Encoded: Zips.x86)))
        for count in whole.indices {
            #expect(throws: FunctionPackageError.self) {
                try FunctionPackage(of: .addContactInfo, path: "/a", bytes: Array(whole[..<count]))
            }
        }
    }
}

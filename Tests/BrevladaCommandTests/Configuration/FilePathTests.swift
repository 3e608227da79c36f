// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import FormConfiguration
import Testing

@testable import BrevladaCommand

@Suite("Paths")
struct FilePathTests {
    @Test(
        "a path is made absolute and tidied",
        arguments: [
            ("site", "/srv", "/srv/site"), ("./a//b/", "/srv", "/srv/a/b"), ("../a", "/srv/x", "/srv/a"),
            ("/etc/./x", "/srv", "/etc/x"), ("../../../..", "/srv", "/"), (".", "/srv", "/srv"), ("", "/", "/"),
        ]
    )
    func absolute(_ path: String, _ folder: String, _ expected: String) {
        #expect(FilePath.absolute(path, from: folder) == expected)
    }

    @Test(
        "inside is the folder itself and what lies in it, not what begins alike",
        arguments: [
            ("/a/b", "/a", true), ("/a", "/a", true), ("/ab", "/a", false), ("/a", "/a/b", false), ("/a", "/", true),
        ]
    )
    func inside(_ path: String, _ folder: String, _ expected: Bool) {
        #expect(FilePath.isInside(path, folder) == expected)
    }

    @Test("a parent is what lies above", arguments: [("/a/b", "/a"), ("/a", "/"), ("/", "/"), ("a/b", "a"), ("a", "")])
    func parent(_ path: String, _ expected: String) {
        #expect(FilePath.parent(of: path) == expected)
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices
import Testing

@Suite("AWS credentials")
struct AWSCredentialsTests {
    @Test("no way of printing them shows the secret")
    func isPrintedWithoutSecret() {
        let credentials = AWSCredentials(accessKeyID: "AKIA", secretAccessKey: "hush", sessionToken: "quiet")
        var dumped = ""
        dump([credentials], to: &dumped)
        for text in ["\(credentials)", String(reflecting: credentials), "\([credentials])", dumped] {
            #expect(text.contains("AKIA"))
            #expect(!text.contains("hush") && !text.contains("quiet"))
        }
    }
}

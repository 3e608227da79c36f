// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import SMTP
import Testing

@Suite("Timeouts")
struct SMTPTimeoutsTests {
    @Test("after the final dot the client waits ten minutes, as RFC 5321 §4.5.3.2.6 asks and decision 0005 says")
    func finalReply() {
        #expect(SMTPTimeouts.standard.finalReply == .seconds(600))
    }
}

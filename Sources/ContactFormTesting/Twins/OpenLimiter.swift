// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

package import ContactForm

/// Admits everything, or nothing when it is made with seconds to wait.
package struct OpenLimiter: SubmissionLimiter {
    package var seconds: Int?

    package init(secondsToWait seconds: Int? = nil) {
        self.seconds = seconds
    }

    package func admit(clientAddress: UInt128?, form: FormName, octets: Int, at now: Timestamp) -> Int? { seconds }
}

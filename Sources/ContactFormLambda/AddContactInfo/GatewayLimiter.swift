// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm

/// Admits everything: API Gateway's throttling and, where it is on, WAF's rate rule bound what reaches the function.
///
/// A count here would be wrong twice. Each instance would have its own, and an instance that refuses costs as much as one
/// that stores. See docs/decisions/0007-throttling-before-the-lambda.md.
struct GatewayLimiter: SubmissionLimiter {
    func admit(clientAddress: UInt128?, form: FormName, octets: Int, at now: Timestamp) -> Int? { nil }
}

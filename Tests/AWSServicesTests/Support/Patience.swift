// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSServices

extension RetryPolicy {
    static var patient: RetryPolicy {
        var policy = RetryPolicy()
        policy.attemptTimeout = 300_000
        policy.callTimeout = 600_000
        return policy
    }
}

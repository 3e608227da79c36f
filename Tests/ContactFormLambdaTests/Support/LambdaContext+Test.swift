// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import AWSLambda
import ContactForm
import Logging

extension LambdaContext {
    /// An invocation with `seconds` left at `now`.
    static func test(at now: Timestamp, secondsLeft seconds: Int64 = 60) -> LambdaContext {
        LambdaContext(
            requestID: "request-1",
            traceID: nil,
            deadline: now.milliseconds + seconds * 1000,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }
}

// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

import ContactForm
import Glibc

extension Timestamp {
    /// How far this machine's clock, as its time zone has it, is ahead of UTC at that moment: in summer by another hour than
    /// in winter.
    var localOffset: Interval {
        var time = time_t(milliseconds / 1000)
        var fields = tm()
        guard localtime_r(&time, &fields) != nil else { return .seconds(0) }
        return .seconds(Int64(fields.tm_gmtoff))
    }
}

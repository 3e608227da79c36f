-- SPDX-FileCopyrightText: The Brevlåda authors
-- SPDX-License-Identifier: Apache-2.0
--
-- The home page as it is, uncompressed. Afterwards a line of JSON with what wrk measured.

function done(summary, latency)
  io.write(string.format(
    '{"requests":%d,"microseconds":%d,"status":%d,"socket":%d,"p50":%d,"p99":%d,"max":%d}\n',
    summary.requests, summary.duration, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99), latency.max))
end

-- SPDX-FileCopyrightText: The Brevlåda authors
-- SPDX-License-Identifier: Apache-2.0
--
-- A form with another text in each request, so that no server may take two for the same message.
-- Afterwards a line of JSON with what wrk measured.

local thread = 0
function setup(worker)
  worker:set("worker", thread)
  worker:set("round", os.time())
  thread = thread + 1
end

function init()
  sent = 0
  wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
  wrk.headers["Accept"] = "application/json"
  wrk.headers["Referer"] = "http://localhost/"
end

function request()
  sent = sent + 1
  local text = string.format("%d-%d-%d+B%%C3%%A5ten+l%%C3%%A4cker.+%s", round, worker, sent, string.rep("Vad+ska+vi+g%C3%B6ra%3F+", 8))
  return wrk.format("POST", "/api/contact", nil, "name=%C3%85sa+%C3%96berg&email=asa%40example.se&message=" .. text)
end

function done(summary, latency)
  io.write(string.format(
    '{"requests":%d,"microseconds":%d,"status":%d,"socket":%d,"p50":%d,"p99":%d,"max":%d}\n',
    summary.requests, summary.duration, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99), latency.max))
end

#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Infrastructure/cost_model.py [--write]: what Brevlåda costs a month on AWS, and which quotas it needs.

Prints the tables of docs/scale-and-cost.md; --write puts them there. Prices are list prices of us-east-1 in dollars, without
any free tier, with where they come from below.
"""

import math
import sys
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "scale-and-cost.md"
MILLION = 1_000_000
SECONDS = 30 * 24 * 3600

# Prices, with their sources; the same list is in the page.
API_TIERS = [(333 * MILLION, 3.50), (667 * MILLION, 2.80), (19_000 * MILLION, 2.38), (math.inf, 1.51)]  # per million
LAMBDA_REQUEST = 0.20 / MILLION
LAMBDA_GB_SECOND = 0.0000133334  # arm64
WRITE_UNIT = 0.625 / MILLION
READ_UNIT = 0.125 / MILLION
STORED_GB = 0.25
RECOVERY_GB = 0.20
MAIL = 0.10 / 1000
LOG_GB = 0.50
CLOUDFRONT_REQUEST = 1.00 / MILLION
EDGE_FUNCTION = 0.10 / MILLION
WAF_FIXED = 5 + 6 * 1.00  # the ACL and our six rules
WAF_REQUEST = 0.60 / MILLION
ALARM = 0.10
METRIC = 0.30

# What a message is taken to be.
ITEM_KB = 2
ITEM_WRITES = ITEM_KB + ITEM_KB  # the insert, and the update when it is mailed
RECEIPT_KB = 0.25
TABLE_WRITES = ITEM_WRITES + 1  # and the receipt
INDEX_WRITES = 1 + 1  # into the index of what waits, and out of it
WRITE_UNITS = TABLE_WRITES + INDEX_WRITES
READ_UNITS = 1 + 1  # before the mail, and before the update; up to 4 KB each, consistent
FORMS = 2
SHARDS = 8  # TableShards
LOG_KB = 1.5  # access log, intake, mail
MEMORY_GB = 0.25
INTAKE_SECONDS = 0.030
PREFLIGHT_SECONDS = 0.003
MAIL_SECONDS = 0.050
MARK_SECONDS = 0.015  # entering the receipt of a message, reading it and marking it
SWEEPS = SECONDS / 300
SWEEP_SECONDS = 0.100
SWEEP_READS = FORMS * SHARDS * 0.5  # each partition of the index asked, and empty
HELD_READS = SECONDS / 3600 * SWEEP_READS  # by each instance that writes digests, at most once an hour
MONTHS_KEPT = 12
PEAK = 10  # times the average
ALARMS = 19
METRICS = 13  # six with and without their form, and Overdue; Missing and Returned are paid for in the hour of the trouble

# How the functions share mails, as in DigestRule and docs/decisions/0008: StreamBatchWindow, DigestBatch, DigestPerHour.
WINDOW = 2
BATCH = 20
PER_HOUR = 60
LONGEST_LIST = 100
SWEEPS_AN_HOUR = 12
FIRST_SHARDS = 4  # of the stream of a new table: one for each thousand write units a second

VOLUMES = {"1 thousand": 1_000, "100 thousand": 100_000, "10 million": 10 * MILLION, "1 billion": 1_000 * MILLION}


@dataclass(frozen=True)
class Way:
    """How the form is reached, and how mail goes out."""

    same_origin: bool
    digest: bool


A = Way(same_origin=False, digest=False)
B = Way(same_origin=True, digest=True)


def tiered(count, tiers):
    total = 0.0
    for size, price in tiers:
        part = min(count, size)
        total += part / MILLION * price
        count -= part
    return total


def stream_shards(messages):
    """How many batches come side by side; each has an instance of the function, which counts its own mails."""
    return max(FIRST_SHARDS, math.ceil(messages / SECONDS * PEAK * TABLE_WRITES / 1000))


def batches(messages):
    """How often a month the stream calls the function, when messages come evenly."""
    return min(messages, stream_shards(messages) * SECONDS / WINDOW)


def mails_of(messages):
    """How many mails a month digests make of messages that come evenly."""
    shards, hours = stream_shards(messages), SECONDS / 3600
    an_hour, batch = messages / hours, messages / batches(messages)
    if batch > BATCH:
        return messages / min(batch, LONGEST_LIST)
    # While an hour's mails last they go as they come; then one each PER_HOUR-th part of an hour, and the rest by the sweep.
    streamed = min(an_hour / batch, shards * PER_HOUR)
    swept = max(an_hour - streamed * batch, 0)
    return hours * (streamed + SWEEPS_AN_HOUR * math.ceil(swept / SWEEPS_AN_HOUR / LONGEST_LIST))


def costs(messages, way, waf=True):
    """Dollars a month, by part."""
    mails = mails_of(messages) if way.digest else messages
    requests = messages if way.same_origin else 2 * messages
    preflights = requests - messages
    seconds = (
        messages * INTAKE_SECONDS + preflights * PREFLIGHT_SECONDS + SWEEPS * SWEEP_SECONDS
        + messages * MARK_SECONDS + mails * MAIL_SECONDS
    )
    reads = messages * READ_UNITS + SWEEPS * SWEEP_READS + (stream_shards(messages) * HELD_READS if way.digest else 0)
    stored_gb = messages * MONTHS_KEPT * (ITEM_KB + RECEIPT_KB) / MILLION
    return {
        "API Gateway": tiered(requests, API_TIERS),
        "CloudFront": messages * (CLOUDFRONT_REQUEST + EDGE_FUNCTION) if way.same_origin else 0.0,
        "Lambda": (requests + batches(messages) + SWEEPS) * LAMBDA_REQUEST + seconds * MEMORY_GB * LAMBDA_GB_SECOND,
        "DynamoDB, writes and reads": messages * WRITE_UNITS * WRITE_UNIT + reads * READ_UNIT,
        "DynamoDB, a year kept": stored_gb * (STORED_GB + RECOVERY_GB),
        "SES": mails * MAIL,
        "Logs": messages * LOG_KB / MILLION * LOG_GB,
        "Alarms and metrics": watching(),
        "WAF": WAF_FIXED + requests * WAF_REQUEST if waf else 0.0,
    }


def watching():
    """Dollars a month for alarms and metrics, the same whatever comes."""
    return ALARMS * ALARM + METRICS * METRIC


def dollars(amount):
    if amount < 0.005:
        return "0"
    return f"{amount:,.2f}" if amount < 100 else f"{amount:,.0f}"


def cost_table():
    rows = ["| messages a month | " + " | ".join(VOLUMES) + " |", "| --- |" + " ---: |" * len(VOLUMES)]
    columns = [(costs(count, A), costs(count, B)) for count in VOLUMES.values()]
    for part in columns[0][0]:
        cells = [f"{dollars(a[part])} / {dollars(b[part])}" for a, b in columns]
        rows.append(f"| {part} | " + " | ".join(cells) + " |")
    rows.append("| **all** | " + " | ".join(
        f"**{dollars(sum(a.values()))} / {dollars(sum(b.values()))}**" for a, b in columns) + " |")
    rows.append("| without WAF | " + " | ".join(
        f"{dollars(sum(a.values()) - a['WAF'])} / {dollars(sum(b.values()) - b['WAF'])}" for a, b in columns) + " |")
    return rows


def demands(messages):
    """What the busiest moment, ten times the average, asks of each quota."""
    rate = messages / SECONDS * PEAK
    return {
        "API requests a second, A / B": f"{rounded(2 * rate)} / {rounded(rate)}",
        "concurrent runs of AddContactInfo": rounded(rate * INTAKE_SECONDS),
        "write units a second, table / index": f"{rounded(rate * TABLE_WRITES)} / {rounded(rate * INDEX_WRITES)}",
        "partitions for the inserts (TableShards)": str(max(1, math.ceil(rate * ITEM_KB / 1000))),
        "mails a day, A / B": f"{rounded(messages / 30)} / {rounded(mails_of(messages) / 30)}",
        "mails a second at the peak, A / B": f"{rounded(rate)} / {rounded(mails_of(messages * PEAK) / SECONDS)}",
    }


def rounded(number):
    if number < 0.1:
        return "< 0.1"
    return f"{number:,.1f}" if number < 10 else f"{number:,.0f}"


def demand_table():
    rows = ["| at the peak | " + " | ".join(VOLUMES) + " |", "| --- |" + " ---: |" * len(VOLUMES)]
    columns = [demands(count) for count in VOLUMES.values()]
    for what in columns[0]:
        rows.append(f"| {what} | " + " | ".join(column[what] for column in columns) + " |")
    return rows


def filled(page):
    """The page with both tables as they come out today."""
    for name, rows in (("costs", cost_table()), ("demands", demand_table())):
        start, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        before, rest = page.split(start, 1)
        page = before + "\n".join([start, *rows, end]) + rest.split(end, 1)[1]
    return page


def main():
    if sys.argv[1:] == ["--write"]:
        PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    elif not sys.argv[1:]:
        print("\n".join([*cost_table(), "", *demand_table()]))
    else:
        sys.exit(f"{sys.argv[0]}: takes --write or nothing")


if __name__ == "__main__":
    main()

# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What ReadContactInfo asks of DynamoDB for each thing the owner looks at: bounds that don't know the table's size.

Two thousand messages of two years, and 100,000 in a soak. Everything that is looked for is old, so that a search that went
on until it found it would show.
"""

import json
import random
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from harness.brevlada import run
from harness.faulty_proxy import FaultyProxy
from harness.lambdas import CREDENTIALS, REGION, Function

FORMS = {"contact": 0.9, "order": 0.1}
SHARDS = 8  # of a form, what the functions have when TABLE_SHARDS is not set
PARTITIONS = SHARDS * len(FORMS)

# The design's own limits (DynamoDBSubmissionStore+Pages, +Statistics, OwnerHandler+Audit).
ROUNDS = 3  # of a page, each at most one query of each partition
PLAIN_ROUNDS = 2  # of a page from which no filter takes anything: an even share is enough, or four times that
LARGEST_READ = 500  # items that one query may read
STATISTICS_PAGES = 25  # of 1 MB, of each partition, and as many of its receipts
PROBLEMS = ["failed", "bounced", "overdue"]
PROBLEM_PAGES = 20  # of messages, that an audit looks at to name the newest of a problem
PROBLEM_LIMIT = 100  # messages of such a page

PAGE = 50  # messages, when the owner says nothing
LARGEST_PAGE = 200

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SINCE = int(datetime(2024, 11, 1, tzinfo=UTC).timestamp() * 1000)
UNTIL = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp() * 1000)
WINDOW = 600_000  # milliseconds; the time in an id is the beginning of the window
OF_THE_PRODUCT = 100  # messages that the product writes itself, to compare with


def iso(milliseconds):
    moment = datetime.fromtimestamp(milliseconds // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03}Z"


def largest_reads(limit, partitions=PARTITIONS):
    """Items that a page may read, whatever it finds: the shares of its rounds, of each partition."""
    share = limit // partitions * 5 // 4 + 5
    return partitions * sum(min(share * 4**number, LARGEST_READ) for number in range(ROUNDS))


@dataclass(frozen=True)
class Message:
    id: str
    form: str
    at: int
    status: str
    text: str
    read: bool
    archived: bool

    @classmethod
    def of(cls, number, total, dice):
        """The one at this place of the whole time, the oldest first."""
        at = SINCE + (UNTIL - SINCE) * number // total + dice.randrange(1000)
        identifier = (at - at % WINDOW) << 80 | dice.getrandbits(80)
        # The oldest hundredth has what is looked for in vain in all that is newer.
        old = number < total // 100
        status = dice.choices(
            ["notified", "held", "failed", "received", "bounced"], [84, 8, 3, 2, 0] if not old else [0, 0, 0, 0, 1]
        )[0]
        return cls(
            "".join(ALPHABET[identifier >> 5 * place & 31] for place in range(25, -1, -1)),
            dice.choices(list(FORMS), list(FORMS.values()))[0], at, status,
            f"Question {number}: is the {'summer house' if number % 2 else 'boat'} free? {'<b>x=1</b> ' * 20}"
            + ("kräftskiva" if number == total // 200 else ""),
            read=number < total * 9 // 10, archived=number < total // 2,
        )

    @property
    def fields(self):
        return {"name": "Åsa Öst", "email": "asa@example.se", "message": self.text}

    @property
    def attempts(self):
        return {"notified": 1, "failed": 3, "bounced": 1}.get(self.status, 0)

    @property
    def history(self):
        """(at, what, reason) of each entry."""
        reason = "550 5.1.1 no such user"
        return {
            "notified": [(self.at + 900, "notified", None)],
            "failed": [(self.at + 5000, "failed", reason)],
            "bounced": [(self.at + 900, "notified", None), (self.at + 5000, "bounced", reason)],
        }.get(self.status, [])

    @property
    def marks(self):
        return {"readAt": self.at + 60_000} if self.read else {}, {"archivedAt": self.at + 90_000} if self.archived else {}

    @property
    def line(self):
        """As an export has it."""
        delivery = {"attempts": self.attempts}
        if self.status == "received":
            delivery["nextAttempt"] = iso(self.at)
        if self.status in ("failed", "bounced"):
            delivery["lastError"] = "550 5.1.1 no such user"
        if self.status in ("notified", "bounced"):
            delivery |= {"providerMessageID": f"0107-{self.id}", "notifiedAt": iso(self.at + 900)}
        return {
            "id": self.id, "form": self.form, "receivedAt": iso(self.at), "status": self.status, "name": "Åsa Öst",
            "email": "asa@example.se", "replyTo": "asa@example.se", "fields": self.fields,
            "page": "https://example.se/kontakt", "language": "sv",
            "spamReasons": ["honeypot"] if self.status == "held" else [], "delivery": delivery,
            "history": [
                {"at": iso(at), "what": what} | ({"reason": reason} if reason else {}) for at, what, reason in self.history
            ],
        } | {name: iso(at) for mark in self.marks for name, at in mark.items()}

    @property
    def item(self):
        """As SubmissionItem writes it."""
        text = {
            "pk": f"{self.form}#{ALPHABET.index(self.id[-1]) % SHARDS}", "sk": self.id, "kind": "submission",
            "name": "Åsa Öst", "email": "asa@example.se", "replyTo": "asa@example.se", "page": "https://example.se/kontakt",
            "language": "sv", "status": self.status, "fields": compact(self.fields),
        }
        numbers = {"schemaVersion": 1, "version": 1, "receivedAt": self.at, "attempts": self.attempts}
        for mark in self.marks:
            numbers |= mark
        if self.status == "received":
            numbers["dueAt"] = self.at
        if self.status in ("received", "held"):
            text["waiting"] = f"{self.status}#{self.at:015}"
        if self.status in ("failed", "bounced"):
            text["waiting"] = f"failed#{self.history[-1][0]:015}"
            text["lastError"] = "550 5.1.1 no such user"
        if self.status in ("notified", "bounced"):
            text["providerMessageID"] = f"0107-{self.id}"
            numbers["notifiedAt"] = self.at + 900
        if self.history:
            text["history"] = compact([
                {"at": at, "what": what} | ({"reason": reason} if reason else {}) for at, what, reason in self.history
            ])
        item = {name: {"S": value} for name, value in text.items()}
        item |= {name: {"N": str(value)} for name, value in numbers.items()}
        return item | ({"spamReasons": {"L": [{"S": "honeypot"}]}} if self.status == "held" else {})

    @property
    def receipt(self):
        return {
            "pk": {"S": f"#receipts#{self.item['pk']['S']}"}, "sk": {"S": self.id}, "kind": {"S": "receipt"},
            "receivedAt": {"N": str(self.at)},
        }


def compact(value):
    """JSON as the product writes it: no angle bracket in it opens a tag."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", r"\u003c")


class Cost:
    """What came to DynamoDB. The same request once more is one that a busy machine had not answered in time."""

    def __init__(self, exchanges):
        once = {(exchange.operation, exchange.body): exchange for exchange in exchanges}
        self.operations = Counter(operation for operation, _ in once)
        self.requests = self.operations.total()
        queries = [json.loads(body) for operation, body in once if operation == "Query"]
        self.has_limits = all("Limit" in query for query in queries)
        self.reads = sum(query.get("Limit", 0) for query in queries)
        self.bytes = sum(len(exchange.answer) for exchange in once.values())

    def __str__(self):
        return f"{dict(self.operations)}, reads at most {self.reads} items, {self.bytes:,} bytes came"


class Inbox:
    """The owner's requests, and what each made the function ask of the table."""

    def __init__(self, function, proxy):
        self.function, self.proxy = function, proxy

    def get(self, path, **query):
        self.proxy.clear()
        answer = self.function.owner("GET", path, **query)
        cost = Cost(self.proxy.exchanges)
        print(f"{path} {query}: {cost}")  # shown by pytest -s
        return answer, cost

    def page(self, **query):
        """The ids of a page, where the next one begins, and the cost."""
        answer, cost = self.get("/submissions", **query)
        assert cost.has_limits
        return [each["id"] for each in answer["submissions"]], answer["next"], cost


@pytest.fixture(scope="module")
def messages(counts):
    """All of them, newest first."""
    dice = random.Random(20261126)
    made = [Message.of(number, counts.inbox, dice) for number in range(counts.inbox)]
    return sorted(made, key=lambda message: message.id, reverse=True)


@pytest.fixture(scope="module")
def table(moto, messages, tmp_path_factory):
    """Some are written by the product, and all others in the same shape, a hundred times as fast."""
    moto.reset()
    folder = tmp_path_factory.mktemp("pages")
    (folder / "brevlada.yaml").write_text("forms:\n  order: {}\n")
    step = len(messages) // OF_THE_PRODUCT
    lines = [json.dumps(message.line) + "\n" for message in messages[::step]]
    values = {"AWS_ENDPOINT_URL": moto.url, "AWS_REGION": REGION} | CREDENTIALS
    run("inbox", "import", "-", "--aws", "--table", "submissions", "--shards", SHARDS, cwd=folder, stdin="".join(lines),
        check=0, **values)
    written = moto.items() + moto.receipts()
    client = moto.client("dynamodb")
    others = [message for place, message in enumerate(messages) if place % step]
    items = [item for message in others for item in (message.item, message.receipt)]
    for start in range(0, len(items), 25):  # the most that a batch takes
        batch = [{"PutRequest": {"Item": item}} for item in items[start:start + 25]]
        assert not client.batch_write_item(RequestItems={"submissions": batch})["UnprocessedItems"]
    return written


@pytest.fixture(scope="module")
def inbox(table, moto, tmp_path_factory):
    proxy = FaultyProxy(moto.port)
    forms = json.dumps({name: {} for name in FORMS if name != "contact"})
    folder = tmp_path_factory.mktemp("ReadContactInfo")
    with Function("ReadContactInfo", folder, proxy.url, timeout=300, BREVLADA_FORMS=forms) as function:
        inbox = Inbox(function, proxy)
        # An instance asks once which forms have messages.
        _, cost = inbox.get("/submissions", limit=1)
        assert cost.operations["GetItem"] == 1
        yield inbox
    proxy.stop()


def ids(messages, **wanted):
    return [each.id for each in messages if all(getattr(each, name) == value for name, value in wanted.items())]


def test_the_items_are_as_the_product_writes_them(table, messages):
    ours = {item["pk"]["S"] + item["sk"]["S"]: item for message in messages for item in (message.item, message.receipt)}
    assert len(table) >= 2 * OF_THE_PRODUCT
    assert {item["status"]["S"] for item in table if "status" in item} == {"notified", "held", "failed", "received", "bounced"}
    for item in table:
        assert item == ours[item["pk"]["S"] + item["sk"]["S"]]


def test_the_first_page_and_the_one_after_it(inbox, messages):
    wanted = ids(messages, archived=False)
    first, cursor, cost = inbox.page()
    second, _, cost_of_second = inbox.page(cursor=cursor)
    assert first == wanted[:PAGE] and second == wanted[PAGE:2 * PAGE]
    for each in (cost, cost_of_second):
        assert each.operations.keys() == {"Query"} and each.requests <= PLAIN_ROUNDS * PARTITIONS
        assert each.reads <= largest_reads(PAGE)


MONTH = {"from": "2025-06-01T00:00:00.000Z", "until": "2025-07-01T00:00:00.000Z"}
VIEWS = {
    "everything": ({"archived": "any"}, lambda each: True),
    "a common status": ({"archived": "any", "status": "notified"}, lambda each: each.status == "notified"),
    "some statuses": ({"archived": "any", "status": "held,failed"}, lambda each: each.status in ("held", "failed")),
    "a status that only old ones have": ({"archived": "any", "status": "bounced"}, lambda each: each.status == "bounced"),
    "a form": ({"archived": "any", "form": "order"}, lambda each: each.form == "order"),
    "a month": ({"archived": "any"} | MONTH, lambda each: MONTH["from"] <= iso(each.at) < MONTH["until"]),
    "archived, all of them old": ({"archived": "true"}, lambda each: each.archived),
    "not archived": ({}, lambda each: not each.archived),
    "unread": ({"unread": "true"}, lambda each: not each.read and not each.archived),
    "unread ones of the archive, of which there are none": (
        {"unread": "true", "archived": "true"}, lambda each: not each.read and each.archived
    ),
    "a common text": ({"archived": "any", "q": "SUMMER house"}, lambda each: "summer house" in each.text),
    "a text that one old message has": ({"archived": "any", "q": "Kräftskiva"}, lambda each: "kräftskiva" in each.text),
    "a text that none has": ({"archived": "any", "q": "no such text"}, lambda each: False),
}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("limit", [PAGE, LARGEST_PAGE])
def test_every_page_of_every_view_is_bounded_and_they_follow_each_other(inbox, messages, view, limit, counts):
    query, matches = VIEWS[view]
    partitions = SHARDS if "form" in query else PARTITIONS
    wanted = [each.id for each in messages if matches(each)]
    found, cursor = [], None
    for _ in range(counts.walk):
        page, cursor, cost = inbox.page(**query, limit=limit, **({"cursor": cursor} if cursor else {}))
        assert cost.operations.keys() == {"Query"} and cost.requests <= ROUNDS * partitions
        assert cost.reads <= largest_reads(limit, partitions)
        assert len(page) <= limit
        found += page
        if not cursor:
            break
    # Each once and in order, with none left out as far as they were read, and to the end when that was reached.
    assert found == (wanted[:len(found)] if cursor else wanted)


def test_a_text_that_one_old_message_has_is_found_by_reading_on(inbox, messages):
    """The whole table then, page after page; each of them a bounded one that goes further than the one before."""
    [wanted] = [each.id for each in messages if "kräftskiva" in each.text]
    query = {"archived": "any", "q": "kräftskiva", "limit": LARGEST_PAGE}
    found, cursor, pages = [], None, 0
    while cursor or not pages:
        page, cursor, cost = inbox.page(**query, **({"cursor": cursor} if cursor else {}))
        assert cost.requests <= ROUNDS * PARTITIONS and cost.reads <= largest_reads(LARGEST_PAGE)
        found += page
        pages += 1
        # A page goes by at least its first round's share of the fullest partition.
        assert pages <= len(messages) // (LARGEST_PAGE // PARTITIONS) + 1
    assert found == [wanted]


@pytest.mark.parametrize("place", [0, -1])
def test_one_message_is_one_read_of_each_form(inbox, messages, place):
    message = messages[place]
    whole, cost = inbox.get(f"/submissions/{message.id}")
    assert whole["message"] == message.text and whole["status"] == message.status
    assert cost.operations == {"GetItem": len(FORMS)}


def test_a_message_that_is_not_there_is_looked_for_in_every_partition_once(inbox):
    inbox.proxy.clear()
    assert inbox.function.ask("GET", f"/submissions/{ALPHABET[1] * 26}")["statusCode"] == 404
    cost = Cost(inbox.proxy.exchanges)
    assert cost.operations.keys() == {"GetItem"} and cost.requests <= len(FORMS) + PARTITIONS


@pytest.mark.parametrize(
    "period",
    [("2026-10-01", "2026-11-01"), ("2024-11-01", "2024-12-01"), ("2024-11-01", "2026-11-01")],
    ids=["the last month", "the first month", "everything"],
)
def test_the_audit_counts_right_and_is_bounded(inbox, messages, period, counts):
    start, end = (f"{day}T00:00:00.000Z" for day in period)
    if counts.inbox > 10_000 and period == ("2024-11-01", "2026-11-01"):
        # Sixteen partitions' megabytes at once take moto longer than the function waits for DynamoDB.
        end = "2025-01-01T00:00:00.000Z"
    audit, cost = inbox.get("/audit", **{"from": start, "until": end})
    inside = [each for each in messages if start <= iso(each.at) < end]
    counted = Counter(each.status for each in inside)
    assert audit["complete"] is True and audit["accepted"] == audit["stored"] == len(inside)
    assert audit["addsUp"] is True and audit["unbooked"] == 0
    assert {status: count for status, count in audit["counts"].items() if count} == counted
    assert audit["unread"] == sum(
        not each.read and not each.archived and each.status != "held" for each in inside
    )
    of_a_problem = {"failed": "failed", "bounced": "bounced", "overdue": "received"}
    assert {each["kind"]: each["count"] for each in audit["problems"]} == {
        kind: counted[status] for kind, status in of_a_problem.items() if counted[status]
    }
    assert cost.operations.keys() == {"Query"}
    named = len(PROBLEMS) * PROBLEM_PAGES
    assert cost.requests <= 2 * STATISTICS_PAGES * PARTITIONS + named * ROUNDS * PARTITIONS
    assert cost.reads <= named * largest_reads(PROBLEM_LIMIT)

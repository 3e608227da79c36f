# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What the pages and the pipeline's files say of the template is so."""

import importlib.util
import json
import re
import sys
from pathlib import Path

import pytest
import yaml

from checks.source import ROOT
from checks.statement import STATEMENTS
from checks.statements import alarms, hosting, sign_in, watching
from pipeline import build_specification

DOCS = ROOT / "docs"
PAGES = sorted((DOCS / "options").glob("*.md"))


@pytest.fixture(scope="module")
def cost_model():
    specification = importlib.util.spec_from_file_location("cost_model", ROOT / "Infrastructure/cost_model.py")
    module = importlib.util.module_from_spec(specification)
    sys.modules["cost_model"] = module
    specification.loader.exec_module(module)
    return module


def test_the_tables_of_costs_are_the_models(cost_model):
    page = (DOCS / "scale-and-cost.md").read_text(encoding="utf-8")
    assert cost_model.filled(page) == page, "run Infrastructure/cost_model.py --write"


def test_the_model_counts_what_the_template_has(cost_model, stacks):
    there = stacks["default"].of_type("AWS::CloudWatch::Alarm")
    rules = stacks["everything"]["WebAcl"].get("Rules")
    assert cost_model.ALARMS == len(there)
    assert cost_model.WAF_FIXED == 5 + len(rules)


def test_costs_grow_with_messages_and_add_up(cost_model):
    totals = [sum(cost_model.costs(count, cost_model.A).values()) for count in cost_model.VOLUMES.values()]
    assert totals == sorted(totals)
    assert cost_model.costs(1_000_000, cost_model.A)["SES"] == pytest.approx(100)
    # A message each half minute: what few there are go as they come.
    assert cost_model.mails_of(86_400) == pytest.approx(86_400)
    # Four a second: 60 an hour from each of four shards, a list of a hundred for the rest.
    assert cost_model.mails_of(10_368_000) == pytest.approx(720 * (240 + 12 * 12))
    # 333 million at 3.50, the rest of a billion at 2.80, the second billion at 2.38.
    assert cost_model.costs(10**9, cost_model.A)["API Gateway"] == pytest.approx(333 * 3.5 + 667 * 2.8 + 1000 * 2.38)
    without = cost_model.costs(1_000, cost_model.A, waf=False)
    assert without["WAF"] == 0


def test_the_model_counts_as_the_code_does(cost_model):
    """What the digests and the sweep do stands in Swift; the model has the same numbers."""
    rule = (ROOT / "Sources/ContactForm/Notification/DigestRule.swift").read_text(encoding="utf-8")
    for name, number in (
        ("batch", cost_model.BATCH), ("perHour", cost_model.PER_HOUR), ("longestList", cost_model.LONGEST_LIST)
    ):
        assert f"package var {name} = {number}\n" in rule, name
    for function, metrics in (
        ("AddContactInfo/AddContactInfoHandler", {"Stored", "Held", "Invalid", "NotStored"}),
        ("SendContactInfoEmail/SendContactInfoEmailHandler", {"Notified", "Failed", "Overdue", "Missing", "Returned"}),
    ):
        text = (ROOT / f"Sources/ContactFormLambda/{function}.swift").read_text(encoding="utf-8")
        assert set(re.findall(r'(?:count\(|\.init\(|\[?\()"([A-Z]\w+)"', text)) == metrics
    assert cost_model.METRICS == 2 * 7 - 1, "all with and without their form, but Overdue; Missing and Returned only in trouble"


def test_the_model_has_the_templates_defaults(cost_model, template):
    for name, number in (
        ("DigestBatch", cost_model.BATCH), ("DigestPerHour", cost_model.PER_HOUR), ("StreamBatchWindow", cost_model.WINDOW),
        ("TableShards", cost_model.SHARDS),
    ):
        assert template["Parameters"][name]["Default"] == number, name
    assert template["Parameters"]["StreamBatchSize"]["Default"] == cost_model.LONGEST_LIST


def test_the_pages_say_what_alarms_cost(cost_model):
    said = f"${cost_model.watching():.2f}"
    index = (DOCS / "options/README.md").read_text(encoding="utf-8")
    (row,) = [line for line in index.splitlines() if "(alarms.md)" in line]
    assert row.endswith(f"| {said} |")
    assert f"**Costs**: {said}," in (DOCS / "options/alarms.md").read_text(encoding="utf-8")


# As the pages write numbers.
TIMES = {1: "once", 2: "two", 3: "three", 10: "ten", 15: "a quarter of an hour", 20: "twenty minutes"}


def test_the_page_of_alarms_says_when_they_ring(stacks):
    """Each row's numbers are the template's, and so are those in the alarms' own words."""
    page = (DOCS / "options/alarms.md").read_text(encoding="utf-8")
    table = dict(re.findall(r"^\| (.+?) \| (.+) \|$", page, re.MULTILINE))
    said = {name: alarms.ringing(stacks["everything"][name]) for name in alarms.ALARMS}
    words = {name: stacks["everything"][name].get("AlarmDescription") for name in alarms.ALARMS}

    def row(*troubles):
        (found,) = [when for trouble, when in table.items() if all(one in trouble for one in troubles)]
        return found

    def times(name):
        return TIMES[said[name]["DatapointsToAlarm"]]

    def minutes(name):
        return said[name]["EvaluationPeriods"] * said[name]["Period"] // 60

    at_once = row("a function fails or is throttled")
    for name in ("ServerErrorAlarm", "IntakeErrorAlarm", "IntakeThrottleAlarm", "OwnerErrorAlarm"):
        assert at_once.startswith(f"{times(name)}; ") and said[name]["Threshold"] == 1, name
    for name in ("MailErrorAlarm", "MailThrottleAlarm"):
        assert at_once.endswith(f"; the mail function {times(name)} times in {TIMES[minutes(name)]}"), name
    assert f"failed {times('MailErrorAlarm')} times within fifteen minutes" in words["MailErrorAlarm"]
    waits = TIMES[said["StreamAgeAlarm"]["Threshold"] // 60_000]
    assert f"the stream is {waits} minutes behind" in row("mails wait") and f"over {waits} minutes" in words["StreamAgeAlarm"]
    assert f"{times('OverdueMailAlarm')} sweeps within {TIMES[minutes('OverdueMailAlarm')]}" in row("mails wait")
    assert row("mail was given up", "a batch failed for good") == "each time"
    for name in ("FailedMailAlarm", "FailureQueueAlarm", "MissingMessageAlarm", "MailEventAlarm"):
        assert (said[name]["DatapointsToAlarm"], said[name]["Threshold"], said[name]["Statistic"]) == (1, 1, "Sum"), name
    assert f"It is over after {TIMES[minutes('FailureQueueAlarm')]}," in page
    assert row("the sweep has stopped") == "silent for fifteen minutes" and minutes("SweepAlarm") == 15
    assert "has not run for fifteen minutes" in words["SweepAlarm"]
    (trouble,) = [trouble for trouble in table if "bounced" in trouble]
    for name, what in (("BounceRateAlarm", "bounces"), ("ComplaintRateAlarm", "complaints")):
        percent = f"over {said[name]['Threshold'] * 100:g} %"
        assert f"{what} {percent}" in trouble and percent in words[name].lower(), name
    for name in ("TableThrottleAlarm", "TableFaultAlarm"):
        assert row("the table refuses or fails") == times(name), name
    for name in ("ConcurrencyQuotaAlarm", "MailQuotaAlarm", "ApiRateAlarm"):
        percent = f"{said[name]['Threshold']} %"
        assert row("quotas") == f"from {percent}" and f"over {percent}" in words[name].lower(), name


def test_the_page_of_alarms_says_when_the_budget_warns():
    page = " ".join((DOCS / "options/alarms.md").read_text(encoding="utf-8").split())
    (spent, likely) = watching.BUDGET_WARNINGS
    assert f"warns when the whole account spends {spent[1]} % of it, or is likely to spend more" in page
    assert spent[0] == "ACTUAL" and likely == ("FORECASTED", 100)


def test_the_page_of_personal_data_says_how_long_files_are_kept(template):
    page = (DOCS / "privacy.md").read_text(encoding="utf-8")
    files, replaced = hosting.FORGOTTEN_AFTER["LogBucket"]
    assert replaced == 1 and f"S3, the log bucket | `{files}`, and a day |" in page
    assert f"`{files}`, {template['Parameters'][files]['Default']} as it comes" in page
    files, replaced = hosting.FORGOTTEN_AFTER["SiteBucket"]
    assert files is None and f"a version that was replaced stays for {replaced} days" in page


def test_the_page_of_the_sign_in_says_how_long_it_lasts():
    page = " ".join((DOCS / "options/sign-in.md").read_text(encoding="utf-8").split())
    assert sign_in.TOKEN_MINUTES == 60 and "a page that is signed in reads on for an hour at most" in page
    assert f"**A first password that has expired**, after {TIMES[sign_in.FIRST_PASSWORD_DAYS]} days" in page


def test_the_contract_says_what_stands_before_the_function(stacks):
    """Statuses, codes and waits of the section "On AWS" are the template's."""
    page = (DOCS / "contract.md").read_text(encoding="utf-8")
    (section,) = re.findall(r"\n## On AWS\n(.*?)\n## ", page, re.DOTALL)
    rows = [line for line in section.splitlines() if line.startswith("| ")]
    gateway = stacks["everything"].of_type("AWS::ApiGateway::GatewayResponse")
    for answer in gateway:
        body = json.loads(answer.get("ResponseTemplates")["application/json"])
        if answer.name in ("NotSignedIn", "NotAllowed"):
            continue  # the owner's routes, not a form's
        wait = (answer.get("ResponseParameters") or {}).get("gatewayresponse.header.Retry-After", "").strip("'")
        said = [row for row in rows if (answer.get("StatusCode") or "") in row and "API" in row]
        if wait:
            assert any(f"Retry-After: {wait}" in row for row in said), answer.name
        else:
            assert any(body["errors"][0]["code"] in row or "413" in row for row in said), answer.name
    for rule in stacks["everything"]["WebAcl"].get("Rules"):
        if custom := rule.get("Action", {}).get("Block", {}).get("CustomResponse"):
            said = [row for row in rows if f"{custom['ResponseCode']}" in row and "firewall" in row]
            waits = [one["Value"] for one in custom["ResponseHeaders"] if one["Name"] == "Retry-After"]
            assert said and all(any(f"Retry-After: {wait}" in row for row in said) for wait in waits), rule["Name"]


def test_no_page_promises_a_message_id_that_ses_replaces():
    """https://docs.aws.amazon.com/ses/latest/dg/header-fields.html"""
    pages = [DOCS / "architecture.md", *sorted((DOCS / "decisions").glob("*.md"))]
    said = [page for page in pages if "Message-ID" in page.read_text(encoding="utf-8")]
    assert len(said) >= 4
    for page in said:
        paragraphs = re.split(r"\n\n|\n- ", page.read_text(encoding="utf-8"))
        promises = [one for one in paragraphs if re.search(r"same\s+Message-ID|Message-ID (comes|that comes) from", one)]
        assert [one for one in promises if "SES" not in one] == [], page.name


def test_the_page_of_visitor_logs_tells_of_the_owners_searches(template, stacks):
    """CloudFront's log of the older kind has every field: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html"""
    assert stacks["everything"]["Distribution"].get("DistributionConfig.Logging.Bucket"), "is there another kind of log?"
    assert "search" in template["Parameters"]["VisitorLogs"]["Description"]
    page = (DOCS / "options/trail.md").read_text(encoding="utf-8")
    assert "/api/submissions?q=" in page and "cs-uri-query" in page and "inbox list --search" in page


def test_who_switches_on_traces_learns_what_they_keep(template):
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-understanding-xray-traces.html"""
    said = template["Parameters"]["Tracing"]["Description"]
    assert all(words in said for words in ("address", "URL", "search", "Personal data", "30 days"))


def test_the_inbox_has_the_policy_that_it_has_on_one_machine():
    swift = (ROOT / "Sources/ContactFormServer/Owner/InboxPages.swift").read_text(encoding="utf-8")
    (written,) = re.findall(r"\.contentSecurityPolicy: ((?:\"[^\"]*\"\s*\+?\s*)+)", swift)
    assert "".join(re.findall(r'"([^"]*)"', written)) == hosting.INBOX_POLICY
    assert '.referrerPolicy: "same-origin"' in swift


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_an_options_page_names_what_there_is(page, template):
    """Every name in code that looks like a parameter, a condition, a resource or an output is one."""
    known = {*template["Parameters"], *template["Outputs"], *template["Resources"]}
    for declared in template["Parameters"].values():
        known |= {str(value) for value in declared.get("AllowedValues", [])}
    names = re.findall(r"`([A-Z][A-Za-z0-9]+)`", page.read_text(encoding="utf-8"))
    assert [name for name in names if name not in known] == []


def test_every_parameter_that_is_a_choice_has_a_page(template):
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    # What every stack is given, and what is said where it is declared.
    plain = {
        "AllowedOrigins", "Language", "Forms", "Spam", "MailFromName", "FormRecipients", "DigestBatch", "DigestPerHour",
        "GiveUpAfterDays", "ReminderDays", "CodeBucket", "AddContactInfoKey", "SendContactInfoEmailKey", "Architecture", "LogLevel",
        "GitHubBranch", "BuildImage", "ApiLoggingRole",
    }
    missing = [name for name in template["Parameters"] if name not in plain and f"`{name}`" not in text]
    assert missing == []


def test_every_page_has_its_row_and_says_cost_and_switching():
    index = (DOCS / "options/README.md").read_text(encoding="utf-8")
    for page in PAGES:
        if page.name != "README.md":
            text = page.read_text(encoding="utf-8")
            assert f"({page.name})" in index, page.name
            assert re.search(r"[Cc]osts?\b|a month", text), page.name
            assert "witching" in text, page.name


@pytest.mark.parametrize("page", [*PAGES, DOCS / "scale-and-cost.md", DOCS / "template-acceptance.md",
                                  *sorted((DOCS / "decisions").glob("001*.md"))], ids=lambda page: page.stem)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).resolve().exists(), target


def test_the_acceptance_table_lists_every_statement():
    """Numbers 1 to 64, and each that our own checks prove says what its check says."""
    page = (DOCS / "template-acceptance.md").read_text(encoding="utf-8")
    rows = {int(number): row for number, row in re.findall(r"^\| (\d+) \| (.*) \|$", page, re.MULTILINE)}
    assert sorted(rows) == list(range(1, 65))
    for one in STATEMENTS:
        assert one.check.__name__ in rows[one.number], (one.number, one.check.__name__)


# The pipeline's own files, and the commands that the template has itself

BUILDS = ["BuildProject", "UpdateProject", "PublishProject"]


@pytest.mark.parametrize("project", BUILDS)
def test_a_build_uses_the_variables_that_the_template_sets(project, stacks):
    specification = build_specification(stacks["everything"][project])
    commands = "\n".join(
        command for phase in specification["phases"].values() for command in phase["commands"]
    )
    given = {one["Name"] for one in stacks["everything"][project].get("Environment.EnvironmentVariables")}
    own = set(specification.get("env", {}).get("variables", {})) | {"CODEBUILD_BUILD_SUCCEEDING"}
    read = set(re.findall(r"\$\{?([A-Z][A-Z_]+)", commands))
    assert read == given | own & read
    assert given <= read, "a variable is set and not read"


@pytest.mark.parametrize("file", ["Containerfile", "Infrastructure/Containerfile.lambda"])
def test_a_container_resolves_to_the_versions_that_it_is_built_with(file):
    text = (ROOT / file).read_text(encoding="utf-8")
    (before,) = re.findall(r"\nCOPY (.+) \./\nRUN swift package resolve\n", text)
    assert all(Path(name).match(before) for name in ("Package.swift", "Package.resolved"))


def test_the_build_hands_on_what_the_update_takes(stacks):
    handed = yaml.safe_load((ROOT / "buildspec.yml").read_text(encoding="utf-8"))["artifacts"]["files"]
    [update] = build_specification(stacks["everything"]["UpdateProject"])["phases"]["build"]["commands"]
    assert sorted(handed) == sorted(set(re.findall(r"\b(\w+\.(?:txt|yaml))\b", update)))

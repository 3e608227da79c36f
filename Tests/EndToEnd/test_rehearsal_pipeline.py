# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The pipeline's two build files and its update, command for command, against the rehearsal.

Run as they stand: aws, make, python3, and every script of the project. In the place of programs there are recorders:
`dnf` installs nothing, `swift` compiles nothing (its products are the binaries of this checkout's zips) and `python3.11`
makes no environment, but takes the tests' own.
"""

import json
import os
import platform
import shutil
import subprocess
import sys
import zipfile

import pytest
import yaml

from harness.lambdas import REPOSITORY
from harness.rehearsal import TEMPLATE, Visitor, echo_zip

NAME = "Hallskärs båtvarv"
ARCHITECTURE = "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"
CODE = "code-of-pipeline"

RECORDER = """#!/bin/sh
echo "$(basename "$0") $*" >>"{record}"
case "$(basename "$0") $*" in
"swift "*--show-bin-path*) echo "{products}" ;;
"python3.11 -m venv .venv") ln -s "{environment}" .venv ;;
esac
"""


def commands(file, phase):
    """Of the repository's file, or of the project's own words."""
    found = yaml.safe_load(file if "\n" in file else (REPOSITORY / file).read_text(encoding="utf-8"))["phases"]
    return found[phase]["commands"] if phase else {name: one["commands"] for name, one in found.items()}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """The files that git knows, as the pipeline's source action fetches them; built ones are not among them."""
    folder = tmp_path_factory.mktemp("source") / "project"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, check=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        source, target = REPOSITORY / name, folder / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    return folder


class Builder:
    """A build of CodeBuild: its phases are one shell each, and post_build runs after a failed build too."""

    def __init__(self, cloud, checkout, folder, variables):
        self.checkout, self.record = checkout, folder / "record"
        products = folder / "products"
        products.mkdir(parents=True)
        for path in (REPOSITORY / ".build/lambda").glob("*.zip"):
            with zipfile.ZipFile(path) as archive:
                (products / path.stem).write_bytes(archive.read("bootstrap"))
        programs = folder / "programs"
        programs.mkdir()
        environment = sys.prefix
        for name in ("dnf", "swift", "python3.11"):
            (programs / name).write_text(RECORDER.format(record=self.record, products=products, environment=environment))
            (programs / name).chmod(0o755)
        self.environment = cloud.environment | variables
        self.environment["PATH"] = f"{programs}{os.pathsep}{self.environment['PATH']}"

    def phase(self, commands, succeeding=True):
        script = "\n".join(f"{{\n{one}\n}} || exit $?" for one in commands)
        return subprocess.run(
            ["sh", "-c", script], cwd=self.checkout, text=True, capture_output=True, timeout=300,
            env=self.environment | {"CODEBUILD_BUILD_SUCCEEDING": "1" if succeeding else "0"},
        )

    @property
    def recorded(self):
        return self.record.read_text().splitlines() if self.record.exists() else []


@pytest.fixture(scope="module")
def stack(cloud):
    cloud.upload(CODE, "echo.zip", echo_zip())
    parameters = {
        "CodeBucket": CODE, "AddContactInfoKey": "echo.zip", "SendContactInfoEmailKey": "echo.zip", "Architecture": ARCHITECTURE,
        "MailFromAddress": "form@pipeline.example.com", "MailFromName": NAME, "MailTo": "owner@example.com",
        "OwnerEmail": "owner@example.com",
        "PipelineSource": "CodeConnections", "GitHubRepository": "example/site", "Alarms": "false", "Dashboard": "false",
    }
    return cloud.create("pipeline", TEMPLATE.read_text(encoding="utf-8"), parameters)


def variables(cloud, logical):
    """What the template gives the project's builds."""
    name = cloud.client("cloudformation").describe_stack_resource(
        StackName="pipeline", LogicalResourceId=logical
    )["StackResourceDetail"]["PhysicalResourceId"]
    [project] = cloud.aws("codebuild", "batch-get-projects", "--names", name)["projects"]
    return {one["name"]: one["value"] for one in project["environment"]["environmentVariables"]}, project["source"]["buildspec"]


def test_the_build_ships_what_it_built(cloud, stack, checkout, tmp_path):
    given, file = variables(cloud, "BuildProject")
    assert file == "buildspec.yml" and given["CODE_PREFIX"] == "pipeline/"
    builder = Builder(cloud, checkout, tmp_path, given)
    for phase in ("install", "build", "post_build"):
        done = builder.phase(commands(file, phase))
        assert done.returncode == 0, f"{phase}: {done.stdout}{done.stderr}"
    told = builder.recorded
    assert told[0].startswith("dnf install -y -q awscli-2 ")
    assert "swift build --build-tests" in told and "swift test --skip-build --no-parallel" in told
    assert told.index("swift build --build-tests") < told.index("swift test --skip-build --no-parallel")
    built = [one for one in told if "--product" in one]
    assert [one.split()[-1] for one in built[:2]] == ["AddContactInfo", "SendContactInfoEmail"]

    keys = [one["Key"] for one in cloud.client("s3").list_objects_v2(Bucket=CODE, Prefix="pipeline/")["Contents"]]
    written = dict(line.split("=") for line in (checkout / ".build/deployment/keys.txt").read_text().splitlines())
    assert set(written.values()) <= set(keys)
    assert set(written) == {"AddContactInfoKey", "SendContactInfoEmailKey", "ReadContactInfoKey"}
    # The same binary is the same zip, whoever packs it.
    for name in ("AddContactInfo", "SendContactInfoEmail"):
        packed = (checkout / f".build/lambda/{name}.zip").read_bytes()
        assert packed == (REPOSITORY / f".build/lambda/{name}.zip").read_bytes()

    # What the pipeline's next action does with the artifact.
    given, words = variables(cloud, "UpdateProject")
    updater = Builder(cloud, checkout / ".build/deployment", tmp_path / "update", given)
    done = updater.phase(commands(words, "build"))
    assert done.returncode == 0, done.stdout + done.stderr
    answer = Visitor(cloud.outputs("pipeline")["SiteUrl"]).post("/api/contact", {"email": "nobody"})
    assert answer.status == 422, "the functions are the real ones now"


def test_after_a_failed_build_nothing_is_shipped(cloud, stack, checkout, tmp_path):
    given, file = variables(cloud, "BuildProject")
    builder = Builder(cloud, checkout, tmp_path, given | {"CODE_PREFIX": "failed/"})
    assert builder.phase(commands(file, "post_build"), succeeding=False).returncode != 0
    assert cloud.client("s3").list_objects_v2(Bucket=CODE, Prefix="failed/")["KeyCount"] == 0


# What a function answers with that the pipeline built: who it mails as.
BUILT = 'answer = {"statusCode": 200, "body": "%s", "from": os.environ.get("BREVLADA_MAIL_FROM")}'


@pytest.fixture
def update(cloud, stack, tmp_path):
    """`update(hash)` gives the stack zips of that hash, or of the keys in `text`; what the shell said."""
    given, words = variables(cloud, "UpdateProject")
    template = cloud.client("cloudformation").get_template(StackName="pipeline")["TemplateBody"]

    def update(hash, text=None, template=template):
        artifact = tmp_path / f"artifact-{len(list(tmp_path.iterdir()))}"
        artifact.mkdir()
        keys = {name: f"pipeline/{name}-{hash}.zip" for name in ("AddContactInfo", "SendContactInfoEmail", "ReadContactInfo")}
        for key in keys.values():
            cloud.upload(CODE, key, echo_zip(BUILT % hash))
        lines = "".join(f"{name}Key={key}\n" for name, key in keys.items()) if text is None else text
        (artifact / "keys.txt").write_text(lines)
        (artifact / "template.yaml").write_text(template)
        before = len(cloud.events("pipeline"))
        done = Builder(cloud, artifact, artifact / "around", given).phase(commands(words, "build"))
        done.changed = {one["LogicalResourceId"] for one in cloud.events("pipeline")[before:]}
        return done

    return update


def described(cloud):
    return cloud.client("cloudformation").describe_stacks(StackName="pipeline")["Stacks"][0]


def asked(cloud, logical):
    name = cloud.client("cloudformation").describe_stack_resource(
        StackName="pipeline", LogicalResourceId=logical
    )["StackResourceDetail"]["PhysicalResourceId"]
    return json.loads(cloud.client("lambda").invoke(FunctionName=name, Payload=b"{}")["Payload"].read())


def test_the_update_changes_code_and_nothing_else(cloud, stack, update):
    before = {one["ParameterKey"]: one["ParameterValue"] for one in described(cloud)["Parameters"]}
    hash = "0123456789abcdef"
    done = update(hash)
    assert done.returncode == 0, done.stdout + done.stderr
    # ReadContactInfo is switched off, and stays so though the build made it: decision 0013.
    assert done.changed == {"AddContactInfo", "SendContactInfoEmail", "pipeline"}
    after = {one["ParameterKey"]: one["ParameterValue"] for one in described(cloud)["Parameters"]}
    new = {f"{name}Key": f"pipeline/{name}-{hash}.zip" for name in ("AddContactInfo", "SendContactInfoEmail")}
    assert after == before | new and after["ReadContactInfoKey"] == "none"
    assert asked(cloud, "AddContactInfo")["body"] == hash
    # CloudFormation gives the name back without its vowels; the function has it whole.
    assert after["MailFromName"] == "Hallsk?rs b?tvarv"
    assert asked(cloud, "SendContactInfoEmail") == {"statusCode": 200, "body": hash, "from": f'"{NAME}" <form@pipeline.example.com>'}
    # Or whoever deploys next would have the update's rights and no others.
    assert "RoleARN" not in described(cloud)
    again = update(hash)
    assert again.returncode == 0 and "had this code already" in again.stdout and again.changed == set()


def test_the_update_takes_no_zip_but_the_builds(cloud, stack, update):
    cloud.upload(CODE, "elsewhere.zip", echo_zip())
    done = update("1" * 16, "AddContactInfoKey=elsewhere.zip\nSendContactInfoEmailKey=elsewhere.zip\n")
    assert done.returncode == 1 and "no zip of its own for AddContactInfoKey" in done.stderr
    assert done.changed == set()


def test_a_failed_update_goes_back_and_says_why(cloud, stack, update):
    assert update("2" * 16).returncode == 0
    cloud.switch("POST", "resources", logicalId="SendContactInfoEmail", reason="Access denied by a friend")
    done = update("3" * 16)
    assert done.returncode == 1
    assert json.loads(done.stderr[done.stderr.rindex("["):]) == ["SendContactInfoEmail", "Access denied by a friend"]
    assert described(cloud)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert asked(cloud, "AddContactInfo")["body"] == "2" * 16
    assert update("4" * 16).returncode == 0


def test_a_changed_template_is_left_to_a_person(cloud, stack, update):
    there = cloud.client("cloudformation").get_template(StackName="pipeline")["TemplateBody"]
    done = update("5" * 16, template=there.replace("Gives the stack's functions", "Gives this stack's functions"))
    assert done.returncode == 1 and "Build brevlada and the functions from this commit" in done.stderr
    assert done.changed == set()
    assert cloud.client("cloudformation").get_template(StackName="pipeline")["TemplateBody"] == there
    # The repository's own is the one that is deployed, to the letter; a comment of it is nobody's need.
    own = TEMPLATE.read_text(encoding="utf-8")
    for hash, template in (("6" * 16, own), ("7" * 16, own.replace("# Brevlada on AWS", "# Brevlada on AWS, once more"))):
        assert update(hash, template=template).changed == {"AddContactInfo", "SendContactInfoEmail", "pipeline"}


def test_publishing_uploads_and_removes_and_invalidates(cloud, stack, checkout, tmp_path):
    given, file = variables(cloud, "PublishProject")
    assert file == "Infrastructure/publish-site.yml" and given["SITE_BUCKET"] == stack["SiteBucketName"] and given["API_URL"] == ""
    s3 = cloud.client("s3")
    s3.put_object(Bucket=stack["SiteBucketName"], Key="gone.html", Body=b"old")
    declared = yaml.safe_load((REPOSITORY / file).read_text())["env"]["variables"]
    builder = Builder(cloud, checkout, tmp_path, given | declared)
    done = builder.phase(commands(file, "build"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert stack["DistributionId"] in done.stdout

    site = Visitor(stack["SiteUrl"])
    assert site.get("/gone.html").status == 404
    for path, kind, cache in (
        ("/index.html", "text/html", "public, max-age=0, must-revalidate"),
        ("/style.css", "text/css", "public, max-age=0, must-revalidate"),
        ("/boat.svg", "image/svg+xml", "public, max-age=86400"),
    ):
        answer = site.get(path)
        assert (answer.status, answer.headers["Content-Type"], answer.headers["Cache-Control"]) == (200, kind, cache)
    # Again, and it is the same.
    before = held(s3, stack["SiteBucketName"])
    assert builder.phase(commands(file, "build")).returncode == 0
    assert held(s3, stack["SiteBucketName"]) == before
    files = {str(one.relative_to(checkout / "Site")) for one in (checkout / "Site").rglob("*") if one.is_file()}
    assert set(before) == files


def held(s3, bucket):
    """Every key with what is in it and how it is served."""
    heads = {one["Key"]: s3.head_object(Bucket=bucket, Key=one["Key"]) for one in s3.list_objects_v2(Bucket=bucket)["Contents"]}
    return {key: (head["ETag"], head["ContentType"], head["CacheControl"]) for key, head in heads.items()}


@pytest.fixture
def publisher(cloud, stack, checkout, tmp_path):
    """`publish()` runs the build on a site that a test changes, `push` puts a page in the bucket; `held()` are its bodies."""
    given, file = variables(cloud, "PublishProject")
    copy, bucket, s3 = tmp_path / "copy", f"site-{tmp_path.name.lower().replace('_', '-')}"[:60], cloud.client("s3")
    shutil.copytree(checkout / "Site", copy / "Site")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-north-1"})
    declared = yaml.safe_load((REPOSITORY / file).read_text())["env"]["variables"]
    builder = Builder(cloud, copy, tmp_path, given | declared | {"SITE_BUCKET": bucket})

    class Publisher:
        site = copy / "Site"

        def build(self, **variables):
            builder.environment |= variables
            return builder.phase(commands(file, "build"))

        def publish(self, **variables):
            done = self.build(**variables)
            assert done.returncode == 0, done.stdout + done.stderr

        def put(self, key, body=b"by brevlada deploy"):
            s3.put_object(Bucket=bucket, Key=key, Body=body)

        def held(self):
            keys = [one["Key"] for one in s3.list_objects_v2(Bucket=bucket)["Contents"]]
            return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}

    return Publisher()


INBOX = ("inbox/index.html", "inbox/config.json", "inbox/inbox.css", "inbox/icon.svg")


def test_publishing_leaves_the_owners_inbox_alone_and_removes_pages_that_are_gone(publisher):
    for key in (*INBOX, "gone.html", "sv/gone.html", "img/gone.svg", "inboxes.html"):
        publisher.put(key)
    publisher.publish()
    files = {str(one.relative_to(publisher.site)) for one in publisher.site.rglob("*") if one.is_file()}
    assert set(publisher.held()) == files | set(INBOX)
    assert {publisher.held()[key] for key in INBOX} == {b"by brevlada deploy"}
    # And a page that a push takes away.
    (publisher.site / "sv/index.html").unlink()
    publisher.publish()
    assert set(publisher.held()) == (files - {"sv/index.html"}) | set(INBOX)


def test_an_inbox_of_the_sites_own_is_published_like_the_rest(publisher):
    (publisher.site / "inbox").mkdir()
    (publisher.site / "inbox/index.html").write_text("my own")
    publisher.put("inbox/old.html")
    publisher.publish()
    assert {key: body for key, body in publisher.held().items() if key.startswith("inbox/")} == {"inbox/index.html": b"my own"}


def test_nothing_hidden_is_published_and_no_link_that_leads_out(publisher):
    secret = publisher.site.parent / "secret"
    secret.mkdir()
    (secret / "page.html").write_text("secret")
    for name in (".env", ".git/config", "sv/.htpasswd", ".well-known/.draft", ".page.html", ".boat.svg"):
        (publisher.site / name).parent.mkdir(parents=True, exist_ok=True)
        (publisher.site / name).write_text("secret")
    for name in (".well-known/security.txt", "sv/.well-known/page.html"):
        (publisher.site / name).parent.mkdir(parents=True, exist_ok=True)
        (publisher.site / name).write_text("for all")
    links = {
        "out.html": "../secret/page.html", "folder": "../secret", "pub.txt": ".env", "nowhere.txt": "gone", "round": ".",
        "absolute.txt": str(secret / "page.html"), "start.html": "index.html",
    }
    for link, target in links.items():
        (publisher.site / link).symlink_to(target)
    # It was published before, and must not stay.
    publisher.put(".env", b"secret")
    publisher.put("out.html", b"secret")
    publisher.publish()
    held = publisher.held()
    assert b"secret" not in held.values() and held["start.html"] == held["index.html"]
    assert {".well-known/security.txt", "sv/.well-known/page.html", "start.html", "boat.svg"} <= set(held)
    assert not {".env", "pub.txt", "folder/page.html", "absolute.txt", "nowhere.txt"} & set(held)
    assert not any(key.startswith("round") for key in held)


def test_what_links_lead_to_within_the_site_is_published_as_the_server_serves_it(publisher):
    for path in ("img/a.svg", "img/small/b.svg", "docs/page.html"):
        (publisher.site / path).parent.mkdir(parents=True, exist_ok=True)
        (publisher.site / path).write_text("for all")
    (publisher.site.parent / "secret").mkdir()
    (publisher.site.parent / "secret/page.html").write_text("secret")
    links = {
        "pictures": "img", "docs/pictures": "../img/small", "img/up": "..", "img/small/up": "..", "out": "../secret",
        # They lead on by a link that is removed, whichever is looked at first.
        "0.html": "round/index.html", "round": ".", "z.html": "round/index.html", "z": "out/page.html",
    }
    for link, target in links.items():
        (publisher.site / link).symlink_to(target)
    publisher.publish()
    held = publisher.held()
    assert b"secret" not in held.values()
    added = {key for key in held if key.split("/")[0] in {link.split("/")[0] for link in links} | {"docs", "img"}}
    assert added == {
        "img/a.svg", "img/small/b.svg", "docs/page.html", "pictures/a.svg", "pictures/small/b.svg", "docs/pictures/b.svg",
    }


def test_a_site_that_is_a_link_is_published_like_any_other(publisher):
    shutil.move(publisher.site, publisher.site.parent / "pages")
    publisher.site.symlink_to("pages")
    (publisher.site / ".env").write_text("secret")
    (publisher.site / "out.html").symlink_to("/etc/hostname")
    (publisher.site / "nowhere.html").symlink_to("gone")
    publisher.publish(API_URL="https://api.example/api")
    held = publisher.held()
    assert {"index.html", "sv/index.html"} <= set(held) and not {".env", "out.html", "nowhere.html"} & set(held)
    assert b'action="https://api.example/api/contact"' in held["index.html"] and b'action="/api/' not in held["index.html"]


def test_a_site_without_an_end_or_without_a_file_leaves_the_live_one_as_it_is(publisher):
    publisher.publish()
    before = publisher.held()
    for name, other in (("one", "two"), ("two", "one")):
        (publisher.site / name).mkdir()
        (publisher.site / name / "next").symlink_to(f"../{other}")
    done = publisher.build()
    assert done.returncode != 0 and "File system loop detected" in done.stderr
    shutil.rmtree(publisher.site)
    publisher.site.mkdir()
    assert publisher.build().returncode != 0
    assert publisher.held() == before


@pytest.mark.parametrize("name", ["index.html", "style.css", "boat.svg"])
def test_a_change_that_keeps_the_size_is_published_whatever_the_files_time(publisher, name):
    publisher.publish()
    page = publisher.site / name
    changed = page.read_bytes().swapcase()
    page.write_bytes(changed)
    os.utime(page, (0, 0))
    publisher.publish()
    assert publisher.held()[name] == changed


def test_on_a_public_website_the_form_posts_to_the_api(cloud, stack, checkout, tmp_path):
    given, file = variables(cloud, "PublishProject")
    copy = tmp_path / "copy"
    shutil.copytree(checkout / "Site", copy / "Site")
    declared = yaml.safe_load((REPOSITORY / file).read_text())["env"]["variables"]
    cloud.client("s3").create_bucket(Bucket="plain-site", CreateBucketConfiguration={"LocationConstraint": "eu-north-1"})
    given |= {"API_URL": stack["ApiUrl"], "DISTRIBUTION_ID": "", "SITE_BUCKET": "plain-site"}
    builder = Builder(cloud, copy, tmp_path, given | declared)
    done = builder.phase(commands(file, "build"))
    assert done.returncode == 0, done.stdout + done.stderr
    for page in ("index.html", "sv/index.html"):
        text = cloud.client("s3").get_object(Bucket="plain-site", Key=page)["Body"].read().decode()
        assert f'action="{stack["ApiUrl"]}/contact"' in text and 'action="/api/' not in text

# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What `brevlada deploy` does, in its plainest form, with the AWS CLI alone; for as long as the command is not there.

    python -m Rehearsal.by_hand STACK SITE LAMBDAS PARAMETER=VALUE…      in the rehearsal's environment
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

TEMPLATE = Path(__file__).resolve().parents[1] / "Infrastructure/template.yaml"
BUCKET = "artifacts-by-hand"


def aws(*arguments: str):
    done = subprocess.run(["aws", *arguments, "--output", "json"], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr.strip())
    return json.loads(done.stdout) if done.stdout.strip() else None


def deploy(stack: str, site: str, lambdas: str, parameters: dict[str, str]) -> dict[str, str]:
    if subprocess.run(["aws", "s3api", "head-bucket", "--bucket", BUCKET], capture_output=True).returncode:
        subprocess.run(["aws", "s3", "mb", f"s3://{BUCKET}"], check=True, capture_output=True)
    address = _uploaded(TEMPLATE)
    aws("cloudformation", "validate-template", "--template-url", f"https://{BUCKET}.s3.amazonaws.com/{address}")
    parameters = {"CodeBucket": BUCKET} | {f"{one.stem}Key": _uploaded(one) for one in sorted(Path(lambdas).glob("*.zip"))} | parameters
    exists = subprocess.run(["aws", "cloudformation", "describe-stacks", "--stack-name", stack], capture_output=True).returncode == 0
    name = f"by-hand-{uuid.uuid4()}"
    where = ["--stack-name", stack, "--change-set-name", name]
    aws(
        "cloudformation", "create-change-set", *where, "--change-set-type", "UPDATE" if exists else "CREATE",
        "--template-url", f"https://{BUCKET}.s3.amazonaws.com/{address}", "--capabilities", "CAPABILITY_IAM",
        "--parameters", json.dumps([{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]),
    )
    described = aws("cloudformation", "describe-change-set", *where)
    if described["Status"] == "FAILED" and "didn't contain changes" in described["StatusReason"]:
        aws("cloudformation", "delete-change-set", *where)
    else:
        aws("cloudformation", "execute-change-set", *where)
    outputs = _settled(stack)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(site, folder, dirs_exist_ok=True)
        if outputs["ContactUrl"].startswith("http"):
            # On a public website the form posts to the API's own address.
            for page in Path(folder).rglob("*.html"):
                text = page.read_text(encoding="utf-8")
                page.write_text(text.replace('action="/api/', f'action="{outputs["ApiUrl"]}/'), encoding="utf-8")
        subprocess.run(
            ["aws", "s3", "sync", folder, f"s3://{outputs['SiteBucketName']}", "--only-show-errors", "--delete"], check=True
        )
    if "DistributionId" in outputs:
        aws("cloudfront", "create-invalidation", "--distribution-id", outputs["DistributionId"], "--paths", "/*")
    return outputs


def _uploaded(path: Path) -> str:
    key = f"{path.stem}-{hashlib.sha256(path.read_bytes()).hexdigest()[:16]}{path.suffix}"
    subprocess.run(["aws", "s3", "cp", "--only-show-errors", str(path), f"s3://{BUCKET}/{key}"], check=True)
    return key


def _settled(stack: str) -> dict[str, str]:
    while (found := aws("cloudformation", "describe-stacks", "--stack-name", stack)["Stacks"][0])["StackStatus"].endswith("PROGRESS"):
        time.sleep(0.5)
    if "ROLLBACK" in found["StackStatus"] or not found["StackStatus"].endswith("COMPLETE"):
        events = aws("cloudformation", "describe-stack-events", "--stack-name", stack)["StackEvents"]
        first = [one for one in events if one["ResourceStatus"].endswith("FAILED")][-1]
        sys.exit(f"{first['LogicalResourceId']}: {first.get('ResourceStatusReason')}")
    return {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", [])}


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    stack, site, lambdas, *pairs = sys.argv[1:]
    print(json.dumps(deploy(stack, site, lambdas, dict(pair.split("=", 1) for pair in pairs))))

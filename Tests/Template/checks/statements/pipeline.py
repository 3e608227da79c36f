# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The pipeline from GitHub to the site."""

from ..policies import ROLE, grants
from ..statement import statement

# What each of the pipeline's roles may do; the update's is what replacing a function's code takes, for CloudFormation acts with
# the rights of who asks.
ALLOWED = {
    "PipelineRole": {
        "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:GetBucketVersioning", "s3:GetBucketLocation",
        "codebuild:StartBuild", "codebuild:BatchGetBuilds", "codeconnections:UseConnection", "kms:Decrypt", "kms:GenerateDataKey",
    },
    "BuildRole": {
        "logs:CreateLogStream", "logs:PutLogEvents", "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "kms:Decrypt",
        "kms:GenerateDataKey",
    },
    "PublishRole": {
        "logs:CreateLogStream", "logs:PutLogEvents", "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject",
        "s3:DeleteObject", "s3:ListBucket", "cloudfront:CreateInvalidation", "kms:Decrypt", "kms:GenerateDataKey",
    },
    "UpdateRole": {
        "logs:CreateLogStream", "logs:PutLogEvents", "cloudformation:DescribeStackEvents", "cloudformation:DescribeStacks",
        "cloudformation:GetTemplate", "cloudformation:UpdateStack", "lambda:GetFunction", "lambda:GetFunctionCodeSigningConfig",
        "lambda:GetFunctionConfiguration", "lambda:GetFunctionRecursionConfig", "lambda:GetRuntimeManagementConfig",
        "lambda:ListTags", "lambda:UpdateFunctionCode", "s3:GetObject", "s3:GetObjectVersion", "secretsmanager:GetSecretValue",
        "kms:Decrypt", "kms:GenerateDataKey",
    },
}
# The artifact that each stage takes, by the stage that makes it.
TAKES = {"Build": "Source", "Update": "Build", "Publish": "Source"}
PROJECTS = {"Build": "BuildProject", "Update": "UpdateProject", "Publish": "PublishProject"}


def actions(pipeline):
    """(stage, action) for each of the pipeline's, in order."""
    return [(stage["Name"], action) for stage in pipeline.get("Stages", []) for action in stage["Actions"]]


@statement(59)
def pipeline_has_four_stages(stack):
    """The pipeline takes the code by token or connection, tests and builds, updates the stack, then publishes the site."""
    source = stack.parameters["PipelineSource"]
    pipelines = stack.of_type("AWS::CodePipeline::Pipeline")
    if bool(pipelines) != (source != "None"):
        yield "Pipeline", "does not heed PipelineSource", "make it under HasPipeline"
    for pipeline in pipelines:
        if pipeline.get("PipelineType") != "V2":
            yield pipeline.name, "is of the old type, paid by the month", "set PipelineType to V2"
        if pipeline.get("ExecutionMode") != "QUEUED":
            yield pipeline.name, "may put an older commit over a newer one", "set ExecutionMode to QUEUED: one at a time, in order"
        kinds = [(stage, action["ActionTypeId"]["Provider"]) for stage, action in actions(pipeline)]
        provider = {"GitHubToken": "GitHub", "CodeConnections": "CodeStarSourceConnection"}.get(source)
        # CodePipeline's own action for CloudFormation takes a role, which the stack would keep.
        wanted = [("Source", provider), ("Build", "CodeBuild"), ("Update", "CodeBuild"), ("Publish", "CodeBuild")]
        if kinds != wanted:
            yield pipeline.name, f"does {kinds}", f"do {wanted}"
            continue
        configuration = {stage: action["Configuration"] for stage, action in actions(pipeline)}
        code = configuration["Source"]
        repository = code.get("FullRepositoryId") or f"{code.get('Owner')}/{code.get('Repo')}"
        if repository != stack.parameters["GitHubRepository"]:
            yield pipeline.name, f"takes the code of {repository}", "take GitHubRepository"
        if code.get("PollForSourceChanges", False) is not False:
            yield pipeline.name, "asks GitHub every minute", "set PollForSourceChanges to false; the webhook calls"
        for stage, project in PROJECTS.items():
            if configuration[stage].get("ProjectName") != f"${{{project}}}":
                yield pipeline.name, f"runs another project in {stage}", f"run {project}"
        made = artifacts(pipeline)
        for stage, action in actions(pipeline):
            taken = [one["Name"] for one in action.get("InputArtifacts", [])]
            if stage in TAKES and taken != [made.get(TAKES[stage])]:
                yield pipeline.name, f"gives {stage} {taken}", f"give it {made.get(TAKES[stage])} alone, or it runs what others wrote"
    webhooks = stack.of_type("AWS::CodePipeline::Webhook")
    if bool(webhooks) != (source == "GitHubToken"):
        yield "PipelineWebhook", "is not there with a token", "make it under UsesToken"
    for webhook in webhooks:
        if webhook.get("Authentication") != "GITHUB_HMAC":
            yield webhook.name, "starts the pipeline for anybody", "set Authentication to GITHUB_HMAC"


@statement(59)
def builds_are_confined(stack):
    """Builds run unprivileged on Swift's Amazon Linux 2023 image, log, and follow the repository's own files, but for the
    update: no push changes what that does.
    """
    specifications = {"BuildProject": "buildspec.yml", "PublishProject": "Infrastructure/publish-site.yml"}
    for project in stack.of_type("AWS::CodeBuild::Project"):
        specification = project.get("Source.BuildSpec", "")
        if project.name == "UpdateProject":
            if not specification.startswith("version: 0.2\n"):
                yield project.name, f"follows {specification}", "write its commands here, where a push does not change them"
            if "--role-arn" in specification:
                yield project.name, "gives the stack a role that it keeps", "give none"
        elif specification != specifications.get(project.name):
            yield project.name, f"follows {specification}", f"follow {specifications.get(project.name)}"
        if project.get("Environment.PrivilegedMode") is not False:
            yield project.name, "may do what it likes on its host", "set PrivilegedMode to false"
        if project.get("ConcurrentBuildLimit") is not None:
            yield project.name, "reserves builds, of which a new account has none", "leave ConcurrentBuildLimit out; the pipeline queues"
        # Left out, CodeBuild keeps the key that it had: https://github.com/aws/aws-cdk/pull/10474
        own = stack.parameters["EncryptionKey"] == "CustomerManaged"
        usual = f"arn:aws:kms:{stack.pseudo['AWS::Region']}:{stack.pseudo['AWS::AccountId']}:alias/aws/s3"
        if project.get("EncryptionKey") != ("${DataKey.Arn}" if own else usual):
            yield project.name, f"has the key {project.get('EncryptionKey')}", f"set the DataKey, or {usual} without an own key"
        if project.get("LogsConfig.CloudWatchLogs.GroupName") != "${BuildLogs}":
            yield project.name, "logs elsewhere than BuildLogs", "set LogsConfig"
        for variable in project.get("Environment.EnvironmentVariables", []):
            if any(word in variable["Name"] for word in ("SECRET", "TOKEN", "PASSWORD")):
                yield project.name, f"has {variable['Name']} in clear text", "read it from Secrets Manager in the build"
        arm = stack.parameters["Architecture"] == "arm64"
        if project.get("Environment.Type") != ("ARM_CONTAINER" if arm else "LINUX_CONTAINER"):
            yield project.name, "builds for another architecture", "set Environment.Type by Architecture"
        if project.name == "BuildProject" and project.get("Environment.Image") != stack.parameters["BuildImage"]:
            yield project.name, f"builds in {project.get('Environment.Image')}", "take BuildImage"


def artifacts(pipeline):
    """The name of what each stage makes."""
    return {
        stage: action["OutputArtifacts"][0]["Name"] for stage, action in actions(pipeline) if action.get("OutputArtifacts")
    }


@statement(59)
def pipeline_roles_do_their_part(stack):
    """The pipeline's roles can do no more than their part: only publishing removes files, no build writes what it or another
    runs, only the update touches the stack, and of it the code alone, of each function, and back to what `brevlada deploy` had
    put there.
    """
    made = {name: part for pipeline in stack.of_type("AWS::CodePipeline::Pipeline") for name, part in artifacts(pipeline).items()}
    builders = {f"{stage}Role": stage for stage in TAKES}
    for one in grants(stack):
        if one.kind != ROLE or one.owner not in ALLOWED or not one.allows:
            continue
        for action in one.actions:
            if action not in ALLOWED[one.owner]:
                yield one.owner, f"may do {action} ({one.sid})", "take it away, or say in the statement why it is needed"
        for arn in one.resources:
            writes_site = "${SiteBucket.Arn}" in arn and one.owner != "PublishRole"
            if writes_site or "${Table" in arn:
                yield one.owner, f"reaches {arn} ({one.sid})", "take it away; it has no part in that"
            if arn.startswith("${ArtifactBucket.Arn}") and (stage := builders.get(one.owner)):
                # In the bucket's keys names are cut after ten letters.
                part = made.get("Build" if "s3:PutObject" in one.actions else TAKES[stage], "")[:10]
                if arn != f"${{ArtifactBucket.Arn}}/*/{part}/*":
                    yield one.owner, f"reaches the artifacts {arn} ({one.sid})", (
                        f"let it reach */{part}/* alone, or what the build writes may be what publishing runs"
                    )
            if one.actions[0].startswith("cloudformation:") and arn != stack.pseudo["AWS::StackId"]:
                yield one.owner, f"reaches the stack {arn} ({one.sid})", "name AWS::StackId alone"
    if "UpdateRole" in stack:
        changed, read = set(), set()
        for one in grants(stack):
            if one.owner == "UpdateRole" and one.kind == ROLE:
                changed |= {arn for arn in one.resources if "lambda:UpdateFunctionCode" in one.actions}
                read |= {arn.split(":::")[-1] for arn in one.resources if "s3:GetObject" in one.actions and arn.startswith("arn:")}
        functions = {f"${{{one.name}.Arn}}" for one in stack.of_type("AWS::Lambda::Function")}
        if changed != functions:
            yield "UpdateRole", f"changes the code of {sorted(changed)}", f"name {sorted(functions)}"
        bucket = stack.parameters["CodeBucket"]
        zips = {f"{bucket}/{stack.pseudo['AWS::StackName']}/*", f"{bucket}/functions/*"}
        if read != zips:
            yield "UpdateRole", f"reads {sorted(read)}", f"let it read {sorted(zips)}"
    if "PublishRole" in stack:
        done = {action for one in grants(stack) if one.owner == "PublishRole" for action in one.actions}
        needed = {"s3:PutObject", "s3:DeleteObject", "s3:ListBucket"}
        if stack.parameters["Hosting"] == "CloudFront":
            needed.add("cloudfront:CreateInvalidation")
        for action in sorted(needed - done):
            yield "PublishRole", f"may not do {action}", "allow it: what is gone is deleted, and CloudFront forgets the old"

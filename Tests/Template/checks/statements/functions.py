# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The functions: runtime, logs, timeouts, environment."""

from ..statement import statement

# What the code reads (docs/architecture.md); the template sets exactly these.
ENVIRONMENT = {
    "AddContactInfo": {
        "TABLE_NAME", "TABLE_SHARDS", "BREVLADA_SITE_URL", "BREVLADA_ORIGINS", "BREVLADA_LANGUAGE", "BREVLADA_FORMS",
        "BREVLADA_SPAM", "BREVLADA_LIMITS_BODY_KILOBYTES", "BREVLADA_CHALLENGE_KIND", "BREVLADA_CHALLENGE_SECRET", "LOG_LEVEL",
    },
    "SendContactInfoEmail": {
        "TABLE_NAME", "TABLE_SHARDS", "BREVLADA_MAIL_FROM", "BREVLADA_MAIL_TO", "BREVLADA_MAIL_DIGEST_BATCH",
        "BREVLADA_MAIL_DIGEST_PER_HOUR", "BREVLADA_MAIL_GIVE_UP_AFTER_DAYS", "BREVLADA_MAIL_REMINDER_DAYS",
        "BREVLADA_LANGUAGE", "BREVLADA_FORMS",
        "BREVLADA_ALERTS_WEBHOOK", "BREVLADA_ALERTS_SECRET", "SES_CONFIGURATION_SET", "LOG_LEVEL",
    },
    "ReadContactInfo": {"TABLE_NAME", "TABLE_SHARDS", "BREVLADA_LANGUAGE", "BREVLADA_FORMS", "LOG_LEVEL"},
}
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MOST_ENVIRONMENT_BYTES = 4096


@statement(48)
def functions_run_as_built(stack):
    """Each function runs our bootstrap on Amazon Linux 2023, on the architecture asked for, and logs JSON to its own
    group, of which Lambda drops nothing that LogLevel asks for.
    """
    groups = {}
    for function in stack.of_type("AWS::Lambda::Function"):
        for key, value in (
            ("Runtime", "provided.al2023"), ("Handler", "bootstrap"),
            ("Architectures", [stack.parameters["Architecture"]]), ("LoggingConfig.LogFormat", "JSON"),
        ):
            if function.get(key) != value:
                yield function.name, f"has {key} {function.get(key)!r}", f"set {value!r}"
        group = str(function.get("LoggingConfig.LogGroup", ""))
        if group.strip("${}") not in stack:
            yield function.name, "logs to a group that keeps everything for ever", "name a log group of the template"
        elif group in groups:
            yield function.name, f"shares its log with {groups[group]}", "give it a group of its own"
        groups[group] = function.name
        passes = {"trace": "TRACE", "debug": "DEBUG"}.get(stack.parameters["LogLevel"], "INFO")
        if function.get("LoggingConfig.ApplicationLogLevel") != passes:
            yield function.name, f"loses lines of its log, or metrics, with LogLevel {stack.parameters['LogLevel']}", (
                f"set LoggingConfig.ApplicationLogLevel to {passes}"
            )
        if not function.get("Timeout"):
            yield function.name, "has no Timeout and would get 3 seconds", "set one"
        code = function.get("Code", {})
        if code.get("S3Bucket") != stack.parameters["CodeBucket"] or not code.get("S3Key"):
            yield function.name, "has code from elsewhere than CodeBucket", "set S3Bucket and S3Key from the parameters"
        traces = "Active" if stack.parameters["Tracing"] == "true" else "PassThrough"
        if function.get("TracingConfig.Mode") != traces:
            yield function.name, "does not heed Tracing", f"set TracingConfig.Mode to {traces}"
        if stack.parameters["EncryptionKey"] == "CustomerManaged" and function.get("KmsKeyArn") != "${DataKey.Arn}":
            yield function.name, "has variables that the own key does not encrypt", "set KmsKeyArn to the DataKey"


@statement(48)
def environment_is_what_the_code_reads(stack):
    """The environment of each function is what its code reads, no more and no less, and within 4 KB."""
    for function in stack.of_type("AWS::Lambda::Function"):
        name, wanted = function.name, ENVIRONMENT.get(function.name, set())
        variables = function.get("Environment.Variables", {})
        for variable in sorted(wanted - variables.keys()):
            yield name, f"has no {variable}", "set it in Environment"
        for variable in sorted(variables.keys() - wanted):
            yield name, f"has {variable}, which nothing reads", "remove it from Environment"
        for variable, value in variables.items():
            if not isinstance(value, str):
                yield name, f"has {variable} that is no text", "make it a text with Fn::Sub or Fn::Join"
        size = sum(len(key.encode()) + len(str(value).encode()) for key, value in variables.items())
        if size > MOST_ENVIRONMENT_BYTES:
            yield name, f"has {size} bytes of environment", f"stay under {MOST_ENVIRONMENT_BYTES}"


@statement(48)
def variables_carry_the_parameters(stack):
    """Each variable carries the parameter that it is named for."""
    p = stack.parameters
    sender = f'"{p["MailFromName"]}" <{p["MailFromAddress"]}>' if p["MailFromName"] else p["MailFromAddress"]
    wanted = {
        "TABLE_NAME": "${Table}",
        "TABLE_SHARDS": str(p["TableShards"]),
        "BREVLADA_LANGUAGE": p["Language"],
        "BREVLADA_FORMS": p["Forms"],
        "BREVLADA_SPAM": p["Spam"],
        "BREVLADA_LIMITS_BODY_KILOBYTES": str(p["BodyKilobytes"]),
        "BREVLADA_CHALLENGE_KIND": p["ChallengeKind"],
        "BREVLADA_MAIL_FROM": sender,
        "BREVLADA_MAIL_TO": ",".join(p["MailTo"]),
        "BREVLADA_MAIL_DIGEST_BATCH": str(p["DigestBatch"]),
        "BREVLADA_MAIL_DIGEST_PER_HOUR": str(p["DigestPerHour"]),
        "BREVLADA_MAIL_GIVE_UP_AFTER_DAYS": str(p["GiveUpAfterDays"]),
        "BREVLADA_MAIL_REMINDER_DAYS": str(p["ReminderDays"]),
        "SES_CONFIGURATION_SET": "${MailConfiguration}",
        "LOG_LEVEL": p["LogLevel"],
    }
    for function in stack.of_type("AWS::Lambda::Function"):
        variables = function.get("Environment.Variables", {})
        for variable in wanted.keys() & variables.keys():
            if variables[variable] != wanted[variable]:
                yield function.name, f"has {variable} {variables[variable]!r}", f"make it {wanted[variable]!r}"
        secret = variables.get("BREVLADA_CHALLENGE_SECRET", "")
        if bool(secret) != bool(p["ChallengeKind"]) and function.name == "AddContactInfo":
            yield function.name, "has a challenge's secret without its kind, or the other way", "set both under HasChallenge"
        if function.name == "SendContactInfoEmail":
            secret, version = p["AlertWebhookSecretName"], p["AlertWebhookSecretVersion"]
            for variable, key in (("BREVLADA_ALERTS_WEBHOOK", "url"), ("BREVLADA_ALERTS_SECRET", "secret")):
                value = "{{resolve:secretsmanager:%s:SecretString:%s::%s}}" % (secret, key, version) if secret else ""
                if variables.get(variable) != value:
                    yield function.name, f"has {variable} {variables.get(variable)!r}", f"make it {value!r}"


@statement(49)
def concurrency_only_when_asked(stack):
    """Concurrency is reserved only when asked for: a new account has none to give."""
    for name in ("AddContactInfo", "SendContactInfoEmail"):
        asked = stack.parameters[f"{name}Concurrency"]
        has = stack[name].get("ReservedConcurrentExecutions")
        if has != (asked or None):
            yield name, f"reserves {has} where {asked} was asked for", "set it under a condition from the parameter"

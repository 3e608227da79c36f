# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The API: routes, preflight, errors, throttling, logs, deployment."""

import json
import re

from ..statement import statement
from .permissions import api_paths, invoked

# The form's routes in docs/contract.md, without the stage.
FORM_ROUTES = ("/contact", "/f/{form}", "/AddContactInfo")
# The owner's routes.
OWNER_ROUTES = {
    ("GET", "/submissions"), ("GET", "/submissions/{id}"), ("PATCH", "/submissions/{id}"),
    ("DELETE", "/submissions/{id}"), ("GET", "/submissions.csv"), ("GET", "/submissions.jsonl"),
    ("POST", "/erasure"), ("GET", "/audit"), ("POST", "/resend-failed"),
}
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
LONGEST_INTEGRATION = 29_000


def routes(stack):
    """The method of each route, by (verb, path)."""
    paths = api_paths(stack)
    return {
        (method.get("HttpMethod"), paths.get(method.get("ResourceId"), "?")): method
        for method in stack.of_type("AWS::ApiGateway::Method")
    }


@statement(26)
def methods_are_proxies(stack):
    """Every route hands the request to its function as it is, and waits longer than the function may run."""
    there = routes(stack)
    for verb, path in [("POST", path) for path in FORM_ROUTES]:
        if (verb, path) not in there:
            yield "Api", f"has no {verb} {path}", "add the method; docs/contract.md promises it"
    for (verb, path), method in there.items():
        kind = method.get("Integration.Type")
        if kind != "AWS_PROXY":
            yield method.name, f"is {kind} for {verb} {path}", "set Integration.Type to AWS_PROXY"
            continue
        if method.get("Integration.IntegrationHttpMethod") != "POST":
            yield method.name, "calls Lambda with another verb than POST", "set IntegrationHttpMethod to POST"
        function = stack.get(invoked(method) or "")
        if not function:
            yield method.name, "calls no function of this stack", "name it in Integration.Uri"
            continue
        wait = int(method.get("Integration.TimeoutInMillis", LONGEST_INTEGRATION))
        if wait > LONGEST_INTEGRATION:
            yield method.name, f"waits {wait} ms, over {LONGEST_INTEGRATION}", "lower TimeoutInMillis"
        if int(function.get("Timeout", 3)) * 1000 >= wait:
            yield method.name, f"gives up before {function.name} does", (
                f"raise TimeoutInMillis above {function.get('Timeout')} s, or the answer is the gateway's"
            )
        expected = "AddContactInfo" if path in FORM_ROUTES else "ReadContactInfo"
        if function.name != expected:
            yield method.name, f"hands {path} to {function.name}", f"hand it to {expected}"
    types = stack["Api"].get("BinaryMediaTypes", [])
    if types != ["*/*"]:
        yield "Api", f"passes bodies on as text but for {types}", "set BinaryMediaTypes to */*, or broken UTF-8 is mended"


@statement(27)
def no_route_takes_anything(stack):
    """No route takes every method."""
    for (verb, path), method in routes(stack).items():
        if verb == "ANY":
            yield method.name, f"takes any method on {path}", "name each one"


@statement(28)
def browsers_may_ask_first(stack):
    """Every route of the form answers the preflight and a GET, by the function that knows the origins."""
    there = routes(stack)
    for path in FORM_ROUTES:
        for verb in ("OPTIONS", "GET"):
            if (verb, path) not in there:
                yield "Api", f"has no {verb} {path}", "add the method; docs/contract.md promises it"
    function = stack["AddContactInfo"]
    origins = function.get("Environment.Variables.BREVLADA_ORIGINS")
    wanted = [*stack.parameters["AllowedOrigins"]]
    if stack.outputs.get("DistributionDomainName") and stack.parameters["DomainName"]:
        wanted.insert(0, "https://${Distribution.DomainName}")
    if origins != ",".join(wanted):
        yield function.name, "does not know every origin", (
            "pass AllowedOrigins in BREVLADA_ORIGINS, joined by commas, and beside an own name the distribution's"
        )
    site = stack.outputs.get("SiteUrl")
    if function.get("Environment.Variables.BREVLADA_SITE_URL") != site:
        yield function.name, "takes another address for the site's", "set BREVLADA_SITE_URL as the output SiteUrl"
    if "credentials" in json.dumps([one.properties for one in stack.of_type("AWS::ApiGateway::GatewayResponse")]).lower():
        yield "Api", "allows credentials with an error that every origin may read", "remove Allow-Credentials"


# What API Gateway answers by itself, and the status that docs/contract.md gives it. None: its own.
GATEWAY_ANSWERS = {
    "DEFAULT_4XX": None, "DEFAULT_5XX": "503", "THROTTLED": "429", "REQUEST_TOO_LARGE": "413",
    "MISSING_AUTHENTICATION_TOKEN": "404", "UNAUTHORIZED": "401", "ACCESS_DENIED": "403", "WAF_FILTERED": "403",
}


@statement(29)
def errors_have_our_shape(stack):
    """What API Gateway answers by itself has the contract's shape and status, and every origin may read it."""
    answers = {one.get("ResponseType"): one for one in stack.of_type("AWS::ApiGateway::GatewayResponse")}
    for kind, status in GATEWAY_ANSWERS.items():
        one = answers.get(kind)
        if not one:
            yield "Api", f"answers {kind} in AWS's own words", "add an AWS::ApiGateway::GatewayResponse"
            continue
        if one.get("StatusCode") != status:
            yield one.name, f"answers {kind} with {one.get('StatusCode')}", f"set StatusCode to {status}"
        headers = one.get("ResponseParameters", {})
        if headers.get("gatewayresponse.header.Access-Control-Allow-Origin") != "'*'":
            yield one.name, "can't be read by other sites", "add the header Access-Control-Allow-Origin"
        if status in ("429", "503") and "gatewayresponse.header.Retry-After" not in headers:
            yield one.name, "does not say when to try again", "add the header Retry-After"
        try:
            body = json.loads(one.get("ResponseTemplates", {}).get("application/json", ""))
        except ValueError:
            yield one.name, "answers with broken JSON", "mend its template"
            continue
        errors = body.get("errors", [{}])
        whole = (
            body.get("ok") is False and body.get("success") is False and isinstance(body.get("error"), str)
            and body.get("message") and errors[0].get("code") and errors[0].get("message") == body["message"]
        )
        if not whole:
            yield one.name, "answers in another shape", "say ok, success, error, message and errors as docs/contract.md does"


@statement(31)
def stage_is_throttled(stack):
    """The stage named api is throttled by parameters, and each route that takes messages by its own."""
    stage = stack["Stage"]
    if stage.get("StageName") != "api":
        yield stage.name, f"is named {stage.get('StageName')}", "name it api, so that /api/contact is the path everywhere"
    settings = {(one["HttpMethod"], one["ResourcePath"]): one for one in stage.get("MethodSettings", [])}
    # A path's slashes are written ~1 behind the first, as in a JSON pointer.
    wanted = {("*", "/*"): "Api"} | {("POST", "/" + path.replace("/", "~1")): "Form" for path in FORM_ROUTES}
    for (verb, path), which in wanted.items():
        one = settings.get((verb, path), {})
        for key, parameter in (("ThrottlingRateLimit", f"{which}Rate"), ("ThrottlingBurstLimit", f"{which}Burst")):
            if one.get(key) != stack.parameters[parameter]:
                yield stage.name, f"does not throttle {verb} {path} by {parameter}", f"set {key} in MethodSettings"


@statement(32)
def deployment_pictures_all(stack):
    """There is one deployment, the stage shows it, and it waits for every route, method and answer."""
    deployments = stack.of_type("AWS::ApiGateway::Deployment")
    stage = stack["Stage"]
    if [f"${{{one.name}}}" for one in deployments] != [stage.get("DeploymentId")]:
        yield stage.name, f"shows {stage.get('DeploymentId')} of {[one.name for one in deployments]}", (
            "have one deployment for each OwnerAccess and Language, and show that one"
        )
    pictured = [one.name for one in stack.of_type("AWS::ApiGateway::Method", "AWS::ApiGateway::GatewayResponse")]
    for deployment in deployments:
        for name in pictured:
            if name not in deployment.depends_on:
                yield deployment.name, f"may be made before {name}, and not have it", "add it to DependsOn"
        for name in deployment.depends_on:
            if name not in stack:
                yield deployment.name, f"waits for {name}, which is not made", "take it out of DependsOn"


PERSONAL = re.compile(
    r"\$context\.(identity|authorizer|path|requestOverride|domainName)|\$input|\$util|[Bb]ody|[Qq]uery|userAgent|sourceIp"
)


@statement(33)
def access_log_is_impersonal(stack):
    """The access log is a line of JSON that tells nothing about the visitor; bodies are never logged."""
    stage = stack["Stage"]
    text = stage.get("AccessLogSetting.Format", "")
    if not stage.get("AccessLogSetting.DestinationArn"):
        yield stage.name, "logs no access", "set AccessLogSetting.DestinationArn"
    try:
        line = json.loads(re.sub(r"\$context\.[A-Za-z.]+", "0", text))
    except ValueError:
        line = {}
        yield stage.name, "logs access as broken JSON", "mend AccessLogSetting.Format"
    if line and not {"requestId", "time", "status"} <= line.keys():
        yield stage.name, "logs access without requestId, time or status", "add them to AccessLogSetting.Format"
    if "\n" in text:
        yield stage.name, "logs an access as several lines", "fold AccessLogSetting.Format into one"
    if match := PERSONAL.search(text):
        yield stage.name, f"logs {match[0]}, which tells who it was", "leave it out of AccessLogSetting.Format"
    for one in stage.get("MethodSettings", []):
        if one.get("DataTraceEnabled") is not False:
            yield stage.name, f"logs the bodies of {one['HttpMethod']} {one['ResourcePath']}", "set DataTraceEnabled to false"


@statement(34)
def logging_role_comes_first(stack):
    """The account's logging role is optional, outlives the stack, and is there before the stage."""
    accounts = stack.of_type("AWS::ApiGateway::Account")
    if bool(accounts) != (stack.parameters["ApiLoggingRole"] == "Create"):
        yield "ApiAccount", "does not heed ApiLoggingRole", "make it under MakesApiLoggingRole"
    for account in accounts:
        for name in (account.name, account.get("CloudWatchRoleArn").strip("${}").split(".")[0]):
            for attribute in ("DeletionPolicy", "UpdateReplacePolicy"):
                if stack[name].attributes.get(attribute) != "Retain":
                    yield name, f"has no {attribute}, and the logs of all other APIs go with it", "set it to Retain"
        waits = stack["Stage"].attributes.get("Metadata", {}).get("WaitsFor")
        if waits != f"${{{account.name}}}" and account.name not in stack["Stage"].depends_on:
            yield "Stage", "may be made before API Gateway can log", f"refer to {account.name} in its Metadata"


@statement(35)
def owner_routes_are_guarded(stack):
    """The owner's routes are all there or none, and never without an authorizer."""
    access = stack.parameters["OwnerAccess"]
    there = routes(stack)
    owners = {route for route in there if route[1] not in FORM_ROUTES}
    wanted = set() if access == "None" else OWNER_ROUTES
    for verb, path in sorted(wanted - owners):
        yield "Api", f"has no {verb} {path} with OwnerAccess {access}", "add the method"
    for verb, path in sorted(owners - wanted):
        yield there[verb, path].name, f"opens {verb} {path} with OwnerAccess {access}", "make it under HasOwnerAccess"
    kind = {"Cognito": "COGNITO_USER_POOLS", "Iam": "AWS_IAM"}.get(access)
    for route in sorted(owners):
        method = there[route]
        if method.get("AuthorizationType") != kind:
            yield method.name, f"is open to {method.get('AuthorizationType')}", f"set AuthorizationType to {kind}"
        authorizer = method.get("AuthorizerId")
        if kind == "COGNITO_USER_POOLS" and authorizer != "${OwnerAuthorizer}":
            yield method.name, "has no authorizer", "set AuthorizerId to OwnerAuthorizer"
        if kind == "AWS_IAM" and authorizer:
            yield method.name, "has an authorizer beside IAM", "leave AuthorizerId out"
    for authorizer in stack.of_type("AWS::ApiGateway::Authorizer"):
        if authorizer.get("ProviderARNs") != ["${OwnerPool.Arn}"]:
            yield authorizer.name, "trusts another pool", "set ProviderARNs to OwnerPool.Arn alone"
        if authorizer.get("IdentitySource") != "method.request.header.Authorization":
            yield authorizer.name, "looks for the token elsewhere", "set IdentitySource to the Authorization header"
    for route in [route for route in there if route[1] in FORM_ROUTES]:
        if there[route].get("AuthorizationType") != "NONE":
            yield there[route].name, "asks visitors to sign in", "set AuthorizationType to NONE"

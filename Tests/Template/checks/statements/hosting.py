# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The site: its bucket, its distribution, its name."""

import re

from ..policies import grants_for
from ..statement import statement

BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
YEAR = 31_536_000
# What each challenge loads, as in ContactFormChallenge.
CHALLENGE_SOURCES = {
    "": [],
    "turnstile": ["https://challenges.cloudflare.com"],
    "hcaptcha": ["https://hcaptcha.com", "https://*.hcaptcha.com"],
}


# As Sources/ContactFormServer/Owner/InboxPages.swift has it on one machine; test_documents.py holds them against each other.
INBOX_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def in_cloudfront(stack):
    return stack.parameters["Hosting"] == "CloudFront"


def distribution(stack):
    found = stack.of_type("AWS::CloudFront::Distribution")
    return found[0] if found else None


def behaviors(stack):
    """(pattern, behaviour) for each of the distribution's."""
    if one := distribution(stack):
        yield "*", one.get("DistributionConfig.DefaultCacheBehavior", {})
        for behavior in one.get("DistributionConfig.CacheBehaviors", []):
            yield behavior["PathPattern"], behavior


@statement(15)
def website_lets_read(stack):
    """As a public website everybody may get the bucket's objects, and nothing else."""
    if in_cloudfront(stack):
        return
    allowed = [one for one in grants_for(stack, "SiteBucketPolicy") if one.allows]
    for one in allowed:
        if one.actions != ("s3:GetObject",):
            yield one.owner, f"lets everybody do {', '.join(one.actions)}", "allow s3:GetObject alone"
        if one.resources != ("${SiteBucket.Arn}/*",):
            yield one.owner, f"lets everybody reach {', '.join(one.resources)}", "allow the bucket's objects alone"
    if not allowed:
        yield "SiteBucketPolicy", "lets nobody read the site", "allow s3:GetObject on the bucket's objects"
    if not stack["SiteBucket"].get("WebsiteConfiguration.IndexDocument"):
        yield "SiteBucket", "is no website", "set WebsiteConfiguration with index and error document"


@statement(16)
def no_access_lists(stack):
    """No bucket takes a public access list, as a website or otherwise."""
    for bucket in stack.of_type("AWS::S3::Bucket"):
        for block in ("BlockPublicAcls", "IgnorePublicAcls"):
            if bucket.get(f"PublicAccessBlockConfiguration.{block}") is not True:
                yield bucket.name, f"has {block} off", "set it to true; access is by policy"


@statement(17)
def private_buckets_are_private(stack):
    """Every bucket but the public website blocks public access in all four ways, and the site is its distribution's."""
    for bucket in stack.of_type("AWS::S3::Bucket"):
        if bucket.name == "SiteBucket" and not in_cloudfront(stack):
            continue
        for block in BLOCKS:
            if bucket.get(f"PublicAccessBlockConfiguration.{block}") is not True:
                yield bucket.name, f"has {block} off", "set it to true"
    if not in_cloudfront(stack):
        return
    arn = f"arn:aws:cloudfront::{stack.pseudo['AWS::AccountId']}:distribution/${{Distribution}}"
    actions = set()
    for one in grants_for(stack, "SiteBucketPolicy"):
        if not one.allows:
            continue
        actions |= set(one.actions)
        if one.is_public or one.services != ["cloudfront.amazonaws.com"]:
            yield one.owner, f"lets others than CloudFront read ({one.sid})", "name the service as the principal"
        if one.values("aws:SourceArn") != [arn]:
            yield one.owner, f"lets any distribution read ({one.sid})", "add aws:SourceArn with our distribution"
    for action in sorted(actions - {"s3:GetObject", "s3:ListBucket"}):
        yield "SiteBucketPolicy", f"lets CloudFront do {action}", "reading takes s3:GetObject and s3:ListBucket"
    for action, otherwise in (("s3:GetObject", "no page is served"), ("s3:ListBucket", "a missing page is a 403")):
        if action not in actions:
            yield "SiteBucketPolicy", f"does not allow {action}", f"allow it, or {otherwise}"


@statement(18)
def addresses_narrow_the_website(stack):
    """AllowedSourceIps limits the public website to those networks."""
    networks = [one for one in stack.parameters["AllowedSourceIps"] if one]
    if networks and not in_cloudfront(stack):
        for one in grants_for(stack, "SiteBucketPolicy"):
            if one.allows and one.values("aws:SourceIp") != networks:
                yield one.owner, "does not heed AllowedSourceIps", "add the condition aws:SourceIp"


@statement(19)
def nothing_without_tls(stack):
    """Every private bucket and queue refuses what does not come over TLS."""
    policies = {"AWS::S3::Bucket": ("AWS::S3::BucketPolicy", "s3:*"), "AWS::SQS::Queue": ("AWS::SQS::QueuePolicy", "sqs:*")}
    for resource in stack.of_type(*policies):
        if resource.name == "SiteBucket" and not in_cloudfront(stack):
            # A website on S3 has no TLS at all.
            continue
        reference, arn = f"${{{resource.name}}}", f"${{{resource.name}.Arn}}"
        kind, everything = policies[resource.type]
        whole = (arn, f"{arn}/*") if kind == "AWS::S3::BucketPolicy" else (arn,)
        denied = any(
            one.effect == "Deny" and one.is_public and one.actions == (everything,) and one.resources == whole
            and one.conditions == {("Bool", "aws:SecureTransport"): ["false"]}
            for policy in stack.of_type(kind)
            if reference in (policy.get("Bucket"), *policy.get("Queues", []))
            for one in grants_for(stack, policy.name)
        )
        if not denied:
            yield resource.name, "takes requests without TLS", f"deny {everything} in its policy by aws:SecureTransport alone"


@statement(20)
def buckets_are_kept_well(stack):
    """Every bucket is encrypted, versioned, kept when the stack goes, and logged but for the log itself, which takes ACLs:
    CloudFront's would keep it from ever refusing them again.
    """
    for bucket in stack.of_type("AWS::S3::Bucket"):
        if not bucket.get("BucketEncryption.ServerSideEncryptionConfiguration"):
            yield bucket.name, "is not encrypted", "set BucketEncryption"
        if bucket.get("VersioningConfiguration.Status") != "Enabled":
            yield bucket.name, "keeps no versions", "set VersioningConfiguration to Enabled"
        ownership = "BucketOwnerPreferred" if bucket.name == "LogBucket" else "BucketOwnerEnforced"
        if bucket.get("OwnershipControls.Rules") != [{"ObjectOwnership": ownership}]:
            yield bucket.name, f"has not the ownership {ownership}", "set it, whatever the parameters are"
        visited = bucket.name == "SiteBucket" and not in_cloudfront(stack)
        logged = bucket.name != "LogBucket" and (not visited or stack.parameters["VisitorLogs"] == "true")
        if (bucket.get("LoggingConfiguration.DestinationBucketName") or None) != ("${LogBucket}" if logged else None):
            if logged:
                yield bucket.name, "is not logged", "set LoggingConfiguration, to the LogBucket"
            else:
                yield bucket.name, "logs the addresses of visitors unasked", "leave that to VisitorLogs"
        for attribute in ("DeletionPolicy", "UpdateReplacePolicy"):
            if not bucket.attributes.get(attribute, "").startswith("Retain"):
                yield bucket.name, f"has no {attribute}", "retain it: a bucket with files can't be deleted anyway"


# The days after which a file goes, and a version that was replaced; test_documents.py holds docs/privacy.md against them.
FORGOTTEN_AFTER = {"SiteBucket": (None, 30), "ArtifactBucket": (30, 7), "LogBucket": ("LogRetentionDays", 1)}
BROKEN_UPLOADS = 7


@statement(20)
def buckets_forget(stack):
    """Every bucket forgets broken uploads after a week, and what was replaced; the log bucket also what is older than
    LogRetentionDays.
    """
    for bucket in stack.of_type("AWS::S3::Bucket"):
        if bucket.name not in FORGOTTEN_AFTER:
            yield bucket.name, "forgets, and nobody has said when", "say so in FORGOTTEN_AFTER and in docs/privacy.md"
            continue
        files, replaced = FORGOTTEN_AFTER[bucket.name]
        wanted = {
            "Status": "Enabled",
            "NoncurrentVersionExpiration": {"NoncurrentDays": replaced},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": BROKEN_UPLOADS},
        }
        if files:
            wanted["ExpirationInDays"] = stack.parameters.get(files, files)
        # A rule for some files alone is another one.
        rules = [{key: rule[key] for key in rule if key != "Id"} for rule in bucket.get("LifecycleConfiguration.Rules", [])]
        if rules != [wanted]:
            yield bucket.name, f"forgets by {rules}", f"have one rule, {wanted}"


@statement(20)
def visits_are_logged_when_asked(stack):
    """CloudFront logs visits when VisitorLogs asks for it, into the log bucket, and no cookies."""
    asked = {"Bucket": "${LogBucket.RegionalDomainName}", "Prefix": "cloudfront/", "IncludeCookies": False}
    if one := distribution(stack):
        has = one.get("DistributionConfig.Logging")
        if has != (asked if stack.parameters["VisitorLogs"] == "true" else None):
            yield one.name, f"logs visits by {has}", f"log by {asked} with VisitorLogs alone"


@statement(21)
def origin_is_signed(stack):
    """CloudFront signs each request to the bucket, and reaches the API over TLS 1.2."""
    for control in stack.of_type("AWS::CloudFront::OriginAccessControl"):
        for key, value in (
            ("OriginAccessControlOriginType", "s3"), ("SigningBehavior", "always"), ("SigningProtocol", "sigv4")
        ):
            if control.get(f"OriginAccessControlConfig.{key}") != value:
                yield control.name, f"has {key} {control.get(f'OriginAccessControlConfig.{key}')!r}", f"set {value}"
    if one := distribution(stack):
        for origin in one.get("DistributionConfig.Origins", []):
            if "S3OriginConfig" in origin:
                if not origin.get("OriginAccessControlId"):
                    yield one.name, f"reads the bucket of {origin['Id']} unsigned", "set OriginAccessControlId"
                if not origin["DomainName"].endswith(".RegionalDomainName}"):
                    yield one.name, f"reads the bucket of {origin['Id']} by a name that redirects", (
                        "use RegionalDomainName"
                    )
            else:
                custom = origin.get("CustomOriginConfig", {})
                if custom.get("OriginProtocolPolicy") != "https-only" or custom.get("OriginSSLProtocols") != ["TLSv1.2"]:
                    yield one.name, f"reaches {origin['Id']} with less than TLS 1.2", "set https-only and TLSv1.2"


@statement(22)
def distribution_is_modern(stack):
    """The distribution speaks HTTPS only, HTTP/2 and 3 and IPv6, compresses, and caches the site but never the API."""
    one = distribution(stack)
    if not one:
        if in_cloudfront(stack):
            yield "Distribution", "is not there", "declare it under InCloudFront"
        return
    config = one.get("DistributionConfig")
    for key, value in (("HttpVersion", "http2and3"), ("IPV6Enabled", True), ("Enabled", True)):
        if config.get(key) != value:
            yield one.name, f"has {key} {config.get(key)!r}", f"set {value!r}"
    certificate = config.get("ViewerCertificate", {})
    if config.get("Aliases") and certificate.get("MinimumProtocolVersion") != "TLSv1.2_2021":
        yield one.name, "takes less than TLS 1.2", "set MinimumProtocolVersion to TLSv1.2_2021"
    if config.get("Aliases") and certificate.get("SslSupportMethod") != "sni-only":
        yield one.name, "has an address of its own for TLS, at 600 dollars a month", "set SslSupportMethod to sni-only"
    policies = {name: ids["Id"] for name, ids in stack.template["Mappings"]["ManagedPolicy"].items()}
    patterns = {}
    for pattern, behavior in behaviors(stack):
        patterns[pattern] = behavior
        wanted = ("https-only", "CachingDisabled") if pattern == "/api/*" else ("redirect-to-https", "CachingOptimized")
        if behavior.get("ViewerProtocolPolicy") != wanted[0]:
            yield one.name, f"answers {pattern} with {behavior.get('ViewerProtocolPolicy')}", f"set {wanted[0]}"
        if behavior.get("CachePolicyId") != policies[wanted[1]]:
            yield one.name, f"caches {pattern} in another way than {wanted[1]}", "set CachePolicyId"
        if behavior.get("Compress") is not True:
            yield one.name, f"does not compress {pattern}", "set Compress to true"
    api = patterns.get("/api/*")
    if not api:
        yield one.name, "does not pass /api/* on", "add a cache behaviour for it with the API as its target"
    else:
        if api.get("TargetOriginId") != "api" or "POST" not in api.get("AllowedMethods", []):
            yield one.name, "does not let a form post to /api/*", "target the API, and allow all seven methods"
        if api.get("OriginRequestPolicyId") != policies["AllViewerExceptHostHeader"]:
            yield one.name, "passes the wrong headers to the API", "set OriginRequestPolicyId to AllViewerExceptHostHeader"
        origin = next((one for one in config["Origins"] if one["Id"] == "api"), {})
        if not str(origin.get("DomainName")).startswith("${Api}.execute-api.") or origin.get("OriginPath"):
            yield one.name, "looks for the API elsewhere", "name ${Api}.execute-api; the stage is the path's /api"


@statement(23)
def headers_protect(stack):
    """Pages come with HSTS of a year, nosniff, no frames of others, a referrer policy, and a policy of their own content; what
    the API answers with CloudFront's own.
    """
    if not in_cloudfront(stack):
        return
    # What the function says by itself goes before these; what the gateway answers has no others.
    managed = stack.template["Mappings"]["ManagedPolicy"]["SecurityHeaders"]["Id"]
    if dict(behaviors(stack)).get("/api/*", {}).get("ResponseHeadersPolicyId") != managed:
        yield "Distribution", "answers /api/* without security headers", "set ResponseHeadersPolicyId to SecurityHeaders"
    policy = stack.get("SiteHeadersPolicy")
    if not policy or dict(behaviors(stack)).get("*", {}).get("ResponseHeadersPolicyId") != "${SiteHeadersPolicy}":
        yield "Distribution", "serves pages without security headers", "set ResponseHeadersPolicyId to SiteHeadersPolicy"
        return
    security = policy.get("ResponseHeadersPolicyConfig.SecurityHeadersConfig", {})
    for key, header in security.items():
        if header.get("Override") is not True:
            yield policy.name, f"lets a file of the site have its own {key}", "set Override to true"
    if int(security.get("StrictTransportSecurity", {}).get("AccessControlMaxAgeSec", 0)) < YEAR:
        yield policy.name, "has HSTS of less than a year", f"set AccessControlMaxAgeSec to {YEAR}"
    if "ContentTypeOptions" not in security:
        yield policy.name, "lets browsers guess types", "set ContentTypeOptions"
    if security.get("FrameOptions", {}).get("FrameOption") != "SAMEORIGIN":
        yield policy.name, "lets others frame the site", "set FrameOption to SAMEORIGIN"
    if not security.get("ReferrerPolicy", {}).get("ReferrerPolicy"):
        yield policy.name, "has no referrer policy", "set ReferrerPolicy"
    content = security.get("ContentSecurityPolicy", {}).get("ContentSecurityPolicy", "")
    if stack.parameters["ContentSecurityPolicy"]:
        if content != stack.parameters["ContentSecurityPolicy"]:
            yield policy.name, "does not heed ContentSecurityPolicy", "use the parameter"
        return
    directives = {part.split()[0]: part.split()[1:] for part in content.split(";") if part.split()}
    challenge = stack.parameters["ChallengeKind"]
    sources = CHALLENGE_SOURCES[challenge]
    wanted = {
        "default-src": ["'none'"],
        "frame-src": ["'self'", *sources],
        "script-src": ["'self'", *sources],
        "style-src": ["'self'"],
        "connect-src": ["'self'", *sources],
        "form-action": ["'self'", *(origin for origin in stack.parameters["AllowedOrigins"] if origin)],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'self'"],
    }
    for name, values in wanted.items():
        if directives.get(name) != values:
            yield policy.name, f"says {name} {' '.join(directives.get(name, ['nothing']))}", f"say {' '.join(values)}"


@statement(23)
def inbox_has_its_own_headers(stack):
    """The owner's page keeps a policy of its own, whatever the site's says: its sign-in can be reached, and nobody frames it."""
    there = dict(behaviors(stack))
    signs_in = stack.parameters["OwnerAccess"] == "Cognito"
    inbox = there.get("/inbox/*", {})
    if signs_in != bool(inbox) and in_cloudfront(stack):
        yield "Distribution", "does not heed OwnerAccess for /inbox/*", "add a cache behaviour for it under HasCognito"
    if not inbox:
        return
    same = {key: inbox.get(key) for key in ("TargetOriginId", "AllowedMethods", "FunctionAssociations")}
    if same != {key: there["*"].get(key) for key in same}:
        yield "Distribution", "serves /inbox/* from elsewhere than the site", "take the default behaviour's, but for the headers"
    if inbox.get("ResponseHeadersPolicyId") != "${InboxHeadersPolicy}":
        yield "Distribution", "serves the owner's page with the site's headers", "set ResponseHeadersPolicyId to InboxHeadersPolicy"
    policies = {name: stack.get(name).get("ResponseHeadersPolicyConfig") for name in ("SiteHeadersPolicy", "InboxHeadersPolicy")}
    security = policies["InboxHeadersPolicy"]["SecurityHeadersConfig"]
    sites = policies["SiteHeadersPolicy"]["SecurityHeadersConfig"]
    for key in ("StrictTransportSecurity", "ContentTypeOptions"):
        if security.get(key) != sites.get(key):
            yield "InboxHeadersPolicy", f"has another {key} than the site", "take the site's"
    if policies["InboxHeadersPolicy"].get("CustomHeadersConfig") != policies["SiteHeadersPolicy"].get("CustomHeadersConfig"):
        yield "InboxHeadersPolicy", "has other CustomHeadersConfig than the site", "take the site's"
    if security.get("FrameOptions") != {"FrameOption": "DENY", "Override": True}:
        yield "InboxHeadersPolicy", "lets the site frame the inbox", "set FrameOption to DENY"
    if security.get("ReferrerPolicy") != {"ReferrerPolicy": "same-origin", "Override": True}:
        yield "InboxHeadersPolicy", "tells others what was searched for", "set ReferrerPolicy to same-origin"
    sign_in = f"https://{stack['OwnerPoolDomain'].get('Domain')}.auth.{stack.pseudo['AWS::Region']}.amazoncognito.com"
    wanted = INBOX_POLICY.replace("connect-src 'self'", f"connect-src 'self' {sign_in}")
    if security.get("ContentSecurityPolicy") != {"ContentSecurityPolicy": wanted, "Override": True}:
        yield "InboxHeadersPolicy", f"says {security.get('ContentSecurityPolicy')}", f"say {wanted}"


@statement(24)
def folders_and_missing_pages(stack):
    """A folder shows its index.html, and a missing page the 404 page, behind CloudFront with its status."""
    if not in_cloudfront(stack):
        if stack["SiteBucket"].get("WebsiteConfiguration.ErrorDocument") != "404.html":
            yield "SiteBucket", "has no 404 page", "set ErrorDocument to 404.html"
        return
    for pattern, function in (("*", "SiteRequestFunction"), ("/api/*", "ApiRequestFunction")):
        called = dict(behaviors(stack)).get(pattern, {}).get("FunctionAssociations", [])
        if {"EventType": "viewer-request", "FunctionARN": f"${{{function}.FunctionMetadata.FunctionARN}}"} not in called:
            yield "Distribution", f"does not ask {function} about {pattern}", "add it to FunctionAssociations"
    there = distribution(stack)
    responses = there.get("DistributionConfig.CustomErrorResponses", []) if there else []
    errors = {one["ErrorCode"]: one for one in responses}
    missing = errors.pop(404, {})
    if (missing.get("ResponseCode"), missing.get("ResponsePagePath")) != (404, "/404.html"):
        yield "Distribution", "has no 404 page", "add a CustomErrorResponse for 404 with /404.html"
    for code in errors:
        # These would take the place of the API's own answers.
        yield "Distribution", f"replaces the API's answers with status {code}", f"remove the CustomErrorResponse {code}"


@statement(25)
def names_have_both_records(stack):
    """An own name that this account serves has records for IPv4 and IPv6, and the distribution knows it."""
    one = distribution(stack)
    if not one:
        return
    names = [stack.parameters[key] for key in ("DomainName", "AlternateDomainName") if stack.parameters[key]]
    if one.get("DistributionConfig.Aliases", []) != names:
        yield one.name, f"has the aliases {one.get('DistributionConfig.Aliases')}", f"set {names}"
    if not stack.parameters["HostedZoneId"]:
        return
    records = {
        (record["Name"], record["Type"])
        for group in stack.of_type("AWS::Route53::RecordSetGroup")
        for record in group.get("RecordSets", [])
        if record.get("AliasTarget", {}).get("DNSName") == "${Distribution.DomainName}"
    }
    for name in names:
        for type_ in ("A", "AAAA"):
            if (name, type_) not in records:
                yield "SiteRecords", f"have no {type_} record for {name}", "add both, A and AAAA"
    for certificate in stack.of_type("AWS::CertificateManager::Certificate"):
        covered = {certificate.get("DomainName"), *certificate.get("SubjectAlternativeNames", [])}
        if missing := set(names) - covered:
            yield certificate.name, f"does not cover {', '.join(missing)}", "add it to SubjectAlternativeNames"


@statement(22)
def us_east_1_only(stack):
    """What CloudFront takes from us-east-1 alone is made there alone."""
    if stack.pseudo["AWS::Region"] == "us-east-1":
        return
    for certificate in stack.of_type("AWS::CertificateManager::Certificate"):
        yield certificate.name, "is made in a Region where CloudFront does not look", "take CertificateArn instead"


@statement(24)
def edge_functions_are_published(stack):
    """The functions at the edge are published, on the runtime that their code is written for."""
    for function in stack.of_type("AWS::CloudFront::Function"):
        if function.get("AutoPublish") is not True:
            yield function.name, "is a draft", "set AutoPublish to true"
        if function.get("FunctionConfig.Runtime") != "cloudfront-js-2.0":
            yield function.name, "runs on the old runtime, which has no const", "set cloudfront-js-2.0"
        if re.search(r"\$\{[A-Z]", function.get("FunctionCode")):
            yield function.name, "has a variable that was not filled in", "use Fn::Sub"

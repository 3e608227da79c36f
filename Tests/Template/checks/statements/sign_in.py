# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The owner's sign-in with Cognito."""

from ..statement import statement

# As docs/options/sign-in.md says; test_documents.py holds it against these.
FIRST_PASSWORD_DAYS = 3
TOKEN_MINUTES = 60
# What the page keeps in its memory alone.
REFRESH_DAYS = 30


@statement(36)
def pool_is_for_owners(stack):
    """Nobody signs up by themselves, passwords are long, a second factor is possible, and the pool is not lost."""
    pools = stack.of_type("AWS::Cognito::UserPool")
    if bool(pools) != (stack.parameters["OwnerAccess"] == "Cognito"):
        yield "OwnerPool", "does not heed OwnerAccess", "make it under HasCognito"
    for pool in pools:
        if pool.get("AdminCreateUserConfig.AllowAdminCreateUserOnly") is not True:
            yield pool.name, "lets anybody sign up and read every message", "set AllowAdminCreateUserOnly"
        if pool.get("MfaConfiguration") != stack.parameters["OwnerMfa"]:
            yield pool.name, "does not heed OwnerMfa", "set MfaConfiguration from it"
        if pool.get("EnabledMfas") != ["SOFTWARE_TOKEN_MFA"]:
            yield pool.name, f"has the second factors {pool.get('EnabledMfas')}", "set SOFTWARE_TOKEN_MFA alone"
        for attribute in ("DeletionPolicy", "UpdateReplacePolicy"):
            if pool.get("DeletionProtection") != "ACTIVE" or pool.attributes.get(attribute) != "Retain":
                yield pool.name, "can be deleted with all accounts", f"set DeletionProtection ACTIVE and {attribute} Retain"
        if int(pool.get("Policies.PasswordPolicy.MinimumLength", 8)) < 12:
            yield pool.name, "takes passwords under 12 characters", "raise MinimumLength"
        for key, value, otherwise in (
            ("UsernameAttributes", ["email"], "an owner has a name beside the address"),
            ("AutoVerifiedAttributes", ["email"], "an address is nobody's until somebody says so"),
            ("UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate", ["email"],
             "who changes the address to a wrong one is locked out"),
            ("AccountRecoverySetting.RecoveryMechanisms", [{"Name": "verified_email", "Priority": 1}],
             "a password forgotten is lost, or whoever has the phone number sets another"),
            ("Policies.PasswordPolicy.TemporaryPasswordValidityDays", FIRST_PASSWORD_DAYS,
             "a first password lies in a mailbox for longer"),
        ):
            if pool.get(key) != value:
                yield pool.name, f"has {key} {pool.get(key)!r}", f"set {value!r}, or {otherwise}"


@statement(36)
def first_account_stays(stack):
    """The first account is OwnerEmail's, who can mend a forgotten password, and stays its owner's when OwnerEmail changes and
    when the stack goes, and the one that a failed update made is gone with it.
    """
    for user in stack.of_type("AWS::Cognito::UserPoolUser"):
        owner = stack.parameters["OwnerEmail"]
        # Cognito mails a code for another password to a verified address alone.
        verified = [{"Name": "email", "Value": owner}, {"Name": "email_verified", "Value": "true"}]
        if (user.get("Username"), user.get("UserAttributes")) != (owner, verified):
            yield user.name, f"is {user.get('Username')} with {user.get('UserAttributes')}", f"make it {owner}, with {verified}"
        for attribute, value, otherwise in (
            ("UpdateReplacePolicy", "Retain", "is deleted, with password and second factor, when OwnerEmail changes"),
            ("DeletionPolicy", "RetainExceptOnCreate", "is deleted with the stack, or stays when an update fails and is in its way"),
        ):
            if user.attributes.get(attribute) != value:
                yield user.name, otherwise, f"set {attribute} to {value}"


@statement(36)
def client_keeps_no_secret(stack):
    """The page signs in by the code flow alone, without a secret, at our own address, and learns nothing of who exists."""
    for client in stack.of_type("AWS::Cognito::UserPoolClient"):
        for key, value in (
            ("GenerateSecret", False),
            ("AllowedOAuthFlowsUserPoolClient", True),
            ("AllowedOAuthFlows", ["code"]),
            ("AllowedOAuthScopes", ["openid", "email"]),
            ("PreventUserExistenceErrors", "ENABLED"),
            ("EnableTokenRevocation", True),
            ("SupportedIdentityProviders", ["COGNITO"]),
        ):
            if client.get(key) != value:
                yield client.name, f"has {key} {client.get(key)!r}", f"set {value!r}"
        # Left out, Cognito allows a third.
        if set(client.get("ExplicitAuthFlows", [])) != {"ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}:
            yield client.name, "takes passwords in clear text, or by ways of its own", (
                "leave ALLOW_USER_SRP_AUTH and ALLOW_REFRESH_TOKEN_AUTH"
            )
        page = f"{stack.outputs.get('SiteUrl')}/inbox/"
        for key in ("CallbackURLs", "LogoutURLs"):
            if client.get(key) != [page]:
                yield client.name, f"sends the owner to {client.get(key)}", f"set {key} to the site's /inbox/"


@statement(36)
def tokens_end(stack):
    """Who is deleted reads on for an hour at most: that long a token is good, which nobody asks the pool about again."""
    for client in stack.of_type("AWS::Cognito::UserPoolClient"):
        for key, value in (
            ("TokenValidityUnits", {"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "days"}),
            ("AccessTokenValidity", TOKEN_MINUTES),
            ("IdTokenValidity", TOKEN_MINUTES),
            ("RefreshTokenValidity", REFRESH_DAYS),
        ):
            if client.get(key) != value:
                yield client.name, f"has {key} {client.get(key)!r}", f"set {value!r}, or who is deleted reads on"

# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The owner's sign-in with Cognito."""

from ..statement import statement


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
        if pool.get("DeletionProtection") != "ACTIVE" or pool.attributes.get("DeletionPolicy") != "Retain":
            yield pool.name, "can be deleted with all accounts", "set DeletionProtection ACTIVE and DeletionPolicy Retain"
        if int(pool.get("Policies.PasswordPolicy.MinimumLength", 8)) < 12:
            yield pool.name, "takes passwords under 12 characters", "raise MinimumLength"


@statement(36)
def first_account_stays(stack):
    """The first account stays its owner's when OwnerEmail changes and when the stack goes, and the one that a failed update
    made is gone with it.
    """
    for user in stack.of_type("AWS::Cognito::UserPoolUser"):
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
            ("PreventUserExistenceErrors", "ENABLED"),
            ("EnableTokenRevocation", True),
            ("SupportedIdentityProviders", ["COGNITO"]),
        ):
            if client.get(key) != value:
                yield client.name, f"has {key} {client.get(key)!r}", f"set {value!r}"
        if set(client.get("ExplicitAuthFlows", [])) - {"ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}:
            yield client.name, "takes passwords in clear text", "leave ALLOW_USER_SRP_AUTH and ALLOW_REFRESH_TOKEN_AUTH"
        page = f"{stack.outputs.get('SiteUrl')}/inbox/"
        for key in ("CallbackURLs", "LogoutURLs"):
            if client.get(key) != [page]:
                yield client.name, f"sends the owner to {client.get(key)}", f"set {key} to the site's /inbox/"

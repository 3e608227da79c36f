# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""Roles, keys and the owner's sign-in, in moto."""

import json
import secrets

from ..account import Account
from ..front.sign_in import SignIn
from ..records import Record
from .kind import Kind, Making


class Role(Kind):
    def create(self, making: Making):
        name = making.properties.get("RoleName") or making.name()
        made = making.account.client("iam").create_role(
            RoleName=name, Path=making.properties.get("Path", "/"),
            AssumeRolePolicyDocument=json.dumps(making.properties["AssumeRolePolicyDocument"]),
        )["Role"]
        self._put(making.account, name, making.properties)
        return name, {"Arn": made["Arn"], "RoleId": made["RoleId"]}

    @staticmethod
    def _put(account: Account, name: str, properties: dict):
        for policy in properties.get("Policies", []):
            account.client("iam").put_role_policy(
                RoleName=name, PolicyName=policy["PolicyName"], PolicyDocument=json.dumps(policy["PolicyDocument"])
            )

    def update(self, account: Account, record: Record, old: dict):
        iam = account.client("iam")
        for policy in old.get("Policies", []):
            iam.delete_role_policy(RoleName=record.id, PolicyName=policy["PolicyName"])
        self._put(account, record.id, record.properties)
        return record.attributes

    def delete(self, account: Account, record: Record):
        iam = account.client("iam")
        for name in iam.list_role_policies(RoleName=record.id)["PolicyNames"]:
            iam.delete_role_policy(RoleName=record.id, PolicyName=name)
        iam.delete_role(RoleName=record.id)


class RolePolicy(Kind):
    def create(self, making: Making):
        self._put(making.account, making.properties)
        return f"{making.properties['RoleName']}|{making.properties['PolicyName']}", {}

    @staticmethod
    def _put(account: Account, properties: dict):
        account.client("iam").put_role_policy(
            RoleName=properties["RoleName"], PolicyName=properties["PolicyName"],
            PolicyDocument=json.dumps(properties["PolicyDocument"]),
        )

    def update(self, account: Account, record: Record, old: dict):
        self._put(account, record.properties)
        return record.attributes

    def delete(self, account: Account, record: Record):
        account.client("iam").delete_role_policy(
            RoleName=record.properties["RoleName"], PolicyName=record.properties["PolicyName"]
        )


class Key(Kind):
    """The key is there; nothing is encrypted with it."""

    def create(self, making: Making):
        made = making.account.client("kms").create_key(
            Policy=json.dumps(making.properties["KeyPolicy"]), Description=making.properties.get("Description", "")
        )["KeyMetadata"]
        return made["KeyId"], {"Arn": made["Arn"], "KeyId": made["KeyId"]}

    def delete(self, account: Account, record: Record):
        account.client("kms").schedule_key_deletion(KeyId=record.id, PendingWindowInDays=7)


class UserPool(Kind):
    """moto's pool, whose tokens are signed. A second factor is never asked for."""

    def create(self, making: Making):
        properties = making.properties
        pool = making.account.client("cognito-idp").create_user_pool(
            PoolName=properties.get("UserPoolName") or making.name(128),
            UsernameAttributes=properties.get("UsernameAttributes", []),
            AutoVerifiedAttributes=properties.get("AutoVerifiedAttributes", []),
            AdminCreateUserConfig={"AllowAdminCreateUserOnly": properties["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"]},
            Policies={"PasswordPolicy": properties["Policies"]["PasswordPolicy"]},
        )["UserPool"]
        return pool["Id"], {
            "Arn": pool["Arn"], "UserPoolId": pool["Id"],
            "ProviderName": f"cognito-idp.{making.account.region}.amazonaws.com/{pool['Id']}",
        }

    def delete(self, account: Account, record: Record):
        account.client("cognito-idp").delete_user_pool(UserPoolId=record.id)


class UserPoolClient(Kind):
    def create(self, making: Making):
        properties = making.properties
        made = making.account.client("cognito-idp").create_user_pool_client(
            UserPoolId=properties["UserPoolId"], ClientName=properties.get("ClientName", making.logical_id),
            GenerateSecret=properties.get("GenerateSecret", False), ExplicitAuthFlows=properties.get("ExplicitAuthFlows", []),
        )["UserPoolClient"]
        return made["ClientId"], {"ClientId": made["ClientId"]}

    def delete(self, account: Account, record: Record):
        account.client("cognito-idp").delete_user_pool_client(UserPoolId=record.properties["UserPoolId"], ClientId=record.id)


class UserPoolDomain(Kind):
    """The pool's own page for signing in."""

    def create(self, making: Making):
        return making.properties["Domain"], {}

    def made(self, account: Account, record: Record):
        record.running = SignIn(account, record)
        account.addresses.put(self._host(account, record), record.running.port)

    def delete(self, account: Account, record: Record):
        account.addresses.forget(self._host(account, record))
        record.running.close()

    @staticmethod
    def _host(account: Account, record: Record) -> str:
        return f"{record.id}.auth.{account.region}.amazoncognito.com"


class UserPoolUser(Kind):
    """The first password is on the mail page, as it would come by mail."""

    def create(self, making: Making):
        properties, password = making.properties, secrets.token_urlsafe(12) + "aA1!"
        making.account.client("cognito-idp").admin_create_user(
            UserPoolId=properties["UserPoolId"], Username=properties["Username"], TemporaryPassword=password,
            UserAttributes=properties.get("UserAttributes", []), DesiredDeliveryMediums=["EMAIL"], MessageAction="SUPPRESS",
        )
        making.account.mailbox.write(
            "no-reply@verificationemail.com", properties["Username"], "Your temporary password",
            f"Your username is {properties['Username']} and temporary password is {password}\n",
        )
        return properties["Username"], {}

    def delete(self, account: Account, record: Record):
        account.client("cognito-idp").admin_delete_user(UserPoolId=record.properties["UserPoolId"], Username=record.id)

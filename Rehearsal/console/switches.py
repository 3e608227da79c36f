# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""What a test, or a curious person, can switch while the rehearsal runs: JSON in, JSON out."""

import base64
import json
from dataclasses import asdict, fields

from werkzeug import Request, Response

from ..account import Account, Limits
from ..aws.mail import SES
from ..faults import Fault


class Switches:
    def __init__(self, account: Account, ses: SES):
        self._account, self._ses = account, ses

    def answer(self, request: Request) -> Response | None:
        """None where the path is no switch."""
        routes = {
            ("GET", "/switches/account"): self._show_account,
            ("PUT", "/switches/account"): self._set_account,
            ("POST", "/switches/faults"): self._add_fault,
            ("DELETE", "/switches/faults"): self._clear_faults,
            ("POST", "/switches/resources"): self._fail_resource,
            ("POST", "/switches/sweep"): self._sweep,
            ("POST", "/switches/verify"): self._verify,
            ("GET", "/switches/mails"): self._mails,
            ("GET", "/switches/invocations"): self._invocations,
        }
        if (route := routes.get((request.method, request.path))) is None:
            return None
        try:
            asked = json.loads(request.get_data() or b"{}")
            return _json(200, route(asked))
        except (ValueError, KeyError, TypeError) as error:
            return _json(400, {"error": str(error)})

    def _show_account(self, _) -> dict:
        return asdict(self._account.limits) | {"pace": self._account.pace, "instances": self._account.instances}

    def _set_account(self, asked: dict) -> dict:
        for name, value in asked.items():
            if name in {one.name for one in fields(Limits)}:
                setattr(self._account.limits, name, value)
            elif name in ("pace", "instances"):
                setattr(self._account, name, value)
            else:
                raise ValueError(f"{name} can't be set; see the answer of GET for what can")
        return self._show_account({})

    def _add_fault(self, asked: dict) -> dict:
        self._account.faults.add(Fault(**asked))
        return {}

    def _clear_faults(self, _) -> dict:
        self._account.faults.clear()
        return {}

    def _fail_resource(self, asked: dict) -> dict:
        self._account.faults.fail_resource(asked["logicalId"], asked["reason"])
        return {}

    def _sweep(self, _) -> dict:
        outcomes = [
            outcome for rule in self._account.records.of("AWS::Events::Rule") if rule.running for outcome in rule.running.fire()
        ]
        return {"outcomes": [{"error": one.error, "payload": one.payload.decode(errors="replace")} for one in outcomes]}

    def _verify(self, asked: dict) -> dict:
        self._ses.verify(asked["identity"])
        return {"waiting": self._ses.waiting}

    def _mails(self, _) -> dict:
        return {"mails": [
            {
                "number": one.number, "at": one.at.isoformat(), "sender": one.sender, "recipients": one.recipients,
                "messageId": one.message_id, "configurationSet": one.configuration_set,
                "raw": base64.b64encode(one.raw).decode(),
            }
            for one in self._account.mailbox.mails
        ]}

    def _invocations(self, _) -> dict:
        return {one.id: one.running.invocations for one in self._account.records.of("AWS::Lambda::Function")}


def _json(status: int, value) -> Response:
    return Response(json.dumps(value), status, {"Content-Type": "application/json", "Cache-Control": "no-store"})

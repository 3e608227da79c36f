# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0
"""The address of AWS: what the rehearsal plays itself, and moto for all the rest."""

import io
import logging
import threading

from moto.core.exceptions import ServiceException
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug import Request, Response

from ..account import Account
from ..listener import Listener, QuietHandler
from .protocol import AWSError, answered, operation_of, parsed, service_of

log = logging.getLogger("rehearsal.aws")

# How the operations of DynamoDB begin that change no item.
_READS = ("BatchGet", "Describe", "Get", "List", "Query", "Scan")


class _Handler(MotoRequestHandler, QuietHandler):
    pass


class Endpoint:
    """Plays each operation in `operations`, a table from (service, operation) to a function of the parameters.

    A function returns the answer, raises AWSError, or returns None: then moto answers.
    """

    def __init__(self, account: Account, operations: dict, port: int = 0):
        self._account = account
        self._operations = operations
        # moto looks at a condition and writes in two steps, DynamoDB in one: its requests come one after the other.
        self._one_at_a_time = threading.Lock()
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._listener = Listener(self._serve, port, _Handler)
        account.url = f"http://127.0.0.1:{self._listener.port}"

    def close(self):
        self._listener.close()

    def _serve(self, environ, start_response):
        request = Request(environ)
        # Before anything reads it as a form: moto is to get it as it came.
        request.get_data(cache=True)
        service = service_of(request)
        if service is None:
            return self._pass_on(request, environ, start_response)
        try:
            answer = self._played(service, request)
        except Exception:
            log.exception("a call failed service=%s path=%s", service, request.path)
            answer = Response("the rehearsal failed; see its output", 500)
        if answer is None:
            return self._pass_on(request, environ, start_response)
        return answer(environ, start_response)

    def _played(self, service: str, request: Request) -> Response | None:
        try:
            operation, path = operation_of(service, request)
        except Exception:  # a service that botocore has no model for
            return None
        if operation is None:
            return None
        if fault := self._account.faults.of_call(service, operation, request.get_data()):
            return answered(service, operation, request, AWSError(fault.code, fault.message), fault.status)
        if (play := self._operations.get((service, operation))) is None:
            return None
        try:
            result = play(parsed(service, operation, request, path))
        except ServiceException as error:
            return answered(service, operation, request, error)
        return None if result is None else answered(service, operation, request, result)

    def _pass_on(self, request: Request, environ, start_response):
        body = request.get_data()
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        table, _, operation = request.headers.get("X-Amz-Target", "").partition(".")
        with self._one_at_a_time:
            try:
                return [b"".join(self._moto(environ, start_response))]
            finally:
                if table.startswith("DynamoDB_") and not operation.startswith(_READS):
                    self._account.table_writes += 1


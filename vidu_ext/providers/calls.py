"""The routes of a provider: which one serves a request, how it is called, and the generated models of its answers.

What its spec does not have is None. Which forms differ from provider to provider is in base.py.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, cast

from vidu_ext.spec.contract import Contract, contract_of
from vidu_ext.spec.operation import Operation
from vidu_ext.values.errors import ConfigurationError, ResponseUnreadableError
from vidu_ext.values.exchange import Call
from vidu_ext.values.json import TOO_DEEP, as_object, as_texts, is_too_deep
from vidu_ext.values.tasks import Json, Object, TaskRef, check_id
from vidu_ext.values.urls import UPLOAD_SCHEME

from .dialect_vidu import LIST, NAMES, UPLOAD_SCENE
from .encoding import Names, body_of
from .generated import GeneratedClient, Model, RawBody

if TYPE_CHECKING:
    from vidu_ext.values.requests import OperationRequest, Request
    from vidu_ext.values.submission import Settlement, Submission

    from .offers import Offer
    from .records import UploadPlace

NOT_FOR_TASKS: Final = frozenset({"tasks", "files"})
"""Tags of operations that have a body but create nothing."""


class UnsupportedError(Exception):
    """The provider has no route for this kind of request; the message says why, for the user."""


class SpecCalls:
    """The calls of one provider, as far as they follow from its spec."""

    __slots__ = ()

    name: str
    title: str
    """The provider's name in messages."""
    settlement: Settlement = "none"
    """How an unknown outcome of a create can be settled."""
    names: Names = NAMES
    list_operation: str = LIST
    """operationId of the list of tasks."""
    list_member: str | None = "tasks"
    """Member of its answer that holds the tasks; None if the answer is the list."""

    @property
    def contract(self) -> Contract:
        """The packaged spec, read when first used."""
        return contract_of(self.name)

    @property
    def key_hosts(self) -> tuple[str, ...]:
        """Hosts in addition to that of the API that may receive the key in a download, from the spec's x-download."""
        return as_texts(as_object(self.contract.extension("x-download")).get("send-key-to"))

    @property
    def sends_notices(self) -> bool:
        """Whether the provider sends notices of its tasks with a documented signature."""
        return any(operation.sends_notices for operation in self.contract.operations.values())

    @property
    def usual_poll(self) -> str:
        """operationId of the status call of references that name none."""
        return str(self.contract.extension("x-usual-poll"))

    @property
    def credit_unit(self) -> str:
        """The provider whose credits these are. Credits of different units cannot be added."""
        return str(as_object(self.contract.extension("x-price-list")).get("same-as", self.name))

    @property
    def has_free_failures(self) -> bool:
        """Whether it is documented that failed tasks cost nothing."""
        return as_object(self.contract.extension("x-price-list")).get("failed-tasks") == "free"

    # -- creating -----------------------------------------------------------------------------------------------------

    def encode(self, request: Request) -> Offer:
        """Encode a neutral request, for the account with the provider's name. Raises UnsupportedError if there is no route."""
        return self._offer(self.route_of(request), body_of(request, self.names))

    def route_of(self, request: Request) -> str:
        """Return the operation that serves a request: by default that of its name. Raises UnsupportedError if there is none."""
        kind = type(request).__name__
        operation = kind[0].lower() + kind[1:]
        if not self._offers(operation):
            raise UnsupportedError(f"{self.title} has no route for {kind}")
        return operation

    def encode_operation(self, request: OperationRequest) -> Offer:
        """Encode a request to an operation by its name. Raises UnsupportedError for one of another provider."""
        if request.provider != self.name:
            raise UnsupportedError(f"{self.title} is not asked: the request is for {request.provider}")
        operation, body = self.contract.operation(request.operation), as_object(cast("Json", request.body))
        if operation.body is None:
            self._client.parameters(operation, body)
        return self._of_path(operation, body, request.path_id)

    def encode_model(self, model: object, *, path_id: str | None = None) -> Offer:
        """Encode one of the provider's own generated request models. Raises UnsupportedError for any other model."""
        schema = self._client.model_name(model)
        if schema is None:
            raise UnsupportedError(f"{self.title} takes its own request models only, not {type(model).__name__}")
        operation = self._creating(schema)
        if operation is None:
            raise UnsupportedError(f"{schema} creates nothing at {self.title}")
        body = cast("Model", model).to_dict()
        if is_too_deep(body):
            raise ConfigurationError(f"{schema} {TOO_DEEP}. Nothing was sent.")
        return self._of_path(operation, body, path_id)

    def _of_path(self, operation: Operation, body: Object, path_id: str | None) -> Offer:
        if operation.path_parameter is not None and not path_id:
            raise ConfigurationError(f"is missing: the path of {operation.id} is {operation.path}.", option="path_id")
        if operation.path_parameter is None and path_id is not None:
            raise ConfigurationError(f"is not taken: the path of {operation.id} is {operation.path}.", option="path_id")
        return self._offer(operation.id, body, path_id)

    def _offer(self, operation: str, body: Object, path_id: str | None = None) -> Offer:
        from .offers import Offer

        return Offer(self.name, self.name, operation, as_object(self.contract.in_plain_case(operation, body)), path_id)

    def accepts_idempotency_key(self, offer: Offer) -> bool:
        """Return whether the request can carry an idempotency key, in a header or as `payload`, that the user has not set."""
        operation = self.contract.operation(offer.operation)
        if operation.poll is None:
            return False
        if self.settlement == "idempotency-key":
            return True
        return self.settlement == "payload" and self._takes_payload(operation) and not offer.body.get("payload")

    def create_call(self, submission: Submission) -> Call:
        """Return the call that sends a submission."""
        key = submission.idempotency_key if submission.settlement == "idempotency-key" else None
        parameters: dict[str, object] = {} if key is None else {"idempotency_key": key}
        path = () if submission.path_id is None else (submission.path_id,)
        operation = self.contract.operation(submission.operation)
        if operation.body is None:
            parameters |= self._client.parameters(operation, submission.body)
        body = None if operation.body is None else submission.body
        return self._call(operation.id, *path, parameters=parameters, body=body, creates=self.may_cost(operation))

    def may_cost(self, operation: Operation) -> bool:
        """Return whether a call of the operation may cost money."""
        return operation.body is not None and operation.tag not in NOT_FOR_TASKS

    def ref(self, account: str, operation: str, task_id: str) -> TaskRef:
        """Return the reference of a task that an operation created."""
        return TaskRef(account, task_id, self._special_poll(operation))

    def _special_poll(self, operation: str) -> str | None:
        """Return the status call of the tasks of an operation; None if it is the usual one or there is none."""
        poll = self.contract.operation(operation).poll
        return None if poll is None or poll.operation == self.usual_poll else poll.operation

    def settlement_of(self, operation: str) -> Settlement:
        """Return how an unknown outcome of this operation can be settled; "none" if it creates no task or an unlisted one."""
        if self.contract.operation(operation).poll is None:
            return "none"
        is_listed = self.settlement != "payload" or self._special_poll(operation) is None
        return self.settlement if is_listed else "none"

    def _creating(self, schema: str) -> Operation | None:
        """Return the operation with this body; of two, the one whose answer names a task."""
        place = ("components", "schemas", schema)
        found = [one for one in self.contract.operations.values() if one.body == place and one.tag not in NOT_FOR_TASKS]
        return next((one for one in found if one.poll is not None), found[0] if found else None)

    def _takes_payload(self, operation: Operation) -> bool:
        """Return whether the spec documents a payload of the route without doubt. An unexpected one may be refused."""
        spec = self.contract.spec
        place = spec.property(operation.body, "payload")
        return place is not None and spec.at(place).get("x-evidence") != "unsure"

    # -- calls --------------------------------------------------------------------------------------------------------

    def free_calls(self) -> list[Call]:
        """Return every call that only reads and has no path parameter: lists, balances."""
        reading = [one for one in self.contract.operations.values() if one.method == "get" and one.path_parameter is None]
        return [self._call(one.id) for one in reading]

    def status_call(self, ref: TaskRef) -> Call:
        """Return the status call of a task. Raises ConfigurationError for a reference that names another operation."""
        operation = self.contract.operation(ref.poll or self.usual_poll)
        if operation.method != "get" or operation.path_parameter is None:
            raise ConfigurationError(f"{ref} is not a reference of {self.title}: {operation.id} is not a status call.")
        return self._call(operation.id, ref.task_id)

    def cancel_call(self, ref: TaskRef) -> Call | None:
        """Return the call that cancels a task; None if the provider has no such route."""
        if ref.poll not in (None, self.usual_poll) or not self._offers("cancelTask"):
            return None
        return self._call("cancelTask", ref.task_id, body={"id": ref.task_id})

    def credits_call(self) -> Call | None:
        """Return the call that reads the credits left; None if the provider has no such route."""
        return self._call("getCredits") if self._offers("getCredits") else None

    def subjects_call(self, page: str | None) -> Call | None:
        """Return the call that lists the account's stored subjects; None if the provider stores none."""
        if not self._offers("listSubjects"):
            return None
        asked: dict[str, object] = {"next_page_token": page} if page else {}
        return self._call(
            "listSubjects", parameters={"ownership": "private", "count": self.contract.maximum("listSubjects", "count"), **asked}
        )

    def upload_call(self, file_name: str, content_type: str) -> Call | None:
        """Return the call that begins an upload; None if the provider has no uploads."""
        if self._offers("createUpload"):
            return self._call("createUpload", body={"scene": UPLOAD_SCENE})
        if self._offers("createStorage"):
            return self._call("createStorage", body={"file_name": file_name, "content_type": content_type})
        return None

    def upload_stand_in(self, index: int) -> str:
        """Return a text with the form of an upload's URL, with which a request is checked before anything is uploaded."""
        host = f"to-be-uploaded.invalid/{index}"
        return f"{UPLOAD_SCHEME}?id={host}" if self._offers("finishUpload") else f"https://{host}"

    def upload_finish_call(self, place: UploadPlace, etag: str) -> Call | None:
        """Return the call that finishes an upload; None if none is needed."""
        if place.upload_id is None or not self._offers("finishUpload"):
            return None
        return self._call("finishUpload", place.upload_id, body={"etag": etag})

    # -- answers ------------------------------------------------------------------------------------------------------

    def model(self, operation: str, value: Json) -> object:
        """Build the generated model of a success answer of an operation. Raises ValueError if it cannot be read."""
        return self._client.answer(self.contract.operation(operation), value)

    def read_answer(self, operation: str, account: str, raw: Mapping[str, Json]) -> object:
        """Build the generated model of an answer about one task, or of its row in a list. Raises ResponseUnreadableError."""
        try:
            return self._row_model(dict(raw)) if operation == self.list_operation else self.model(operation, dict(raw))
        except ValueError as error:
            detail = f"the answer is not what the spec says ({error}); it is kept in .raw"
            raise ResponseUnreadableError(account, operation, detail, status=200, raw=json.dumps(dict(raw)).encode()) from error

    def _row_model(self, row: Object) -> object:
        found = self.model(self.list_operation, [row] if self.list_member is None else {self.list_member: [row]})
        rows = found if self.list_member is None else getattr(found, self.list_member)
        if not rows:  # the generated model omits rows that it cannot read
            raise ValueError("the row of the list cannot be read")
        return cast("list[object]", rows)[0]

    def _offers(self, operation: str) -> bool:
        return operation in self.contract.operations

    def _call(
        self,
        operation: str,
        *path: str,
        parameters: Mapping[str, object] | None = None,
        body: Object | None = None,
        creates: bool = False,
    ) -> Call:
        """Make the call of an operation with the generated client. Raises ConfigurationError for a wrong id."""
        for one in path:
            check_id(f"the id for {operation}", one)
        named = dict(parameters or {})
        if body is not None:
            named["body"] = RawBody(body)
        request = self._client.request(self.contract.operation(operation), *path, **named)
        key = self.contract.key_headers(operation)[0]
        return Call(operation, request, creates=creates, key_prefix=key[1] if key != self.contract.key_header() else None)

    @property
    def _client(self) -> GeneratedClient:
        return GeneratedClient(self.name)

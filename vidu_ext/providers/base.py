"""The base class of providers: pure functions that follow the spec; routes that a provider may lack default to None.

A provider holds no key and does no I/O. Each provider's own data is in the module of its name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from attrs import AttrsInstance, evolve, fields, has

from vidu_ext.spec.contract import Contract, contract_of
from vidu_ext.spec.operation import Operation
from vidu_ext.values.errors import ConfigurationError, ResponseUnreadableError
from vidu_ext.values.exchange import Call, Category, ErrorReading, Reply
from vidu_ext.values.json import TOO_DEEP, Place, as_object, as_texts, is_too_deep, value_at
from vidu_ext.values.tasks import Json, Object, Output, Snapshot, TaskRef, TaskState, check_id

from .error_bodies import holds_error, read_error
from .generated import GeneratedClient, Model, RawBody
from .reading import charge, created_at, ended_at, id_in, members_of, number, rows_by_id, share, text

if TYPE_CHECKING:
    from vidu_clients.vidu.models import Subject

    from vidu_ext.values.requests import OperationRequest, Request
    from vidu_ext.values.submission import Settlement, Submission

    from .offers import Offer
    from .records import Balance, TaskFilter, UploadPlace

    StoredSubject: TypeAlias = Subject
    """A subject stored at Vidu; the class of subjects in requests has the same name."""

Names: TypeAlias = "Mapping[str, Mapping[str, str | None]]"
"""The provider's names for members of each kind of request, if they differ.

A name that ends in `[]` is that of a list to which the value is appended: `{"start": "images[]", "end": "images[]"}`. A member
with None is not sent, because the route implies it.
"""

NOT_FOR_TASKS: Final = frozenset({"tasks", "files"})
"""Tags of operations that have a body but create nothing."""

_OPTIONS: Final = "options"
"""Member of a request with members of the provider's own."""


class UnsupportedError(Exception):
    """The provider has no route for this kind of request; the message says why, for the user."""


class Provider:
    """One provider: its spec, its words for states and errors, and what differs from other providers.

    Each provider is the only value of a subclass, whose class attributes are its data.
    """

    __slots__ = ()

    name: str
    title: str
    """The provider's name in messages."""
    settlement: Settlement = "none"
    """How an unknown outcome of a create can be settled."""
    states: Mapping[str, TaskState]
    """The meanings of the provider's words for a state, in lower case. Their aliases are in the spec."""
    state_member: str = "state"
    """The member of a task with its state."""
    state_component: str = "TaskState"
    """The enum of these words in the spec."""
    code_members: tuple[str, ...] = ("err_code",)
    """The members of a task that may have an error code, best first."""
    message_member: str = "err_msg"
    """The member of a task that explains an error."""
    charge_place: Place = ("credits",)
    """Where a task has its charge."""
    prompt_place: Place = ("prompt",)
    """Where a task repeats its prompt."""
    categories: Mapping[str, Category]
    """The meanings of the provider's words for an error."""
    estimate_header: str | None = None
    """Header with the estimated seconds that the task takes."""
    names: Names = MappingProxyType({})
    charge_header: str = ""
    """Header with the charge in the credits of the spec's prices, if `credits` in the body are other credits."""
    list_operation: str = ""
    """operationId of the list of tasks."""
    list_member: str | None = None
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

    def created(self, account: str, operation: str, content: bytes) -> tuple[TaskRef, Object] | None:
        """Read the reference and raw answer of an accepted create from its bytes; None if no id can be read."""
        poll = self.contract.operation(operation).poll
        task_id = id_in(content, poll.member) if poll is not None else None
        if task_id is None:
            return None
        return self.ref(account, operation, task_id), dict(members_of(content))

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

    # -- reading ------------------------------------------------------------------------------------------------------

    def meaning(self, word: str) -> Category | None:
        """Return the meaning of a word for an error; None for an undocumented word."""
        return self.categories.get(word)

    def state_of(self, word: str) -> TaskState:
        """Return the state that a word of the provider means."""
        word = word.strip().lower()
        found = self.states.get(word)
        if found is not None:
            return found
        meanings = {alias.lower(): meaning.lower() for alias, meaning in self.contract.aliases(self.state_component).items()}
        return self.states.get(meanings.get(word, word), TaskState.UNKNOWN)

    def state_in(self, answer: Object) -> TaskState | None:
        """Return the state in a status answer or a row of a list, failed for a canceled task; None if it has none."""
        word = answer.get(self.state_member)
        known = self.states.get(word) if isinstance(word, str) else None
        return known or (None if (odd := text(word)) is None else self.state_of(odd))

    def words_of(self, states: Iterable[str]) -> list[str]:
        """Return the provider's words for states; its own words stay. Raises ConfigurationError for a state without a word."""
        words: list[str] = []
        for state in states:
            found = (
                [word for word, meaning in self.states.items() if meaning is state] if isinstance(state, TaskState) else [state]
            )
            if not found:
                raise ConfigurationError(
                    f"{self.title} has no word for the state {state}: its words are {', '.join(self.states)}."
                )
            words += found
        return words

    def error(self, reply: Reply) -> ErrorReading:
        """Read an error answer, or a success answer whose body is an error."""
        reading = read_error(reply, self.meaning)
        if reply.doubt and reading.code is None:
            return reading._replace(message=f"{reading.message}; {reply.doubt}")
        return reading

    def is_error_body(self, reply: Reply) -> bool:
        """Return whether an answer with a success status has the body of an error."""
        return holds_error(reply.object())

    def estimated_seconds(self, reply: Reply) -> float | None:
        """Return the provider's estimate of the whole duration of the task, from a header; None if there is none."""
        seconds = number(reply.headers.get(self.estimate_header)) if self.estimate_header else None
        return seconds if seconds is not None and seconds > 0 else None

    @property
    def credit_unit(self) -> str:
        """The provider whose credits these are. Credits of different units cannot be added."""
        return str(as_object(self.contract.extension("x-price-list")).get("same-as", self.name))

    @property
    def has_free_failures(self) -> bool:
        """Whether it is documented that failed tasks cost nothing."""
        return as_object(self.contract.extension("x-price-list")).get("failed-tasks") == "free"

    def charge_in_header(self, reply: Reply) -> float | None:
        """Return the charge in a header of an answer; None if there is none."""
        return charge(reply.headers.get(self.charge_header))[0]

    def model(self, operation: str, value: Json) -> object:
        """Build the generated model of a success answer of an operation. Raises ValueError if it cannot be read."""
        return answer_model(self.name, operation, value)

    def snapshot(self, ref: TaskRef, value: Json, *, operation: str | None = None) -> Snapshot | None:
        """Read a status answer, or a row of the list operation if that is named; None if it is not a status answer."""
        answer = as_object(value)
        word = text(answer.get(self.state_member))
        if word is None:
            return None
        code = next(filter(None, (text(answer.get(member)) for member in self.code_members)), None)
        cost, odd_charge = (None, None) if self.charge_header else charge(value_at(answer, self.charge_place))
        return Snapshot(
            ref=ref,
            state=self.state_of(word),
            word=word,
            raw=answer,
            progress=share(answer.get("progress")),
            error_code=code,
            error_message=text(answer.get(self.message_member)),
            credits=cost,
            odd_charge=odd_charge,
            outputs=tuple(self._outputs(answer)),
            is_moderated=code is not None and self.meaning(code) == "moderation",
            created_at=created_at(answer),
            ended_at=ended_at(answer),
            model=text(answer.get("model")),
            prompt=text(value_at(answer, self.prompt_place)),
            reader=self._reader(ref, operation),
        )

    def _outputs(self, answer: Object) -> Iterator[Output]:
        """Yield the files that the status answer of a task names."""
        raise NotImplementedError(f"{self.title} has no way to read the files of a task")

    def read_status(self, ref: TaskRef, reply: Reply) -> Snapshot | None:
        """Read a status answer, with the charge in its header if `credits` in the body are other credits."""
        found = self.snapshot(ref, reply.json())
        if found is None or not self.charge_header:
            return found
        cost, odd_charge = charge(reply.headers.get(self.charge_header))
        return evolve(found, credits=cost, odd_charge=odd_charge)

    def _reader(self, ref: TaskRef, operation: str | None = None) -> Callable[[Mapping[str, Json]], object]:
        """Return the function that builds `Snapshot.answer`; of a status answer if no operation is named."""
        asked = operation or ref.poll or self.usual_poll
        read = partial(row_model, self.list_member) if asked == self.list_operation else answer_model
        return partial(read_answer, read, self.name, asked, ref.account)

    # -- many tasks ---------------------------------------------------------------------------------------------------

    @property
    def list_size(self) -> int:
        """How many ids one list request can hold; 0 if tasks cannot be listed by id."""
        return 0

    def list_call(self, task_ids: Sequence[str]) -> Call:
        """Return the call that lists these tasks. Only if list_size is not 0."""
        raise NotImplementedError(f"{self.title} lists no tasks by id")

    def listed(self, ref: TaskRef, row: Json) -> Snapshot | None:
        """Read a row of a list answer; None if it has no state."""
        return self.snapshot(ref, row, operation=self.list_operation)

    def tasks_call(self, wanted: TaskFilter, page: str | None) -> Call | None:
        """Return the call that lists tasks; None if the provider has no such route."""

    def tasks_page(self, account: str, value: Json) -> tuple[tuple[Snapshot, ...], str | None] | None:
        """Read the tasks and the next page of a list answer; None if it is not one."""
        rows = self.rows(value)
        if rows is None:
            return None
        found = (self.listed(TaskRef(account, name), row) for name, row in rows)
        return tuple(snapshot for snapshot in found if snapshot is not None), next_page(value)

    def rows(self, value: Json) -> list[tuple[str, Object]] | None:
        """Return the rows of a list answer with their ids; None if it is not a list answer."""
        return rows_by_id(self.list_in(value))

    def list_in(self, value: Json) -> Json:
        """Return the list in a list answer."""
        return value if self.list_member is None else entries(as_object(value), self.list_member)

    def search_call(self, page: str | None, *, since: float | None) -> Call:
        """Return the call that lists tasks among which that of a submission may be. Only if settlement is a search.

        `since` is the creation time of the oldest ones; None for the provider's default.
        """
        raise NotImplementedError(f"{self.title} has no list of tasks to search")

    def may_be(self, submission: Submission, row: Object) -> bool:
        """Return whether a listed task agrees with a submission."""
        raise NotImplementedError(f"{self.title} has no list of tasks to search")

    def idempotency_key_of(self, snapshot: Snapshot) -> str | None:
        """Return the idempotency key of a task; None if its status answer has none."""

    def shows_key(self, snapshot: Snapshot) -> bool:  # noqa: ARG002  # where no key is sent, none is missing
        """Return whether the status answer of a task shows its key, or that it has none."""
        return True

    # -- account and files --------------------------------------------------------------------------------------------

    def cancel_call(self, ref: TaskRef) -> Call | None:
        """Return the call that cancels a task; None if the provider has no such route."""

    def credits_call(self) -> Call | None:
        """Return the call that reads the credits left; None if the provider has no such route."""
        return self._call("getCredits") if self._offers("getCredits") else None

    def balances(self, value: Json) -> tuple[Balance, ...] | None:
        """Read the credits left from its answer; None if it is another answer."""

    def subjects_call(self, page: str | None) -> Call | None:
        """Return the call that lists the account's stored subjects; None if the provider stores none."""

    def subjects_page(self, value: Json) -> tuple[Sequence[StoredSubject], str | None] | None:
        """Read the subjects and the next page of a list answer; None if it is not one."""

    def upload_call(self, file_name: str, content_type: str) -> Call | None:
        """Return the call that begins an upload; None if the provider has no uploads."""

    def upload_stand_in(self, index: int) -> str:
        """Return a text with the form of an upload's URL, with which a request is checked before anything is uploaded."""
        return f"https://to-be-uploaded.invalid/{index}"

    def upload_place(self, value: Json) -> UploadPlace | None:
        """Read where to PUT the bytes from the answer; None if it does not say so."""

    def upload_finish_call(self, place: UploadPlace, etag: str) -> Call | None:
        """Return the call that finishes an upload; None if none is needed."""

    def uploaded_url(self, place: UploadPlace, value: Json) -> str | None:
        """Read what to write in place of an image URL from the last answer of the upload; None if it does not say so."""

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


def answer_model(provider: str, operation: str, value: Json) -> object:
    """Build the generated model of a success answer. Raises ValueError if it cannot be read."""
    return GeneratedClient(provider).answer(contract_of(provider).operation(operation), value)


def row_model(member: str | None, provider: str, operation: str, row: Object) -> object:
    """Build the generated model of one row of a list answer. Raises ValueError if it cannot be read."""
    found = answer_model(provider, operation, [row] if member is None else {member: [row]})
    rows: object = found if member is None else getattr(found, member)
    listed = cast("list[object]", rows) if isinstance(rows, list) else []
    if not listed:  # the generated model omits rows that it cannot read
        raise ValueError("the row of the list cannot be read")
    return listed[0]


def read_answer(
    read: Callable[[str, str, Object], object], provider: str, operation: str, account: str, raw: Mapping[str, Json]
) -> object:
    """Build the generated model of an answer about one task. At module level, so that it can be pickled."""
    try:
        return read(provider, operation, dict(raw))
    except ValueError as error:
        detail = f"the answer is not what the spec says ({error}); it is kept in .raw"
        raise ResponseUnreadableError(account, operation, detail, status=200, raw=json.dumps(dict(raw)).encode()) from error


def entries(answer: Object, member: str) -> Json:
    """Return a list in an answer. A server written in Go sends null for an empty list."""
    return [] if member in answer and answer[member] is None else answer.get(member)


def next_page(value: Json) -> str | None:
    """Return the token of the next page; a number counts as one, otherwise the list would seem to end there."""
    token = as_object(value).get("next_page_token")
    return str(token) if isinstance(token, int) and token else text(token)


def body_of(request: AttrsInstance, names: Names) -> Object:
    """Return the members of a request that are set, under the provider's names. Its options override them."""
    renamed = names.get(type(request).__name__, {})
    body: Object = {}
    for attribute in fields(type(request)):
        value: Any = getattr(request, attribute.name)
        if value is None or value == () or attribute.name == _OPTIONS:
            continue
        name = renamed.get(attribute.name, attribute.name)
        if name is None:
            continue
        if name.endswith("[]"):
            cast("list[Json]", body.setdefault(name.removesuffix("[]"), [])).append(_json(value, names))
        else:
            body[name] = _json(value, names)
    return {**body, **getattr(request, _OPTIONS, {})}


def _json(value: object, names: Names) -> Json:
    if isinstance(value, tuple):
        return [_json(entry, names) for entry in cast("tuple[object, ...]", value)]
    if has(type(value)):
        return body_of(cast("AttrsInstance", value), names)
    if isinstance(value, str):
        return str.__str__(value)  # the validator takes no subclass of str, such as numpy's
    if isinstance(value, int | float | bool):
        return value
    raise TypeError(f"a {type(value).__name__} cannot be sent: read files and bytes before the request is encoded")

"""The base of all adapters: calls, ids, errors and idempotency keys, as the provider's spec describes an operation."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final, cast

from attrs import field, frozen

from vidu_ext.spec.contract import Contract, Operation, contract_of
from vidu_ext.values.errors import ConfigurationError, ResponseUnreadableError
from vidu_ext.values.exchange import Call, Category, ErrorReading, Reply
from vidu_ext.values.json import as_object, as_texts
from vidu_ext.values.tasks import Json, Object, TaskRef, TaskState, check_id

from . import provider_named
from .base import Offer, UnsupportedError
from .error_bodies import holds_error, read_error
from .generated import GeneratedClient, Model, RawBody
from .reading import id_in, members_of, number

if TYPE_CHECKING:
    from vidu_ext.values.submission import Settlement, Submission

NOT_FOR_TASKS: Final = frozenset({"tasks", "files"})
"""Tags of the operations that take a body and yet create nothing."""


@frozen(kw_only=True, eq=False)
class Adapter:
    """A provider that is described by its spec and a few words of its own; the part of `base.Provider` that needs no more."""

    name: str
    title: str
    """The provider's name as users read it."""
    settlement: Settlement
    states: Mapping[str, TaskState] = field(repr=False)
    """What the provider's words for a state mean, in lower case. Further words for them are the aliases of the spec."""
    state_component: str = "TaskState"
    """The enum of these words in the spec."""
    categories: Mapping[str, Category] = field(repr=False)
    """The provider's words for an error."""
    estimate_header: str | None = None
    """Header in which an answer says how many seconds the task takes."""

    @property
    def contract(self) -> Contract:
        return contract_of(self.name)

    @property
    def key_hosts(self) -> tuple[str, ...]:
        return as_texts(as_object(self.contract.extension("x-download")).get("send-key-to"))

    @property
    def usual_poll(self) -> str:
        """operationId of the status call that a reference need not name."""
        return str(self.contract.extension("x-usual-poll"))

    @property
    def list_size(self) -> int:
        return 0

    # -- creating -----------------------------------------------------------------------------------------------------

    def encode_model(self, model: object, *, path_id: str | None = None) -> Offer:
        schema = self._client.model_name(model)
        if schema is None:
            raise UnsupportedError(f"{self.title} takes its own request models only, not {type(model).__name__}")
        operation = self._creating(schema)
        if operation is None:
            raise UnsupportedError(f"{schema} creates nothing at {self.title}")
        if operation.path_parameter is not None and not path_id:
            raise ConfigurationError(f"{operation.id} needs path_id, the id of what is changed: its path is {operation.path}.")
        if operation.path_parameter is None and path_id is not None:
            raise ConfigurationError(f"{operation.id} takes no path_id: its path is {operation.path}.")
        return self._offer(operation.id, cast("Model", model).to_dict(), path_id)

    def _offer(self, operation: str, body: Object, path_id: str | None = None) -> Offer:
        return Offer(self.name, self.name, operation, as_object(self.contract.in_plain_case(operation, body)), path_id)

    def accepts_idempotency_key(self, offer: Offer) -> bool:
        operation = self.contract.operation(offer.operation)
        if operation.poll is None:
            return False
        if self.settlement == "idempotency-key":
            return True
        return self.settlement == "payload" and self._takes_payload(operation) and not offer.body.get("payload")

    def create_call(self, submission: Submission) -> Call:
        key = submission.idempotency_key if submission.settlement == "idempotency-key" else None
        parameters = {} if key is None else {"idempotency_key": key}
        path = () if submission.path_id is None else (submission.path_id,)
        return self._call(submission.operation, *path, parameters=parameters, body=submission.body, creates=True)

    def created(self, account: str, operation: str, content: bytes) -> tuple[TaskRef, Object] | None:
        poll = self.contract.operation(operation).poll
        task_id = id_in(content, poll.member) if poll is not None else None
        if task_id is None:
            return None
        return self._ref(account, operation, task_id), dict(members_of(content))

    def _ref(self, account: str, operation: str, task_id: str) -> TaskRef:
        """The reference to a task that an operation created."""
        return TaskRef(account, task_id, self._special_poll(operation))

    def _special_poll(self, operation: str) -> str | None:
        """The status call of what an operation creates, None where it is the usual one or there is none."""
        poll = self.contract.operation(operation).poll
        return None if poll is None or poll.operation == self.usual_poll else poll.operation

    def settlement_of(self, operation: str) -> Settlement:
        """How an unknown outcome of this operation can be settled: not, where it starts no task or one that no list shows."""
        if self.contract.operation(operation).poll is None:
            return "none"
        is_listed = self.settlement != "payload" or self._special_poll(operation) is None
        return self.settlement if is_listed else "none"

    def _creating(self, schema: str) -> Operation | None:
        """The operation that a request model is the body of. Of two, the one whose answer leads to a task."""
        place = ("components", "schemas", schema)
        found = [one for one in self.contract.operations.values() if one.body == place and one.tag not in NOT_FOR_TASKS]
        return next((one for one in found if one.poll is not None), found[0] if found else None)

    def _takes_payload(self, operation: Operation) -> bool:
        """Whether the spec is sure that the route takes a payload. One that is not asked for may be refused."""
        spec = self.contract.spec
        place = spec.property(operation.body, "payload") if operation.body is not None else None
        return place is not None and spec.at(place).get("x-evidence") != "unsure"

    # -- reading ------------------------------------------------------------------------------------------------------

    def meaning(self, word: str) -> Category | None:
        """What a word for an error means, None for a word that nobody documented."""
        return self.categories.get(word)

    def state_of(self, word: str) -> TaskState:
        """The canonical state that a word of the provider stands for."""
        word = word.strip().lower()
        found = self.states.get(word)
        if found is not None:
            return found
        meanings = {alias.lower(): meaning.lower() for alias, meaning in self.contract.aliases(self.state_component).items()}
        return self.states.get(meanings.get(word, word), TaskState.UNKNOWN)

    def words_of(self, states: Iterable[str]) -> list[str]:
        """The provider's words for states, its own words as they are. Raises ConfigurationError where it has no word."""
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
        return read_error(reply, self.meaning)

    def is_error_body(self, reply: Reply) -> bool:
        return holds_error(reply.object())

    def estimated_seconds(self, reply: Reply) -> float | None:
        seconds = number(reply.headers.get(self.estimate_header)) if self.estimate_header else None
        return seconds if seconds is not None and seconds > 0 else None

    def model(self, operation: str, value: Json) -> object:
        return self._client.answer(self.contract.operation(operation), value)

    def task_model(self, operation: str, answer: Object) -> object:
        return self.model(operation, answer)

    def _reader(self, ref: TaskRef, operation: str | None = None) -> Callable[[Mapping[str, Json]], object]:
        """What builds `Snapshot.answer`; of a status answer if no operation is named."""
        return partial(read_answer, self.name, operation or ref.poll or self.usual_poll, ref.account)

    # -- calls --------------------------------------------------------------------------------------------------------

    def status_call(self, ref: TaskRef) -> Call:
        operation = self.contract.operation(ref.poll or self.usual_poll)
        if operation.method != "get" or operation.path_parameter is None:
            raise ConfigurationError(f"{ref} is no reference of {self.title}: {operation.id} tells no state.")
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
        """The call of an operation, as the generated client makes it. Raises ConfigurationError for an id that is none."""
        for one in path:
            check_id(f"the id for {operation}", one)
        named = dict(parameters or {})
        if body is not None:
            named["body"] = RawBody(body)
        request = self._client.request(self.contract.operation(operation), *path, **named)
        key = self.contract.keys(operation)[0]
        return Call(operation, request, creates=creates, key_word=key[1] if key != self.contract.security() else None)

    @property
    def _client(self) -> GeneratedClient:
        return GeneratedClient(self.name)


def read_answer(provider: str, operation: str, account: str, raw: Mapping[str, Json]) -> object:
    """Build the generated model of what a provider said about one task. A function of the module can be pickled."""
    try:
        return provider_named(provider).task_model(operation, dict(raw))
    except ValueError as error:
        detail = f"the answer is not what the spec says ({error}); it is kept in .raw"
        raise ResponseUnreadableError(account, operation, detail, status=200, raw=json.dumps(dict(raw)).encode()) from error


def only_row(rows: object) -> object:
    """The one row of a list that a generated client read. Raises ValueError if it could not read it."""
    listed = cast("list[object]", rows) if isinstance(rows, list) else []
    if not listed or isinstance(listed[0], dict):  # the generated model leaves rows as they are that it cannot read
        raise ValueError("the row of the list cannot be read")
    return listed[0]

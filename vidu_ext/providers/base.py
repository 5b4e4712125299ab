"""The base class of providers: pure functions in the forms of Vidu's API, which all providers but skills.video have.

A route that the spec of a provider does not have is None. A provider holds no key and does no I/O.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeAlias, cast

from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.exchange import Call, Category, ErrorReading, Reply
from vidu_ext.values.json import Place, as_list, as_object, value_at
from vidu_ext.values.tasks import Json, Object, Output, OutputKind, Snapshot, TaskRef, TaskState

from . import dialect_vidu as dialect
from . import reading as read
from .calls import SpecCalls
from .calls import UnsupportedError as UnsupportedError
from .error_bodies import holds_error, read_error

if TYPE_CHECKING:
    from vidu_clients.vidu.models import Subject, SubjectList

    from vidu_ext.values.submission import Submission

    from .records import Balance, TaskFilter, UploadPlace

    StoredSubject: TypeAlias = Subject
    """A subject stored at Vidu; the class of subjects in requests has the same name."""


class Provider(SpecCalls):
    """One provider: its words for states and errors, and what differs from other providers.

    Each provider is the only value of a subclass, whose class attributes are its data.
    """

    __slots__ = ()

    states: Mapping[str, TaskState] = dialect.STATES
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
    charge_header: str = ""
    """Header with the charge in the credits of the spec's prices, if `credits` in the body are other credits."""
    prompt_place: Place = ("prompt",)
    """Where a task repeats its prompt."""
    usual_kind: OutputKind = "file"
    """The kind of the main file if neither its URL nor the type of the task shows it."""
    categories: Mapping[str, Category] = dialect.ERRORS
    """The meanings of the provider's words for an error."""
    estimate_header: str | None = None
    """Header with the estimated seconds that the task takes."""

    # -- words --------------------------------------------------------------------------------------------------------

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
        return known or (None if (odd := read.text(word)) is None else self.state_of(odd))

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

    # -- one answer ---------------------------------------------------------------------------------------------------

    def created(self, account: str, operation: str, content: bytes) -> tuple[TaskRef, Object] | None:
        """Read the reference and raw answer of an accepted create from its bytes; None if no id can be read."""
        poll = self.contract.operation(operation).poll
        name = read.id_in(content, poll.member) if poll is not None else None
        return None if name is None else (self.ref(account, operation, name), dict(read.members_of(content)))

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
        seconds = read.number(reply.headers.get(self.estimate_header)) if self.estimate_header else None
        return seconds if seconds is not None and seconds > 0 else None

    def charge_in_header(self, reply: Reply) -> float | None:
        """Return the charge in a header of an answer; None if there is none."""
        return read.charge(reply.headers.get(self.charge_header))[0]

    def read_status(self, ref: TaskRef, reply: Reply) -> Snapshot | None:
        """Read a status answer, with the charge in its header if `credits` in the body are other credits."""
        return self.snapshot(ref, reply.json(), written_charge=reply.headers.get(self.charge_header))

    def snapshot(
        self, ref: TaskRef, value: Json, *, operation: str | None = None, written_charge: str | None = None
    ) -> Snapshot | None:
        """Read a status answer, or a row of the list operation if that is named; None if it is not a status answer.

        `written_charge` is that of its header, if the provider has one for it.
        """
        answer = as_object(value)
        word = read.text(answer.get(self.state_member))
        if word is None:
            return None
        code = next(filter(None, (read.text(answer.get(member)) for member in self.code_members)), None)
        state = self.state_of(word)
        cost, odd_charge = read.charge(written_charge if self.charge_header else value_at(answer, self.charge_place))
        return Snapshot(
            ref=ref,
            state=TaskState.CANCELED if state is TaskState.FAILED and code == dialect.CANCELED_BY_USER else state,
            word=word,
            raw=answer,
            progress=read.share(answer.get("progress")),
            error_code=code,
            error_message=read.text(answer.get(self.message_member)) or _blocked_inputs(answer),
            credits=cost,
            odd_charge=odd_charge,
            outputs=tuple(self._outputs(answer)),
            is_moderated=code is not None and self.meaning(code) == "moderation",
            created_at=read.created_at(answer),
            ended_at=read.ended_at(answer),
            model=read.text(answer.get("model")),
            prompt=read.text(value_at(answer, self.prompt_place)),
            reader=partial(self.read_answer, operation or ref.poll or self.usual_poll, ref.account),
        )

    def _outputs(self, answer: Object) -> Iterator[Output]:
        """Yield the files that the status answer of a task names."""
        usual = dialect.KINDS.get((read.text(answer.get("type")) or "").rpartition("2")[2]) or self.usual_kind
        for creation in map(as_object, read.as_entries(answer.get("creations"))):  # the page of the list calls it an object
            creation_id = read.task_id(creation.get("id"))
            for url, kind in read.files_in(creation, dialect.CREATION):
                yield Output((read.kind_of(url) or usual) if kind == "file" else kind, url, creation_id)
        film = read.text(answer.get("signed_url"))
        for url, kind in read.files_in(answer, dialect.FILM):
            yield Output((read.kind_of(url) or kind) if kind == "video" else kind, url)
        for url, _ in read.files_in(answer, dialect.SHOTS):  # the result, if there is no whole film
            if url != film:
                yield Output("attachment" if film else read.kind_of(url) or "video", url)

    # -- many tasks ---------------------------------------------------------------------------------------------------

    @property
    def list_size(self) -> int:
        """How many ids one list request can hold; 0 if tasks cannot be listed by id."""
        return self.contract.maximum(dialect.LIST, dialect.PAGE_SIZE) if self._offers(dialect.LIST) else 0

    def list_call(self, task_ids: Sequence[str]) -> Call:
        """Return the call that lists these tasks. Only if list_size is not 0."""
        return self._list_call({"task_ids": list(task_ids)})

    def _list_call(self, asked: Mapping[str, object]) -> Call:
        """Return a call of the list with the parameters that are not empty."""
        given = {name: value for name, value in asked.items() if value}
        return self._call(dialect.LIST, parameters={**given, **dict.fromkeys(dialect.PAGE_SIZES, self.list_size)})

    def listed(self, ref: TaskRef, row: Json) -> Snapshot | None:
        """Read a row of a list answer; None if it has no state."""
        return self.snapshot(ref, row, operation=self.list_operation)

    def tasks_call(self, wanted: TaskFilter, page: str | None) -> Call | None:
        """Return the call that lists tasks; None if the provider has no such route."""
        if not self._offers(dialect.LIST):
            return None
        parameters: dict[str, object] = {
            "created_at_from": wanted.since,
            "created_at_to": wanted.until,
            "states": self.words_of(wanted.states),
            "model_versions": [model.removeprefix("vidu") for model in wanted.models],
            "resolutions": list(wanted.resolutions),
            "templates": list(wanted.templates),
            "pager_page_token": page,
        }
        return self._list_call(parameters)

    def tasks_page(self, account: str, value: Json) -> tuple[tuple[Snapshot, ...], str | None] | None:
        """Read the tasks and the next page of a list answer; None if it is not one."""
        rows = self.rows(value)
        if rows is None:
            return None
        found = (self.listed(TaskRef(account, name), row) for name, row in rows)
        return tuple(snapshot for snapshot in found if snapshot is not None), read.next_page(value)

    def rows(self, value: Json) -> list[tuple[str, Object]] | None:
        """Return the rows of a list answer with their ids; None if it is not a list answer."""
        return read.rows_by_id(self.list_in(value))

    def list_in(self, value: Json) -> Json:
        """Return the list in a list answer."""
        return value if self.list_member is None else read.entries(as_object(value), self.list_member)

    # -- looking for a lost task --------------------------------------------------------------------------------------

    def search_call(self, page: str | None, *, since: float | None) -> Call:
        """Return the call that lists tasks among which that of a submission may be. Only if settlement is a search.

        `since` is the creation time of the oldest ones; None for the provider's default.
        """
        # a wrong clock may show any time
        earliest = None if since is None else read.rfc3339(min(max(since, 0.0), dialect.LATEST))
        return self._list_call({"created_at_from": earliest, "pager_page_token": page})

    def may_be(self, submission: Submission, row: Object) -> bool:
        """Return whether a listed task agrees with a submission.

        With an idempotency key, the key decides later, so pictures are not compared: a service may keep copies at its own URLs.
        Without one, the task is taken because of this comparison alone.
        """
        if submission.key_is_ours and read.text(row.get("payload")) == submission.idempotency_key:
            return True
        sent = dict(submission.body)
        if sent.get("is_rec") is True:
            sent.pop("prompt", None)  # the service rewrites it
        if submission.idempotency_key is not None:
            return read.agree(sent, row, dialect.ECHOED)
        is_alike = read.agree(sent, row, (*dialect.ECHOED, *dialect.DISTINCTIVE))
        return is_alike and any(read.both_hold(sent, row, member) for member in dialect.DISTINCTIVE)

    def idempotency_key_of(self, snapshot: Snapshot) -> str | None:
        """Return the idempotency key of a task; None if its status answer has none."""
        return read.text(snapshot.raw.get("payload")) if self.settlement == "payload" else None

    def shows_key(self, snapshot: Snapshot) -> bool:
        """Return whether the status answer of a task shows its key, or that it has none."""
        return self.settlement != "payload" or isinstance(snapshot.raw.get("payload"), str)  # an empty one if it has none

    # -- account and files --------------------------------------------------------------------------------------------

    def balances(self, value: Json) -> tuple[Balance, ...] | None:
        """Read the credits left from its answer; None if it is another answer."""
        places = (as_object(value).get(member) for member in dialect.BALANCES)
        found = read.objects(next((rows for rows in places if isinstance(rows, list)), None))
        return None if found is None else tuple(map(_balance, found))

    def subjects_page(self, value: Json) -> tuple[Sequence[StoredSubject], str | None] | None:
        """Read the subjects and the next page of a list answer; None if it is not one."""
        answer = as_object(value)
        rows = read.objects(read.entries(answer, "subjects"))
        if rows is None:
            return None
        try:
            found = cast("SubjectList", self.model("listSubjects", {**answer, "subjects": [*rows]})).subjects
        except ValueError:
            return None
        if not isinstance(found, list) or len(found) != len(rows):
            return None  # the generated model omits rows that it cannot read
        return found, read.next_page(value)

    def upload_place(self, value: Json) -> UploadPlace | None:
        """Read where to PUT the bytes from the answer; None if it does not say so."""
        from .records import UploadPlace

        answer = as_object(value)
        put_url = read.text(answer.get("put_url")) or read.text(answer.get("upload_url"))
        is_stored = answer.get("existing_file") is True
        place = UploadPlace(None if is_stored else put_url, read.task_id(answer.get("id")), read.text(answer.get("download_url")))
        is_whole = place.public_url if is_stored else put_url and (place.upload_id or place.public_url)
        return place if is_whole else None

    def uploaded_url(self, place: UploadPlace, value: Json) -> str | None:
        """Read what to write in place of an image URL from the last answer of the upload; None if it does not say so."""
        return read.text(as_object(value).get("uri")) or place.public_url


def _blocked_inputs(answer: Object) -> str | None:
    """Return a sentence with the inputs that moderation refused, counted from 1; None if none is named."""
    named: list[str] = []
    for entry in map(as_object, as_list(answer.get("blocked_resources"))):
        kind, index = read.text(entry.get("content_type")), read.whole_number(entry.get("index"))
        if kind is not None and index is not None:
            named.append(f"{kind} {index + 1}")
    return f"refused by moderation: {', '.join(named)}" if named else None


def _balance(row: Object) -> Balance:
    from .records import Balance

    return Balance(
        kind=read.text(row.get("type")) or "unknown",
        credits=read.number(row.get("credit_remain")),
        running=read.whole_number(row.get("current_concurrency")),
        limit=read.whole_number(row.get("concurrency_limit")),
        queued=read.whole_number(row.get("queue_count")),
    )

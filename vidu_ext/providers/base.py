"""The protocol of a provider: values and pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, cast

from attrs import Attribute, field, frozen

from vidu_ext.spec.media import Medium
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.exchange import Call, Category, ErrorReading, Reply
from vidu_ext.values.fault import Fault
from vidu_ext.values.remedy import Remedy
from vidu_ext.values.tasks import Json, Object, Snapshot, TaskRef

from .reading import moment, rfc3339

if TYPE_CHECKING:
    from vidu_ext.spec.contract import Contract
    from vidu_ext.values.requests import Request
    from vidu_ext.values.submission import Settlement, Submission

    from .answers import StoredSubject


class UnsupportedError(Exception):
    """The provider has no route for this kind of request; the text says why, in words for the user."""


@frozen
class Offer:
    """A request at one account in the words of its provider, or why the account cannot serve it."""

    account: str
    provider: str
    operation: str = ""
    """operationId of the create route; empty if the provider has none for the request."""
    body: Object = field(factory=dict[str, Json], repr=False)
    path_id: str | None = None
    """Value of the route's path parameter, where it has one."""
    uploads: Mapping[str, Medium] = field(factory=dict[str, Medium], repr=False)
    """Files to upload before the request is sent, by the text in the body that the address of the upload replaces."""
    unsupported: str | None = None
    """Why the provider has no route for the request."""
    faults: tuple[Fault, ...] = ()
    """What the provider's spec refuses."""
    is_checked: bool = True
    """False if the spec was not asked."""

    @property
    def capable(self) -> bool:
        """Whether the account can serve the request."""
        return not self.reasons

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the account cannot serve the request, in words; empty if it can."""
        return (self.unsupported,) if self.unsupported is not None else tuple(map(str, self.faults))


@frozen
class Candidate:
    """A task that a search met and that may be the one looked for."""

    ref: TaskRef
    idempotency_key: str | None
    """The payload that the list itself shows; None where it shows none and the task must be asked."""


@frozen
class SearchPage:
    """One page of a search for the task of a submission."""

    candidates: tuple[Candidate, ...]
    next_page: str | None
    is_readable: bool = True
    """False where a task has no id that can be read, so that it is no candidate and may be the one looked for."""


@frozen
class Balance:
    """What an account has left, per kind of credits."""

    kind: str
    credits: float | None
    running: int | None = None
    """Tasks that run now."""
    limit: int | None = None
    """Tasks that may run at once."""
    queued: int | None = None


def _time(name: str, given: datetime | str | None) -> str | None:
    """A time as task lists read it. Raises ConfigurationError for what is none: a provider may pass it over."""
    if given is None:
        return None
    has_no_zone = isinstance(given, datetime) and given.tzinfo is None
    text = given.isoformat() if isinstance(given, datetime) else given
    try:
        found = None if has_no_zone else moment(text)
        if found is not None:
            return rfc3339(found)
    except (ValueError, OverflowError):  # a time zone that leads out of the calendar
        pass
    raise ConfigurationError(f"needs a time, not {given!r}.", option=f"TaskFilter.{name}", remedy=Remedy(action="write-time"))


def _since(given: datetime | str | None) -> str | None:
    return _time("since", given)


def _until(given: datetime | str | None) -> str | None:
    return _time("until", given)


def _texts(given: str | Iterable[str]) -> tuple[str, ...]:
    try:
        return (given,) if isinstance(given, str) else tuple(given)
    except TypeError:
        return cast("tuple[str, ...]", (given,))  # for _check_texts to refuse


def _check_texts(_: object, member: Attribute[tuple[str, ...]], value: tuple[object, ...]) -> None:
    if not all(isinstance(one, str) and one for one in value):
        raise ConfigurationError(f"needs a text or several, not {value!r}.", option=f"TaskFilter.{member.name}")


@frozen
class TaskFilter:
    """Which tasks a listing asks for. Empty members ask for all; a single text stands for a tuple of one.

    Raises ConfigurationError for a member that is of another kind.
    """

    since: str | None = field(default=None, converter=_since)
    """RFC 3339 or a datetime with a time zone, kept as RFC 3339 in UTC, to the second."""
    until: str | None = field(default=None, converter=_until)
    states: tuple[str, ...] = field(default=(), converter=_texts, validator=_check_texts)
    """Members of TaskState, or the provider's own words."""
    models: tuple[str, ...] = field(default=(), converter=_texts, validator=_check_texts)
    resolutions: tuple[str, ...] = field(default=(), converter=_texts, validator=_check_texts)
    templates: tuple[str, ...] = field(default=(), converter=_texts, validator=_check_texts)


@frozen
class UploadPlace:
    """A signed address that takes the bytes of a file, without any key."""

    put_url: str | None = field(repr=False)
    """None where the storage has the file already."""
    upload_id: str | None = None
    public_url: str | None = field(default=None, repr=False)


class Provider(Protocol):
    """One provider as data and pure functions."""

    @property
    def name(self) -> str: ...
    @property
    def contract(self) -> Contract:
        """The packaged spec, read when first asked for."""
        ...

    @property
    def settlement(self) -> Settlement: ...
    def settlement_of(self, operation: str) -> Settlement:
        """How an unknown outcome of an operation can be settled."""
        ...

    @property
    def list_size(self) -> int:
        """How many tasks one list request can ask for by id; 0 where tasks cannot be listed by id."""
        ...

    @property
    def key_hosts(self) -> tuple[str, ...]:
        """Hosts beside the API's own that may be given the key on a download, from the spec's x-download."""
        ...

    def encode(self, request: Request) -> Offer:
        """A neutral request in the provider's words, at the account with its name. Raises UnsupportedError if it has no route."""
        ...

    def encode_model(self, model: object, *, path_id: str | None = None) -> Offer:
        """One of the provider's own generated request models. Raises UnsupportedError for a foreign model."""
        ...

    def accepts_idempotency_key(self, offer: Offer) -> bool:
        """Whether the request carries an idempotency key that we may set: a header, or the member `payload`."""
        ...

    def create_call(self, submission: Submission) -> Call:
        """The call that creates."""
        ...

    def created(self, account: str, operation: str, content: bytes) -> tuple[TaskRef, Object] | None:
        """The reference and raw answer of an accepted create, read from the bytes first; None where no id can be read."""
        ...

    def error(self, reply: Reply) -> ErrorReading:
        """What an answer that is no success says, and what a success says whose body is an error."""
        ...

    def meaning(self, word: str) -> Category | None:
        """What a word for an error means, None for a word that nobody documented."""
        ...

    def is_error_body(self, reply: Reply) -> bool:
        """Whether an answer with a success status holds an error instead of what was asked for."""
        ...

    def status_call(self, ref: TaskRef) -> Call: ...
    def snapshot(self, ref: TaskRef, value: Json) -> Snapshot | None:
        """What a status answer says; None where it is no status answer."""
        ...

    def estimated_seconds(self, reply: Reply) -> float | None:
        """How long the provider thinks the task takes in all, from the headers of an answer; None where it says nothing."""
        ...

    def list_call(self, task_ids: Sequence[str]) -> Call:
        """The call that asks for these tasks at once. Only where list_size is not 0."""
        ...

    def listed(self, account: str, value: Json) -> Mapping[str, Snapshot] | None:
        """Snapshots by task id from a list answer; None where it is no list answer."""
        ...

    def search_call(self, submission: Submission, page: str | None, *, since: float | None) -> Call:
        """The call that lists tasks among which the submission's own may be. Only where settlement is a search.

        `since` is the age of the oldest ones, None for as far back as the provider lists by itself.
        """
        ...

    def search(self, submission: Submission, value: Json, *, since: float | None) -> SearchPage | None:
        """Tasks of a search answer that fit what was sent; None where it is no list answer.

        Tasks made before `since` belong to others; None where time does not tell.
        """
        ...

    def idempotency_key_of(self, snapshot: Snapshot) -> str | None:
        """The idempotency key that a task carries, None where its status answer holds none."""
        ...

    def cancel_call(self, ref: TaskRef) -> Call | None:
        """The call that asks to cancel; None where the provider has no such route."""
        ...

    def tasks_call(self, wanted: TaskFilter, page: str | None) -> Call | None:
        """The call that lists tasks; None where the provider has no such route."""
        ...

    def tasks_page(self, account: str, value: Json) -> tuple[tuple[Snapshot, ...], str | None] | None:
        """Tasks and the next page of a listing; None where it is no list answer."""
        ...

    def subjects_call(self, page: str | None) -> Call | None:
        """The call that lists the account's stored subjects; None where the provider stores none."""
        ...

    def subjects_page(self, value: Json) -> tuple[Sequence[StoredSubject], str | None] | None:
        """Subjects and the next page of a listing; None where it is no list answer."""
        ...

    def credits_call(self) -> Call | None: ...
    def balances(self, value: Json) -> tuple[Balance, ...] | None: ...

    def upload_call(self, file_name: str, content_type: str) -> Call | None:
        """The call that asks for a place to put a picture; None where the provider takes no uploads."""
        ...

    def upload_stand_in(self, index: int) -> str:
        """A text of the form that the address of an upload will have, to check a request by before anything is uploaded."""
        ...

    def upload_place(self, value: Json) -> UploadPlace | None:
        """Where the bytes go, from the answer; None where it names no place."""
        ...

    def upload_finish_call(self, place: UploadPlace, etag: str) -> Call | None:
        """The call that finishes an upload; None where none is needed."""
        ...

    def uploaded_url(self, place: UploadPlace, value: Json) -> str | None:
        """What to write where an image URL is asked, from the last answer of the upload."""
        ...

    def model(self, operation: str, value: Json) -> object:
        """A success answer of an operation as the generated model. Raises ValueError where it cannot be read."""
        ...

    def task_model(self, operation: str, answer: Object) -> object:
        """A status answer, or one row of a list of tasks, as the generated model. Raises ValueError if it cannot be read."""
        ...

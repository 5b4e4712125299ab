"""Tasks: their states, references, snapshots and results. Frozen values, compared by content; no repr shows a signed URL."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal, Self, TypeAlias
from unicodedata import category

from attrs import Attribute, field, frozen

from .base_error import ConfigurationError

BYTE_ORDER_MARK: Final = "\ufeff"
"""Some editors and shells write it before a text. It is not part of the text."""

Json: TypeAlias = "None | bool | int | float | str | list[Json] | dict[str, Json]"
Object: TypeAlias = dict[str, Json]

OutputKind = Literal[
    "video", "image", "audio", "watermarked", "cover", "speech", "sound", "music", "moderation", "attachment", "file"
]
"""What a file of a result is; `file` if the provider does not say."""

MAIN_KINDS: Final[tuple[OutputKind, ...]] = ("video", "image", "audio", "file")
"""The kinds that `download` takes when no kind is named, in this order."""

_REFERENCE: Final = re.compile(r"(?P<account>[a-z0-9][a-z0-9._-]*)(?:/(?P<poll>[A-Za-z0-9]+))?:(?P<task_id>[^\s:/][^\s]*)")
_ACCOUNT_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]*")
_UNSENDABLE: Final = ("Cc", "Cs")
"""Control characters and surrogates, which UTF-8 cannot encode: Python reads bytes of a command line as these."""
_SEGMENT: Final = re.compile(r"(?!:)[A-Za-z0-9._~!$'()*+,=:@-]+")
"""Characters without a meaning in a path (RFC 3986, section 3.3). `&` and `;` are left out: some servers cut a path there."""

_URL: Final = r"[A-Za-z][A-Za-z0-9+.-]*:/*[^\s/]"
"""The beginning of a URL, with its scheme and the first character of what is in it."""


def is_account_name(text: str) -> bool:
    """Return whether the text can name an account: lower-case letters, digits, `.`, `_`, `-`."""
    return _ACCOUNT_NAME.fullmatch(text) is not None


def is_id(value: object) -> bool:
    """Return whether the value is a text that every server reads as one segment of a path, and as nothing else."""
    return isinstance(value, str) and value not in (".", "..") and _SEGMENT.fullmatch(value) is not None


def check_id(name: str, value: object) -> None:
    """Raise ConfigurationError for an id that could lead a request to another path than its own."""
    if not is_id(value):
        raise ConfigurationError(
            f"{name} cannot be {ascii(value)[:80]}: only ASCII letters, digits and .-_~!$'()*+,=:@ are allowed, and neither . nor"
            " .. alone, so that it stays one segment of a URL. Nothing was sent; copy the id again."
        )


def _check_sendable(_: object, __: Attribute[str], task_id: str) -> None:
    if not task_id.isprintable() and any(category(character) in _UNSENDABLE for character in task_id):
        raise ConfigurationError(
            f"{task_id[:80]!r} is not the id of a task: it has a control character, or bytes that are not UTF-8. Nothing was"
            " sent; copy the reference again."
        )


class TaskState(StrEnum):
    """The state of a task in one vocabulary for all providers."""

    CREATED = "created"
    QUEUED = "queued"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"
    UNKNOWN = "unknown"
    """The provider's word is not documented. Never final: the wait continues."""

    @property
    def is_final(self) -> bool:
        """Whether nothing can come after this state."""
        return self in _FINAL


_FINAL: Final = frozenset({TaskState.SUCCEEDED, TaskState.FAILED, TaskState.CANCELED})


@frozen
class TaskRef:
    """A task at an account. Its text, one line, is all that another process needs to wait for the task.

    The text is `<account>:<task id>`, or with the operation of the status call if that is not the provider's usual one:
    `vidu/getMusicVideo:901243326567555072`.
    """

    account: str
    """Name of the account, which is the provider's name unless several accounts of one provider are configured."""
    task_id: str = field(validator=_check_sendable)
    poll: str | None = None
    """operationId of the status call; None for the provider's usual one."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a reference from the text that `str(ref)` wrote. Raises ConfigurationError for any other text."""
        written = str(text)  # None, for instance, of a variable that is not set
        match = _REFERENCE.fullmatch(written.removeprefix(BYTE_ORDER_MARK).strip())
        if match is None:
            raise ConfigurationError(
                f"{written[:80]!r} is not a task reference. One looks like 'vidu:940107923630096384': the name of the account,"
                " a colon, the id of the task."
            )
        ref = cls(account=match["account"], task_id=match["task_id"], poll=match["poll"])
        check_id("the id of a task", ref.task_id)
        return ref

    def __str__(self) -> str:
        between = f"/{self.poll}" if self.poll else ""
        return f"{self.account}{between}:{self.task_id}"


@frozen
class Output:
    """One file of a result."""

    kind: OutputKind
    url: str = field(repr=False)
    """Signed URL, byte for byte as the provider wrote it. It may expire an hour after the poll."""
    creation_id: str | None = None
    """The provider's id of the creation, needed to extend or upscale it."""


@frozen
class Snapshot:
    """The content of one status answer. `raw` is the whole answer."""

    ref: TaskRef
    state: TaskState
    word: str
    """The provider's own word for the state."""
    raw: Mapping[str, Json] = field(repr=False)
    progress: float | None = None
    """Per cent, 0 to 100; None if the provider does not say."""
    eta: float | None = field(default=None, repr=False)
    """Estimated seconds until the task ends: the provider's, otherwise from similar tasks that this client has seen end.
    None if neither is known, or if the task takes longer than that."""
    error_code: str | None = None
    error_message: str | None = field(default=None, repr=False)
    credits: float | None = None
    """Price of the task in the provider's credits, 0 to a million; None if the provider does not say."""
    odd_charge: str | None = None
    """What the provider sent in place of a plausible price, for instance a negative number. It is never added up."""
    outputs: tuple[Output, ...] = ()
    is_moderated: bool = False
    """Whether the error code is one of moderation."""
    created_at: datetime | None = None
    """When the task was created, in UTC; None if the answer does not say."""
    ended_at: datetime | None = None
    """When the task ended or was last changed, in UTC; None if the answer does not say."""
    model: str | None = None
    """The model as the provider names it; None if the answer does not say."""
    prompt: str | None = field(default=None, repr=False)
    """The prompt as the provider repeats it; None if the answer does not say."""
    _reader: Callable[[Mapping[str, Json]], object] | None = field(default=None, alias="reader", repr=False, eq=False)
    """Builds the generated model from `raw`. Can be pickled."""

    @property
    def answer(self) -> object:
        """The answer as the generated model, built from `raw` at each access; None for a snapshot that no provider sent.

        Raises ResponseUnreadableError if the answer does not have its documented form.
        """
        return None if self._reader is None else self._reader(self.raw)

    @property
    def has_result(self) -> bool:
        """Whether a file of a main kind has a URL. A cover or a sound track, "pending: 50 %" or "https://" may be there first."""
        return any(output.kind in MAIN_KINDS and re.match(_URL, output.url) for output in self.outputs)


@frozen
class Result:
    """A task that succeeded, with all its files."""

    snapshot: Snapshot

    @property
    def ref(self) -> TaskRef:
        return self.snapshot.ref

    @property
    def outputs(self) -> tuple[Output, ...]:
        """All files. Their URLs expire."""
        return self.snapshot.outputs

    @property
    def credits(self) -> float | None:
        """What the task cost, in the provider's credits; None if the provider does not say."""
        return self.snapshot.credits

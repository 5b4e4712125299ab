"""Tasks: their state, the reference that outlives a process, a snapshot, the result.

Frozen values, compared by content. A repr shows no signed address.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal, Self, TypeAlias

from attrs import Attribute, field, frozen

from .base_error import ConfigurationError

BYTE_ORDER_MARK: Final = "\ufeff"
"""Stands before a text that some editors and shells wrote, and belongs to none."""

Json: TypeAlias = "None | bool | int | float | str | list[Json] | dict[str, Json]"
Object: TypeAlias = dict[str, Json]

OutputKind = Literal[
    "video", "image", "audio", "watermarked", "cover", "speech", "sound", "music", "moderation", "attachment", "file"
]
"""What a file of a result is. `file` where the provider does not say."""

MAIN_KINDS: Final[tuple[OutputKind, ...]] = ("video", "image", "audio", "file")
"""The kinds that `download` takes when no kind is named, in this order."""

_REFERENCE: Final = re.compile(r"(?P<account>[a-z0-9][a-z0-9._-]*)(?:/(?P<poll>[A-Za-z0-9]+))?:(?P<task_id>[^\s:/][^\s]*)")
_ACCOUNT_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]*")
_UNSENDABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters, and halves of surrogate pairs, which UTF-8 cannot say: bytes of a command line that are no text."""
_SEGMENT: Final = re.compile(r"(?!:)[A-Za-z0-9._~!$'()*+,=:@-]+")
"""Characters that mean nothing in a path (RFC 3986, section 3.3). `&` and `;` are left out: some servers cut a path there."""


def is_account_name(text: str) -> bool:
    """Whether the text can name an account: lower-case letters, digits, `.`, `_`, `-`."""
    return _ACCOUNT_NAME.fullmatch(text) is not None


def is_id(value: object) -> bool:
    """Whether the value is a text that every server reads as one segment of a path, and as nothing else."""
    return isinstance(value, str) and value not in (".", "..") and _SEGMENT.fullmatch(value) is not None


def check_id(name: str, value: object) -> None:
    """Raise ConfigurationError for an id that could lead a request to another path than its own."""
    if not is_id(value):
        raise ConfigurationError(
            f"{name} cannot be {ascii(value)[:80]}: an id is a text of ASCII letters, digits and .-_~!$'()*+,=:@ that is not . or"
            " .., so that it stays one part of the address. Nothing was sent; copy the id anew."
        )


def _check_sendable(_: object, __: Attribute[str], task_id: str) -> None:
    if _UNSENDABLE.search(task_id) is not None:
        raise ConfigurationError(
            f"{task_id[:80]!r} is no id of a task: it holds a control character, or bytes that are no UTF-8. Copy the"
            " reference anew."
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
    """The provider used a word that nobody documented. Never final: the wait goes on."""

    @property
    def is_final(self) -> bool:
        """Whether nothing can come after this state."""
        return self in _FINAL


_FINAL: Final = frozenset({TaskState.SUCCEEDED, TaskState.FAILED, TaskState.CANCELED})


@frozen
class TaskRef:
    """Which task at which account: one line of text, enough to go on from another process.

    The text is `<account>:<task id>`, with the operation that tells the state in between where it is not the
    provider's usual one: `vidu/getMusicVideo:901243326567555072`.
    """

    account: str
    """Name of the account, which is the provider's name unless several accounts of one provider are configured."""
    task_id: str = field(validator=_check_sendable)
    poll: str | None = None
    """operationId of the status call, None for the provider's usual one."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """The reference that a text written by `str(ref)` stands for. Raises ConfigurationError for any other text."""
        found = _REFERENCE.fullmatch(text.removeprefix(BYTE_ORDER_MARK).strip())
        if found is None:
            raise ConfigurationError(
                f"{text[:80]!r} is no task reference. One looks like 'vidu:940107923630096384': the name of the account,"
                " a colon, the id of the task."
            )
        ref = cls(account=found["account"], task_id=found["task_id"], poll=found["poll"])
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
    """Signed address. It expires, an hour after the poll at the worst; sent byte for byte as the provider wrote it."""
    creation_id: str | None = None
    """The provider's id of the creation, needed to extend or upscale it."""


@frozen
class Snapshot:
    """What one status answer said. The raw answer is kept whole."""

    ref: TaskRef
    state: TaskState
    word: str
    """The provider's own word for the state."""
    raw: Mapping[str, Json] = field(repr=False)
    progress: float | None = None
    """Per cent, 0 to 100, where the provider tells."""
    eta: float | None = field(default=None, repr=False)
    """Seconds that it is likely to take from here: by the provider's estimate, else by like tasks that this client has seen end.
    None if neither is known, or if it takes longer."""
    error_code: str | None = None
    error_message: str | None = field(default=None, repr=False)
    credits: float | None = None
    """Price of the task in the provider's credits, where it tells: at least 0 and at most a million."""
    odd_charge: str | None = None
    """What the provider told in place of a price that can be one, a number below 0 for instance. It is in no sum."""
    outputs: tuple[Output, ...] = ()
    is_moderated: bool = False
    """The error code is one of moderation's."""
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
        """The answer as the generated model, built anew from `raw`; None for a snapshot that no provider sent.

        Raises ResponseUnreadableError if the answer does not have its documented form.
        """
        return None if self._reader is None else self._reader(self.raw)

    @property
    def has_result(self) -> bool:
        """Whether a file of a main kind is named. A cover or a sound track may be there before the film is."""
        return any(output.kind in MAIN_KINDS for output in self.outputs)


@frozen
class Result:
    """A task that succeeded, with all its files."""

    snapshot: Snapshot

    @property
    def ref(self) -> TaskRef:
        return self.snapshot.ref

    @property
    def outputs(self) -> tuple[Output, ...]:
        return self.snapshot.outputs

    @property
    def credits(self) -> float | None:
        """What the task cost, in the provider's credits; None where the provider does not tell."""
        return self.snapshot.credits

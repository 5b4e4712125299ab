"""Orders: what was submitted under a key of the user's own, so that the same key is always the same task."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

from attrs import field, fields, frozen, has

from .errors import ConfigurationError, OrderError
from .files import opened
from .submission import Submission
from .tasks import TaskRef

MOST_CHARACTERS: Final = 500
"""Longest key of an order."""


@frozen(kw_only=True)
class OrderRow:
    """One row of the store of orders."""

    id: int
    key: str | None
    """The `once` of the user; None for a submission that is kept only until its task is known."""
    number: int
    """1 for the first order of a key, plus 1 for each `again`."""
    fingerprint: str
    sent: str | None = field(default=None, repr=False)
    """The text of the submission that may be on its way; None before anything is sent, and once the task is known."""
    ref: TaskRef | None = None
    answer: str | None = field(default=None, repr=False)
    """The answer, if the route answers at once."""
    ordered_at: float
    """Seconds since the epoch, by the local clock."""

    @property
    def is_placed(self) -> bool:
        """Whether there is or may be a task or an answer. If not, nothing was sent, or every request was refused."""
        return self.is_known or self.sent is not None

    @property
    def is_known(self) -> bool:
        """Whether its task or its answer is known."""
        return self.ref is not None or self.answer is not None

    @property
    def submission(self) -> Submission | None:
        """What may be on its way; None if nothing is. Raises OrderError if its text was changed, or is of another version."""
        try:
            return None if self.sent is None else Submission.parse(self.sent)
        except ConfigurationError as error:
            raise OrderError(f"the order {self.key or self.id!r} may be paid, but cannot be used: {error.summary}") from error


def check_once(key: object) -> None:
    """Raise ConfigurationError for a value that cannot be the key of an order."""
    is_text = isinstance(key, str) and key.strip() and key.isprintable() and len(key) <= MOST_CHARACTERS
    if not is_text:
        raise ConfigurationError(
            f"must be printable text of 1 to {MOST_CHARACTERS} characters; it is {repr(key)[:80]}. Nothing was sent.",
            option="once",
        )


def idempotency_key_of(salt: str, key: str | None, number: int) -> str:
    """Return the idempotency key to send for an order: a digest, so that the provider learns nothing of the user's key."""
    return hashlib.sha256(json.dumps([salt, key, number]).encode()).hexdigest()[:32]


def fingerprint_of(request: object, path_id: str | None) -> str:
    """Return a digest of a request and the bytes of its local files. Raises ConfigurationError if one cannot be read."""
    parts = [type(request).__name__, path_id, request]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=_plain).encode()).hexdigest()


def _plain(value: object) -> object:
    """Return what JSON cannot encode in a form that it can; files and bytes as digests of their content."""
    to_dict = getattr(value, "to_dict", None)
    if callable(to_dict):  # a generated model
        return to_dict()
    if has(type(value)):
        return {member.name: getattr(value, member.name) for member in fields(cast("Any", type(value)))}
    if isinstance(value, Mapping):
        return dict(cast("Mapping[object, object]", value))
    if isinstance(value, os.PathLike):
        with opened(Path(cast("os.PathLike[str]", value))) as file:
            return f"sha256 {hashlib.file_digest(file, 'sha256').hexdigest()}"
    if isinstance(value, bytes | bytearray):
        return f"sha256 {hashlib.sha256(value).hexdigest()}"
    return repr(value)

"""Check what users pass to a client and its methods, before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from attrs import field, frozen

from vidu_ext.flows.claims import Begun
from vidu_ext.values.checks import check_callbacks
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.remedy import Remedy
from vidu_ext.values.tasks import TaskRef

if TYPE_CHECKING:
    from vidu_ext.values.price import Price
    from vidu_ext.values.submission import Submission
    from vidu_ext.values.tasks import Snapshot

T = TypeVar("T")
OnSnapshot: TypeAlias = "Callable[[Snapshot], object]"
OnAccepted: TypeAlias = "Callable[[TaskRef], object]"
OnSubmission: TypeAlias = "Callable[[Submission], object]"

_SENDABLE_KEY: Final = re.compile(r"[!-~]{1,255}")
"""An idempotency key that travels unchanged in an HTTP header and in JSON. No provider documents a narrower limit."""

_REPLACEMENTS: Final = {
    "api_key": '{client}({{"vidu": "..."}}), with the name of the provider, or set VIDU_API_KEY',
    "timeout": "wait(task, timeout=600) for a task, or {client}(settings=Settings(timeouts=Timeouts(read=30)))",
    "base_url": '{client}([Account(provider="vidu", key="...", base_url="https://...")]), or set VIDU_BASE_URL',
}
"""What to write in place of the options of other clients."""


def refuse_unknown(client: str, options: Iterable[str]) -> None:
    """Raise TypeError for options that a client does not have, and say what to write instead."""
    for name in options:
        hint = f" Write {_REPLACEMENTS[name].format(client=client)}." if name in _REPLACEMENTS else ""
        raise TypeError(f"{client}() takes keys, prefer and settings, and no {name!r}.{hint}")


def check_kind(name: str, value: object, kind: type, *, hint: str = "") -> None:
    """Raise ConfigurationError for an argument of another type; `hint` is a sentence that says how to get one."""
    if not isinstance(value, kind):
        raise ConfigurationError(f"must be a {kind.__name__}, not {type(value).__name__}.{hint}", option=name)


def several(tasks: Iterable[T]) -> list[T]:
    """Return the tasks as a list. Raises ConfigurationError for a single one: each letter of its text would become a task."""
    if isinstance(tasks, str | TaskRef) or not hasattr(tasks, "__iter__"):
        raise ConfigurationError("a list of tasks is needed: put a single one in brackets, as in wait_all([task]).")
    return list(tasks)


@frozen(kw_only=True, eq=False, repr=False)
class Inquiry:
    """A request, and the options that decide which accounts can serve it."""

    request: object
    account: str | None = None
    check: bool = True
    unlisted: bool = False
    path_id: str | None = None
    at_most: Price | None = None


@frozen(kw_only=True, eq=False, repr=False)
class Order(Inquiry):
    """An inquiry that is to be submitted or called. Raises ConfigurationError for options that clash."""

    once: str | None = None
    again: bool = False
    idempotency_key: str | None = None
    on_submission: OnSubmission | None = None
    begun: Begun = field(factory=Begun)

    def __attrs_post_init__(self) -> None:
        check_callbacks(are_awaited=False, on_submission=self.on_submission)
        check_idempotency_key(self.idempotency_key)
        if self.once is not None:
            from vidu_ext.values.orders import check_once

            check_once(self.once)
            if self.idempotency_key is not None:
                raise ConfigurationError(
                    "excludes an idempotency key: a digest of its own key is sent as that. Nothing was sent.", option="once"
                )
        elif self.again:
            remedy = Remedy(action="pass-once")
            raise ConfigurationError("orders again under a key of yours. Nothing was sent.", option="again", remedy=remedy)


def check_idempotency_key(key: object) -> None:
    """Raise ConfigurationError for a key that cannot be sent as it is. A failure while sending would look like a lost answer."""
    if key is not None and not (isinstance(key, str) and _SENDABLE_KEY.fullmatch(key)):
        raise ConfigurationError(
            f"must be a text of 1 to 255 visible ASCII characters, without spaces; it is {repr(key)[:80]}. Nothing was sent.",
            option="idempotency_key",
        )

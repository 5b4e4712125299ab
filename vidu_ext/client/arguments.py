"""Check what users pass to a client and its methods, before anything is sent."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias, TypeVar

from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.remedy import Remedy
from vidu_ext.values.tasks import TaskRef

if TYPE_CHECKING:
    from vidu_ext.values.submission import Submission
    from vidu_ext.values.tasks import Snapshot

T = TypeVar("T")
OnSnapshot: TypeAlias = "Callable[[Snapshot], object]"
OnAccepted: TypeAlias = "Callable[[TaskRef], object]"
OnSubmission: TypeAlias = "Callable[[Submission], object]"

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


class Once(NamedTuple):
    """What is ordered under a key of the user's own."""

    key: str
    fingerprint: str
    """Digest of the request."""
    again: bool


def once_of(request: object, *, once: str | None, again: bool, idempotency_key: str | None, path_id: str | None) -> Once | None:
    """Return what is ordered under a key; None without one. Raises ConfigurationError if options clash."""
    if once is None:
        if again:
            remedy = Remedy(action="pass-once")
            raise ConfigurationError("orders again under a key of yours. Nothing was sent.", option="again", remedy=remedy)
        return None
    if idempotency_key is not None:
        raise ConfigurationError(
            "excludes an idempotency key: a digest of its own key is sent as that. Nothing was sent.", option="once"
        )
    from vidu_ext.values.orders import check_once, fingerprint_of

    check_once(once)
    return Once(key=once, fingerprint=fingerprint_of(request, path_id), again=again)


def check_callbacks(*, are_awaited: bool, **callbacks: Callable[..., object] | None) -> None:
    """Raise ConfigurationError for callbacks that cannot be called, or are coroutine functions that would not be awaited."""
    for name, callback in callbacks.items():
        if callback is None:
            continue
        if not callable(callback):
            raise ConfigurationError(f"{name} must be a function, not {type(callback).__name__}. Nothing was sent.")
        if not are_awaited and any(map(inspect.iscoroutinefunction, (callback, type(callback).__call__))):
            raise ConfigurationError(
                f"{name} is not awaited here: pass a plain function, not a coroutine function. Nothing was sent."
            )

"""What calls beside submits and polls take and return: filters of task lists, credits, places for uploads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from attrs import Attribute, field, frozen

from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.remedy import Remedy

from .reading import instant, rfc3339


@frozen
class Balance:
    """The credits left on an account, of one kind."""

    kind: str
    credits: float | None
    running: int | None = None
    """Tasks that run now."""
    limit: int | None = None
    """Tasks that may run at once."""
    queued: int | None = None


@frozen(eq=False, repr=False)
class UploadPlace:
    """A signed URL to which the bytes of a file are PUT, without any key."""

    put_url: str | None = field(repr=False)
    """None if the storage already has the file."""
    upload_id: str | None = None
    public_url: str | None = field(default=None, repr=False)


def _time(name: str, given: datetime | str | None) -> str | None:
    """Return a time in the form of task lists. Raises ConfigurationError for anything else, which a provider may ignore."""
    if given is None:
        return None
    has_no_zone = isinstance(given, datetime) and given.tzinfo is None
    text = given.isoformat() if isinstance(given, datetime) else given
    found = None if has_no_zone else instant(text)
    if found is None:
        raise ConfigurationError(f"needs a time, not {given!r}.", option=f"TaskFilter.{name}", remedy=Remedy(action="write-time"))
    return rfc3339(found.timestamp())


def _since(given: datetime | str | None) -> str | None:
    return _time("since", given)


def _until(given: datetime | str | None) -> str | None:
    return _time("until", given)


def _texts(given: str | Iterable[str]) -> tuple[str, ...]:
    is_list = isinstance(cast("object", given), Iterable) and not isinstance(given, str)
    return tuple(given) if is_list else (cast("str", given),)  # what is no text is for _check_texts to refuse


def _check_texts(_: object, member: Attribute[tuple[str, ...]], value: tuple[object, ...]) -> None:
    if not all(isinstance(one, str) and one for one in value):
        raise ConfigurationError(f"needs a text or several, not {value!r}.", option=f"TaskFilter.{member.name}")


@frozen
class TaskFilter:
    """Which tasks to list. Empty members match all; a single text is taken as a tuple of one.

    Raises ConfigurationError for a member of another type.
    """

    since: str | None = field(default=None, converter=_since)
    """RFC 3339 or a datetime with a time zone, kept as RFC 3339 in UTC, to the second."""
    until: str | None = field(default=None, converter=_until)
    states: tuple[str, ...] = field(default=(), converter=_texts, validator=_check_texts)
    """Members of TaskState, or the provider's own words."""
    models: tuple[str, ...] = field(default=(), converter=_texts, validator=_check_texts)
    resolutions: tuple[str, ...] = field(default=(), converter=_texts, validator=_check_texts)
    templates: tuple[str, ...] = field(default=(), converter=_texts, validator=_check_texts)

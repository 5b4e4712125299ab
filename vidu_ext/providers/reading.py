"""Read what providers answer, however badly it is written: ids in broken bytes, numbers as text, kinds of files.

Raises for nothing that a server can send.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from vidu_ext.values.checks import decimal, finite
from vidu_ext.values.exchange import first_value, read_json, text_of
from vidu_ext.values.tasks import Json, Object, OutputKind, is_id
from vidu_ext.values.urls import FILE_TYPES, ending

_OPENING: Final = re.compile(r"\s*[{,]\s*")
_COLON: Final = re.compile(r"\s*:\s*")
_BLANK: Final = re.compile(r"\s*")
MOST_CREDITS: Final = 1e6
"""Credits of one task above which a charge is a mistake: the dearest documented tasks cost some thousands. Sums of so many
still hold the hundredth part of a credit."""
SHOWN_CHARACTERS: Final = 40
_EPOCH_DIGITS: Final = re.compile(r"[0-9]{9,14}")
_ENDS: Final = ("finished_at", "completed_at", "ended_at", "finishedAt", "completedAt", "endedAt")
_NO_ID: Final = re.compile(r"0+")
"""How a server written in Go says that there is none."""


def text(value: Json) -> str | None:
    """The value if it is a text that says something, as it is written."""
    return value if isinstance(value, str) and value.strip() else None


def number(value: Json) -> float | None:
    """The value as a number if it is one, written as such or as a text."""
    return finite(decimal(value) if isinstance(value, str) else value)


def whole_number(value: Json) -> int | None:
    found = number(value)
    return None if found is None else int(found)


def charge(value: Json) -> tuple[float | None, str | None]:
    """What a task costs in credits, if the value can be that; else what the provider told in its place, for people."""
    found = number(value)
    if found is not None and 0 <= found <= MOST_CREDITS:
        return found or 0.0, None  # -0 is 0
    return None, None if value is None or value == "" else json.dumps(value)[:SHOWN_CHARACTERS]


def share(value: Json) -> float | None:
    """The value if it is a number from 0 to 100."""
    found = number(value)
    return found if found is not None and 0 <= found <= 100 else None


def instant(value: Json) -> datetime | None:
    """A time written as RFC 3339 in UTC, which is assumed if no zone is named; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value.strip())
        return (found if found.tzinfo is not None else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def moment(value: Json) -> float | None:
    """Seconds since the epoch of a time written as RFC 3339; None for anything else."""
    found = instant(value)
    return None if found is None else found.timestamp()


def time_of(value: Json) -> datetime | None:
    """When something happened, in UTC; None for the zero time too, by which a server written in Go says that it is not known."""
    found = _of_epoch(value) or instant(value)
    return found if found is not None and found.timestamp() > 0 else None


def _of_epoch(value: Json) -> datetime | None:
    """A time in seconds or milliseconds since the epoch, as number or text; None for anything else, earlier than 1973 too."""
    digits = str(value).partition(".")[0]
    if isinstance(value, bool) or not _EPOCH_DIGITS.fullmatch(digits):
        return None
    return datetime.fromtimestamp(int(digits) / (1000 if len(digits) > 11 else 1), UTC)


def created_at(answer: Object) -> datetime | None:
    """When a task was created, as far as its answer says so."""
    return _first_time(answer, ("created_at", "createdAt"))


def ended_at(answer: Object) -> datetime | None:
    """When a task ended, as far as its answer says so. A change after its creation is at the latest its end."""
    ended = _first_time(answer, _ENDS)
    changed = _first_time(answer, ("updated_at", "updatedAt"))
    return ended or (changed if changed != created_at(answer) else None)


def _first_time(answer: Object, names: Iterable[str]) -> datetime | None:
    return next(filter(None, (time_of(answer.get(name)) for name in names)), None)


def rfc3339(seconds: float) -> str:
    """A time in seconds since the epoch as `2026-01-01T15:41:31Z`, fractions cut off."""
    return datetime.fromtimestamp(math.floor(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def kind_of(url: str) -> OutputKind | None:
    """What kind of file the ending of an address stands for; None where it has no ending that is known."""
    found = ending(url)
    return FILE_TYPES[found].kind if found else None


# -- ids ------------------------------------------------------------------------------------------------------------------


def task_id(value: Json) -> str | None:
    """The value if it can be the id of a task."""
    written = str(value) if type(value) is int else value
    return written if isinstance(written, str) and _is_task_id(written) else None


@lru_cache(maxsize=1024)
def _is_task_id(text: str) -> bool:
    """Whether a text can be one. A task is in many answers."""
    return is_id(text) and not _NO_ID.fullmatch(text)


def members_of(content: bytes) -> list[tuple[str, Json]]:
    """The members of the JSON object that the bytes hold, in their order, doubles too; of a broken one those that came whole."""
    body = text_of(content)
    members: list[tuple[str, Json]] = []
    place = 0
    while opening := _OPENING.match(body, place):
        try:
            name, place = first_value(body, opening.end())
            colon = _COLON.match(body, place)
            if colon is None or not isinstance(name, str):
                break
            value, place = first_value(body, colon.end())
        except (ValueError, RecursionError):
            break
        blank = _BLANK.match(body, place)
        if blank is not None and blank.end() == len(body) and not isinstance(value, str):
            break  # only a text shows its own end; a number may go on in the part that is missing
        members.append((name, value))
    return members


def id_in(content: bytes, member: str) -> str | None:
    """The id that a member of an answer holds; None where it holds none, or two that differ.

    An answer that breaks off after the member is good enough. In one that is no JSON at all the member is looked for
    everywhere, unless it has the common name `id`, which other things have too.
    """
    values = [value for name, value in members_of(content) if name == member]
    if not values and member != "id" and read_json(content) is None:
        pattern = rf'"{re.escape(member)}"\s*:\s*"([^"\\]*)"'
        values.extend(re.findall(pattern, content.decode("utf-8", "replace")))
    ids = {found for value in values if (found := task_id(value)) is not None}
    return ids.pop() if len(ids) == 1 else None


def rows_by_id(value: Json) -> list[tuple[str, Object]] | None:
    """The tasks of a list by their ids, whatever stands between them.

    None where it is no list, or one of other things than tasks: that is not the same as a list without tasks.
    """
    rows = objects(value)
    if rows is None or (rows and not any("id" in row for row in rows)):
        return None
    return [(name, row) for row in rows if (name := task_id(row.get("id"))) is not None]


def objects(value: Json) -> list[Object] | None:
    """The objects of a list, whatever stands between them; None where it is no list, or holds only something else."""
    if not isinstance(value, list):
        return None
    found = [row for row in value if isinstance(row, dict)]
    return found if found or not any(value) else None


# -- requests that come back ----------------------------------------------------------------------------------------------


def agree(sent: Object, seen: Object, members: Iterable[str]) -> bool:
    """Whether what a task shows of its request is what was sent, in each of these members that both hold.

    What is empty, 0 or `auto` says nothing: the service fills it in. Nor does a data URI, which no service shows again.
    """
    return all(_agree(sent.get(member), seen.get(member)) for member in members)


def both_hold(sent: Object, seen: Object, member: str) -> bool:
    """Whether the request and what a task shows of it both say something in this member."""
    return not _says_nothing(sent.get(member)) and not _says_nothing(seen.get(member))


def _agree(sent: Json, seen: Json) -> bool:
    if _says_nothing(sent) or _says_nothing(seen):
        return True
    if isinstance(sent, list) and isinstance(seen, list):
        return len(sent) == len(seen) and all(map(_agree, sent, seen))
    numbers = number(sent), number(seen)
    if None not in numbers:
        return numbers[0] == numbers[1]
    return sent.strip() == seen.strip() if isinstance(sent, str) and isinstance(seen, str) else sent == seen


def _says_nothing(value: Json) -> bool:
    if isinstance(value, str):
        return not value.strip() or value == "auto" or value.startswith("data:")
    if isinstance(value, list):
        return all(map(_says_nothing, value))
    return value is None or (not isinstance(value, bool) and not value)

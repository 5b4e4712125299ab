"""Read values from answers, even malformed ones: ids in broken bytes, numbers as text, kinds of files.

Nothing that a server can send raises an exception here.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, TypeAlias

from vidu_ext.values.checks import decimal, finite
from vidu_ext.values.exchange import first_value, read_json, text_of
from vidu_ext.values.json import as_object
from vidu_ext.values.tasks import Json, Object, OutputKind, is_id
from vidu_ext.values.urls import FILE_TYPES, ending

_OPENING: Final = re.compile(r"\s*[{,]\s*")
_COLON: Final = re.compile(r"\s*:\s*")
_BLANK: Final = re.compile(r"\s*")
MOST_CREDITS: Final = 1e6
"""Credits of one task above which a charge is a mistake: the dearest documented tasks cost some thousands. Sums of such
numbers are still exact to a hundredth of a credit."""
SHOWN_CHARACTERS: Final = 40
_EPOCH_DIGITS: Final = re.compile(r"[0-9]{9,14}")
_ENDS: Final = ("finished_at", "completed_at", "ended_at", "finishedAt", "completedAt", "endedAt")
_NO_ID: Final = re.compile(r"0+")
"""How a server written in Go writes a missing id."""


def text(value: Json) -> str | None:
    """Return the value unchanged if it is a text that is not blank, else None."""
    return value if isinstance(value, str) and value.strip() else None


def number(value: Json) -> float | None:
    """Return the value as a number if it is a number or the text of one, else None."""
    return finite(decimal(value) if isinstance(value, str) else value)


def whole_number(value: Json) -> int | None:
    found = number(value)
    return None if found is None else int(found)


def charge(value: Json) -> tuple[float | None, str | None]:
    """Return the charge in credits if the value is a plausible one, and otherwise the value as text for messages."""
    found = number(value)
    if found is not None and 0 <= found <= MOST_CREDITS:
        return found or 0.0, None  # -0 is 0
    return None, None if value is None or value == "" else json.dumps(value)[:SHOWN_CHARACTERS]


def share(value: Json) -> float | None:
    """Return the value if it is a number from 0 to 100, else None."""
    found = number(value)
    return found if found is not None and 0 <= found <= 100 else None


def instant(value: Json) -> datetime | None:
    """Read a time in RFC 3339 and return it in UTC, which is assumed without a zone; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value.strip())
        return (found if found.tzinfo is not None else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def time_of(value: Json) -> datetime | None:
    """Read a time in any known form and return it in UTC; None also for the zero time, which Go writes for an unknown one."""
    if value is None:  # most members are missing, and each poll looks for several
        return None
    found = _of_epoch(value) or instant(value)
    return found if found is not None and found.timestamp() > 0 else None


def _of_epoch(value: Json) -> datetime | None:
    """Read a time in seconds or milliseconds since the epoch, as number or text; None for anything else or before 1973."""
    digits = str(value).partition(".")[0]
    if isinstance(value, bool) or not _EPOCH_DIGITS.fullmatch(digits):
        return None
    return datetime.fromtimestamp(int(digits) / (1000 if len(digits) > 11 else 1), UTC)


def created_at(answer: Object) -> datetime | None:
    """Return when a task was created; None if its answer does not say."""
    return _first_time(answer, ("created_at", "createdAt"))


def ended_at(answer: Object) -> datetime | None:
    """Return when a task ended; None if its answer does not say. Without an end, the last change after its creation."""
    ended = _first_time(answer, _ENDS)
    changed = _first_time(answer, ("updated_at", "updatedAt"))
    return ended or (changed if changed != created_at(answer) else None)


def _first_time(answer: Object, names: Iterable[str]) -> datetime | None:
    for name in names:
        if (found := time_of(answer.get(name))) is not None:
            return found
    return None


def rfc3339(seconds: float) -> str:
    """Return a time in seconds since the epoch as `2026-01-01T15:41:31Z`, without fractions."""
    return datetime.fromtimestamp(math.floor(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def kind_of(url: str) -> OutputKind | None:
    """Return the kind of file by the ending of its URL; None without a known ending."""
    found = ending(url)
    return FILE_TYPES[found].kind if found else None


# -- ids ------------------------------------------------------------------------------------------------------------------


def task_id(value: Json) -> str | None:
    """Return the value as text if it can be the id of a task, else None."""
    written = str(value) if type(value) is int else value
    return written if isinstance(written, str) and _is_task_id(written) else None


@lru_cache(maxsize=1024)
def _is_task_id(text: str) -> bool:
    """Return whether a text can be the id of a task. Cached, because a task is in many answers."""
    return is_id(text) and not _NO_ID.fullmatch(text)


def members_of(content: bytes) -> list[tuple[str, Json]]:
    """Return the members of a JSON object in order, with duplicates; of an incomplete object those that are whole."""
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
            break  # only the end of a text is certain; a number may continue in the missing part
        members.append((name, value))
    return members


def id_in(content: bytes, member: str) -> str | None:
    """Return the id in a member of an answer; None if there is none, or two that differ.

    The answer may break off after the member. If it is not JSON, the member is searched for everywhere, unless it is `id`,
    a name that other objects have too.
    """
    values = [value for name, value in members_of(content) if name == member]
    if not values and member != "id" and read_json(content) is None:
        pattern = rf'"{re.escape(member)}"\s*:\s*"([^"\\]*)"'
        values.extend(re.findall(pattern, content.decode("utf-8", "replace")))
    ids = {found for value in values if (found := task_id(value)) is not None}
    return ids.pop() if len(ids) == 1 else None


def rows_by_id(value: Json) -> list[tuple[str, Object]] | None:
    """Return the rows of a list with their ids, skipping anything else in it.

    None if it is not a list, or a list of other things: that is not the same as a list without tasks.
    """
    rows = objects(value)
    if rows is None or (rows and not any("id" in row for row in rows)):
        return None
    return [(name, row) for row in rows if (name := task_id(row.get("id"))) is not None]


def as_entries(value: Json) -> list[Json]:
    """Return the entries of a list; any other value is the only entry."""
    return value if isinstance(value, list) else [value]


def objects(value: Json) -> list[Object] | None:
    """Return the objects of a list, skipping anything else in it; None if it is not a list, or has only other things."""
    if not isinstance(value, list):
        return None
    found = [row for row in value if isinstance(row, dict)]
    return found if found or not any(value) else None


def entries(answer: Object, member: str) -> Json:
    """Return a list in an answer. A server written in Go sends null for an empty list."""
    return [] if member in answer and answer[member] is None else answer.get(member)


def next_page(value: Json) -> str | None:
    """Return the token of the next page; a number counts as one, otherwise the list would seem to end there."""
    token = as_object(value).get("next_page_token")
    return str(token) if isinstance(token, int) and token else text(token)


# -- files ----------------------------------------------------------------------------------------------------------------

Kinds: TypeAlias = "OutputKind | Mapping[str, Kinds]"
"""What the file at a place of an answer is, or the members of an object with files, by name."""


def files_in(value: Json, kinds: Kinds) -> Iterator[tuple[str, OutputKind]]:
    """Yield URL and kind of each file that an answer names at these places, also in lists. Skips anything else there."""
    for entry in as_entries(value):
        if isinstance(kinds, str):
            if url := text(entry) or text(as_object(entry).get("url")):
                yield url, kinds
        elif isinstance(entry, dict):
            for name, below in kinds.items():
                if found := entry.get(name):
                    yield from files_in(found, below)


# -- requests that come back ----------------------------------------------------------------------------------------------


def agree(sent: Object, seen: Object, members: Iterable[str]) -> bool:
    """Return whether a task agrees with a request in each of these members that both have.

    Empty values, 0 and `auto` agree with everything, because the service fills them in; so do data URIs, which no service
    repeats.
    """
    return all(_agree(sent.get(member), seen.get(member)) for member in members)


def both_hold(sent: Object, seen: Object, member: str) -> bool:
    """Return whether both the request and the task have a value in this member that can be compared."""
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

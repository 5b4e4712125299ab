"""When a task was created and ended, in all the forms that providers write."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from vidu_ext.providers import PROVIDERS, provider_named
from vidu_ext.values.tasks import Json, Snapshot, TaskRef

NOON = datetime(2026, 8, 24, 12, 0, 0, tzinfo=UTC)
"""1787572800 seconds since the epoch, by `date -u -d 2026-08-24T12:00:00Z +%s`."""


def snapshot(provider: str, **times: Json) -> Snapshot:
    word: Json = {"status": "COMPLETED", **times} if provider == "skills_video" else {"state": "success", **times}
    found = provider_named(provider).snapshot(TaskRef(provider, "1"), word)
    assert found is not None
    return found


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    "written",
    ["2026-08-24T12:00:00Z", "2026-08-24T14:00:00.000000000+02:00", 1787572800, "1787572800", 1787572800000, 1787572800.5],
)
def test_time_is_read_in_any_form(written: Json, provider: str) -> None:
    found = snapshot(provider, created_at=written, finishedAt=written)
    assert (found.created_at, found.ended_at) == (NOON, NOON)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1996-12-19T16:39:57-08:00", datetime(1996, 12, 20, 0, 39, 57, 0, UTC)),  # RFC 3339, section 5.8
        ("1985-04-12T23:20:50.52Z", datetime(1985, 4, 12, 23, 20, 50, 520000, UTC)),
        ("2025-08-07T09:53:22.083033428Z", datetime(2025, 8, 7, 9, 53, 22, 83033, UTC)),
        ("2026-01-01T14:15:22", datetime(2026, 1, 1, 14, 15, 22, 0, UTC)),
        ("0001-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("yesterday", None),
        ("", None),
        (1766829900, datetime(2025, 12, 27, 10, 5, 0, 0, UTC)),  # as relays write it
        (None, None),
    ],
)
def test_time_is_in_utc_or_none(written: Json, meant: datetime | None) -> None:
    """A server written in Go shows an unknown time as one in the year 1."""
    snapshot = provider_named("vidu").snapshot(TaskRef("mine", "1"), {"state": "created", "created_at": written})
    assert snapshot is not None
    assert snapshot.created_at == meant
    assert snapshot.created_at is None or snapshot.created_at.tzinfo is UTC


@pytest.mark.parametrize("written", [None, "", "yesterday", 0, "0", -1, True, [], {}, 1e300, "0001-01-01T00:00:00Z", "9" * 99])
def test_value_that_is_not_a_time_is_none(written: Json) -> None:
    found = snapshot("vidu", created_at=written, completed_at=written)
    assert (found.created_at, found.ended_at) == (None, None)


def test_last_change_is_the_end_unless_it_is_the_creation() -> None:
    made, changed = "2026-08-24T11:00:00Z", "2026-08-24T12:00:00Z"
    assert snapshot("vidu", created_at=made, updated_at=changed).ended_at == NOON
    assert snapshot("vidu", created_at=made, updated_at=made).ended_at is None

"""When a task was created and when it ended, as the answers of providers write it."""

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
def test_time_is_read_however_it_is_written(written: Json, provider: str) -> None:
    found = snapshot(provider, created_at=written, finishedAt=written)
    assert (found.created_at, found.ended_at) == (NOON, NOON)


@pytest.mark.parametrize("written", [None, "", "yesterday", 0, "0", -1, True, [], {}, 1e300, "0001-01-01T00:00:00Z", "9" * 99])
def test_what_is_no_time_is_not_known(written: Json) -> None:
    found = snapshot("vidu", created_at=written, completed_at=written)
    assert (found.created_at, found.ended_at) == (None, None)


def test_last_change_is_the_end_unless_it_is_the_creation() -> None:
    made, changed = "2026-08-24T11:00:00Z", "2026-08-24T12:00:00Z"
    assert snapshot("vidu", created_at=made, updated_at=changed).ended_at == NOON
    assert snapshot("vidu", created_at=made, updated_at=made).ended_at is None

"""A provider whose clock is behind that of this machine: lost tasks are found, and nothing is paid twice."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Final

from batch_provider import ProviderProcess
from batch_rig import Rig

LOST: Final[list[dict[str, Any]]] = [
    {"kind": "answer_lost", "operation": "create", "nth": 1},
    {"kind": "connection_reset", "operation": "create", "nth": 3},
    {"kind": "late_list", "operation": "list", "nth": 1, "seconds": 600.0},
]
"""The answer to the first create is lost, the third create never arrives, and the first list lacks new tasks."""


def test_batch_pays_once_for_each_row_although_the_clock_of_the_provider_is_behind(tmp_path: Path) -> None:
    """Once, with our clock 15 minutes ahead, no task in the list was new enough, and the first row was paid twice."""
    with (
        ProviderProcess(rules=LOST, ahead=-900.0, queue_seconds=0.0, processing_seconds=0.25, concurrency=100) as provider,
        Rig(provider, f"sqlite:///{tmp_path}/batches.sqlite", tmp_path) as rig,
    ):
        rig.plan([{"prompt": "a bird"}] * 4, concurrency=1)
        with rig.working():
            rig.finish()
        assert Counter(rig.states().values()) == {"done": 4}
        ledger = provider.ledger()
    assert (len(ledger["paid"]), ledger["twice"]) == (4, [])

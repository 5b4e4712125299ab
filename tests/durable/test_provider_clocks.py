"""A provider whose clock differs from that of this machine: lost tasks are found, and nothing is paid twice."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Final

import pytest
from batch_provider import ProviderProcess
from batch_rig import Rig

from vidu_ext import Settings, Submission, TextToVideo, Vidu
from vidu_ext.flows.policy import SettlePolicy
from vidu_ext.values.errors import SubmissionUnknownError

HOUR: Final = 3600.0
LOST: Final[list[dict[str, Any]]] = [
    {"kind": "answer_lost", "operation": "create", "nth": 1},
    {"kind": "connection_reset", "operation": "create", "nth": 3},
    {"kind": "late_list", "operation": "list", "nth": 1, "seconds": 600.0},
]
"""The answer to the first create is lost, the third create never arrives, and the first list lacks new tasks."""


def provider_of(ahead: float) -> ProviderProcess:
    return ProviderProcess(rules=LOST, ahead=ahead, queue_seconds=0.0, processing_seconds=0.25, concurrency=100)


def test_batch_pays_once_for_each_row_although_the_clock_of_the_provider_is_behind(tmp_path: Path) -> None:
    """Once, with our clock 15 minutes ahead, no task in the list was new enough, and the first row was paid twice."""
    with provider_of(-900.0) as provider, Rig(provider, f"sqlite:///{tmp_path}/batches.sqlite", tmp_path) as rig:
        rig.plan([{"prompt": "a bird"}] * 4, concurrency=1)
        rig.work()
        rig.finish()
        assert Counter(rig.states().values()) == {"done": 4}
        ledger = provider.ledger()
    assert (len(ledger["paid"]), ledger["twice"]) == (4, [])


@pytest.mark.parametrize("ahead", [-900.0, 6 * HOUR])
def test_lost_task_is_found_by_another_process_whatever_the_clock_of_the_provider(ahead: float) -> None:
    with provider_of(ahead) as provider:
        accounts = [provider.account("vidu")]
        with (
            Vidu(accounts, settings=Settings(settle=SettlePolicy(window=0.0))) as vidu,
            pytest.raises(SubmissionUnknownError) as caught,
        ):
            vidu.submit(TextToVideo(prompt="a paper bird", model="viduq3-turbo", duration=5))
        with Vidu(accounts) as vidu:
            task = vidu.find(Submission.parse(caught.value.submission.to_text()))
        (paid,) = provider.ledger()["paid"]
        assert str(task.ref) == f"vidu:{paid['id']}"

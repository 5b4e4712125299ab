"""The emulator answers as the specs say: schemathesis, every phase and every check, within a budget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pytest
from attrs import evolve
from schemathesis_runs import BRIEF, run

from vidu_ext.contract.fuzz import PHASES

RUNS: Final[Mapping[str, Sequence[str]]] = {
    "zenlayer": PHASES,
    "skills_video": PHASES,
    "comfy": ["stateful"],
    "vidu": ["fuzzing"],
}
"""Every phase for the providers of few operations; `make contract-deep` runs all phases for the others."""


@pytest.mark.parametrize("provider", RUNS)
def test_emulator_keeps_its_contract(provider: str) -> None:
    ended = run(provider, evolve(BRIEF, phases=RUNS[provider]))
    assert ended.is_clean, ended.report
    assert "No issues found" in ended.report

"""The emulator answers as the specs say: schemathesis, every phase and every check, within a budget."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pytest
from attrs import evolve
from schemathesis_runs import BRIEF, run

from vidu_ext.contract.fuzz import PHASES
from vidu_ext.emulator.settings import PROVIDERS

RUNS: Final[Sequence[tuple[str, bool, Sequence[str]]]] = (
    *((provider, True, PHASES) for provider in PROVIDERS if provider != "vidu"),
    ("vidu", True, [phase for phase in PHASES if phase != "coverage"]),
    ("vidu", False, ["coverage"]),  # of all its operations, the phase takes a minute: `make contract-deep` runs it
)


@pytest.mark.parametrize(("provider", "creates", "phases"), RUNS)
def test_emulator_keeps_its_contract(provider: str, creates: bool, phases: Sequence[str]) -> None:
    ended = run(provider, evolve(BRIEF, phases=phases), creates=creates)
    assert ended.is_clean, ended.report
    assert "No issues found" in ended.report

"""The emulator answers as the specs say: schemathesis, every phase and every check, within a budget."""

from __future__ import annotations

import pytest
from schemathesis_runs import BRIEF, run

from vidu_ext.emulator.settings import PROVIDERS


@pytest.mark.parametrize("provider", PROVIDERS)
def test_emulator_keeps_its_contract(provider: str) -> None:
    ended = run(provider, BRIEF)
    assert ended.is_clean, ended.report
    assert "No issues found" in ended.report

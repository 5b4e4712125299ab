"""The small form of stress_once.py: two processes order under the same keys at once, and one is killed now and then."""

from __future__ import annotations

import pytest
from playing import PROVIDERS
from stress_once import pairs


@pytest.mark.parametrize("provider", PROVIDERS)
def test_pairs_from_two_processes_with_kills_are_paid_once_and_known(provider: str) -> None:
    row = pairs(provider, 8, seconds=60.0, seed=3)
    assert row.is_right, row
    assert row.runs == 8

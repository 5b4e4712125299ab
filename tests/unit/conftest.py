"""Fixtures of the unit tests."""

from __future__ import annotations

import pytest

from vidu_ext.flows import poll


@pytest.fixture
def single_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """Poll even a single task by the list."""
    monkeypatch.setattr(poll, "FEW_TASKS", 0)

"""For all tests: hypothesis measures no time, since a slow machine is no defect; options of the contract tests."""

from __future__ import annotations

import pytest
from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("contract tests")
    group.addoption("--draws", type=int, default=20, help="values drawn for each case: per model, edge and answer (20)")
    group.addoption("--draw-seed", type=int, default=0, help="which ones; the same seed draws the same (0)")

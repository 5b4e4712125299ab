"""For all tests: no deadlines of hypothesis, because a slow machine is not a defect; options of the contract tests; fixtures."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from vidu_ext.flows import poll

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("contract tests")
    group.addoption("--draws", type=int, default=20, help="values drawn for each case: per model, edge and answer (20)")
    group.addoption("--draw-seed", type=int, default=0, help="which ones; the same seed draws the same (0)")


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """The path of a film to download."""
    return tmp_path / "film.mp4"


@pytest.fixture
def single_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """Poll even a single task by the list."""
    monkeypatch.setattr(poll, "FEW_TASKS", 0)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """Return a function that gives all log lines so far, those of httpx and httpcore too."""
    caplog.set_level(logging.DEBUG)
    for name in ("vidu_ext", "httpx", "httpcore"):
        caplog.set_level(logging.DEBUG, logger=name)
    return lambda: "\n".join(f"{one.name} {one.getMessage()} {one.args!r} {one.exc_text}" for one in caplog.records)

"""For all tests: no deadlines of hypothesis, because a slow machine is not a defect; options, names of cases, fixtures.

What all tests share is left out of garbage collections, which took a sixth of the time of a run.
"""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Callable, Generator, Mapping, Sequence, Set
from pathlib import Path
from types import FunctionType
from typing import Final, cast

import pytest
from attrs import has
from hypothesis import settings

from vidu_ext.flows import poll
from vidu_ext.values.exchange import ExchangeError, Reply

LONGEST_NAME: Final = 70
"""Characters of the name of a case."""

# Also for schemathesis, which runs in folders of its own and would count all characters of Unicode anew each time: three seconds.
os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(Path(__file__).parents[1] / ".hypothesis"))
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("contract tests")
    group.addoption("--draws", type=int, default=10, help="values drawn for each case: per model, edge and answer (10)")
    group.addoption("--draw-seed", type=int, default=0, help="which ones; the same seed draws the same (0)")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a case by its value, in place of `answer0`; None for what pytest names itself."""
    value: object = val
    is_named = isinstance(val, Reply | BaseException | Mapping | list | tuple | frozenset | set) or has(type(val))
    is_named |= isinstance(val, str | bytes) and len(val) > LONGEST_NAME
    return _in_words(value)[:LONGEST_NAME] if is_named else None


def _in_words(value: object) -> str:
    match value:
        case Reply():
            return f"{value.status} {value.content.decode(errors='replace')}".strip()
        case ExchangeError():
            return value.detail
        case Mapping():
            entries = cast("Mapping[str, object]", value).items()
            return ", ".join(f"{name}: {_in_words(entry)}" for name, entry in entries) or "{}"
        case list() | tuple():
            return ", ".join(map(_in_words, cast("Sequence[object]", value))) or "[]"
        case set() | frozenset():
            return _in_words(sorted(cast("Set[object]", value), key=str))
        case type() | FunctionType():
            return value.__name__.strip("<>")
        case None | bool() | int() | float() | str() | bytes():
            return str(value) or "''"
        case _:
            return type(value).__name__


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """The path of a film to download."""
    return tmp_path / "film.mp4"


@pytest.fixture
def single_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """Poll even a single task by the list."""
    monkeypatch.setattr(poll, "MOST_POLLED_ALONE", 0)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """Return a function that gives all log lines so far, those of httpx and httpcore too."""
    caplog.set_level(logging.DEBUG)
    for name in ("vidu_ext", "httpx", "httpcore"):
        caplog.set_level(logging.DEBUG, logger=name)
    return lambda: "\n".join(f"{one.name} {one.getMessage()} {one.args!r} {one.exc_text}" for one in caplog.records)

"""The blocking and the awaited client have the same methods, parameters and docstrings."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Final

import pytest

from vidu_ext import AsyncTask, AsyncTaskResult, AsyncVidu, Task, TaskResult, Vidu

PAIRS: Final = ((Vidu, AsyncVidu), (Task, AsyncTask), (TaskResult, AsyncTaskResult))
STREAMS: Final = {"watch", "as_completed", "tasks", "subjects"}
"""Methods that return iterators in one client and async iterators in the other."""

AT_ONCE: Final = {"explain", "quote", "task", "remember"}
"""Methods that wait for nothing and are not coroutines."""


def public(kind: type) -> dict[str, object]:
    return {name: value for name, value in inspect.getmembers(kind) if not name.startswith("_")}


def methods(kind: type) -> dict[str, object]:
    return {name: value for name, value in public(kind).items() if inspect.isfunction(value)}


def parameters(method: Callable[..., object]) -> dict[str, tuple[object, object]]:
    """Return kind and default of each parameter; the annotations differ."""
    return {name: (value.kind, value.default) for name, value in inspect.signature(method).parameters.items()}


@pytest.mark.parametrize(("blocking", "awaited"), PAIRS)
def test_both_sides_have_the_same_names(blocking: type, awaited: type) -> None:
    assert set(public(blocking)) == set(public(awaited))


@pytest.mark.parametrize(("blocking", "awaited"), PAIRS)
def test_both_sides_have_the_same_parameters(blocking: type, awaited: type) -> None:
    for name in methods(blocking):
        assert parameters(getattr(blocking, name)) == parameters(getattr(awaited, name)), name


@pytest.mark.parametrize(("blocking", "awaited"), PAIRS)
def test_methods_that_wait_are_coroutines(blocking: type, awaited: type) -> None:
    for name, method in methods(awaited).items():
        is_at_once = name in AT_ONCE or name in STREAMS
        assert inspect.iscoroutinefunction(method) != is_at_once, name
        assert not inspect.iscoroutinefunction(getattr(blocking, name))


@pytest.mark.parametrize("name", sorted(STREAMS))
def test_streams_of_the_awaited_client_are_async_generators(name: str) -> None:
    assert inspect.isasyncgenfunction(getattr(AsyncVidu, name))


@pytest.mark.parametrize(("blocking", "awaited"), PAIRS)
def test_both_sides_have_the_same_docstrings(blocking: type, awaited: type) -> None:
    for name, method in methods(blocking).items():
        blocking_text, awaited_text = inspect.getdoc(method), inspect.getdoc(getattr(awaited, name))
        assert blocking_text and awaited_text, name
        assert blocking_text.split() == awaited_text.replace("AsyncVidu", "Vidu").split(), name

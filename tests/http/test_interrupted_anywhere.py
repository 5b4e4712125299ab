"""Ctrl-C or cancellation at any line: a paid task is returned, reported, or found by what the exception carries."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from attrs import evolve
from interrupting import Provider, Runs, Way
from playing import PROVIDERS, request_for

from vidu_ext import Vidu
from vidu_ext.flows import once
from vidu_ext.transport.orders import OrderLock

SUBMIT: Final = "submit with on_accepted"
TRIES: Final[Mapping[str, tuple[Way, str, Sequence[tuple[str, str, int]]]]] = {
    "answered": ("Ctrl-C", "zenlayer", [(SUBMIT, "answered", 1), (SUBMIT, "answer lost", 1), ("send", "answered", 1)]),
    "looked for in a list": ("Ctrl-C", "vidu", [(SUBMIT, "answer lost", 1), ("find", "answer lost", 5)]),
    "looked for in vain": ("Ctrl-C", "vidu", [("find", "never arrived", 5)]),
    "sent again": ("Ctrl-C", "comfy", [(SUBMIT, "answer lost", 5), ("find", "answer lost", 5)]),
    "looked for among running tasks": ("Ctrl-C", "skills_video", [(SUBMIT, "answer lost", 5)]),
    "answered at once": ("Ctrl-C", "vidu", [("call", "answered", 3), ("call", "answer lost", 3)]),
    "cancelled, answered at once": ("cancellation", "vidu", [("call", "answered", 7), ("call", "answer lost", 7)]),
    "awaited": ("Ctrl-C awaited", "vidu", [(SUBMIT, "answered", 5), (SUBMIT, "answer lost", 7), ("call", "answered", 5)]),
    **{
        f"cancelled, {provider}": ("cancellation", provider, [(SUBMIT, "answered", step), (SUBMIT, "answer lost", 13)])
        for provider, step in (("zenlayer", 3), *((name, 13) for name in PROVIDERS if name != "zenlayer"))
    },
}
"""Way, provider, and for each entry and fault, which of its lines are tried, such as every fifth; `make stress` tries all."""

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
"""Python reports an interrupt as unraisable if it comes while a generator is deleted."""


@pytest.fixture(autouse=True)
def _discarded() -> Iterator[None]:
    """Delete what interrupts leave here: a coroutine that never ran would be reported by whatever test runs then."""
    yield
    gc.collect()


@pytest.mark.parametrize(("way", "provider", "tries"), TRIES.values(), ids=TRIES)
def test_request_that_is_interrupted_at_any_line_is_paid_once_and_found(
    way: Way, provider: str, tries: Sequence[tuple[str, str, int]], tmp_path: Path
) -> None:
    """Once, the error of an interrupt between the answer and the end of `on_accepted` said that nothing was paid."""
    runs = Runs(way, partial(Provider, provider), tmp_path)
    for entry, fault, step in tries:
        runs.try_every_line(entry, fault, sent=1, step=step)
    assert runs.findings.wrong == {}
    assert runs.findings.counts["runs"] > 20
    assert provider != "zenlayer" or runs.findings.counts["in on_accepted"]


@pytest.mark.parametrize("place", ["just after it is locked", "just before it is released"])
def test_interrupted_order_is_free_for_the_next_submit_of_the_process(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, a second submit waited 15 minutes for an order that its own process held."""
    provider = Provider("vidu")
    settings = evolve(provider.settings, orders=tmp_path / "orders.sqlite")
    is_lock = place == "just after it is locked"
    name = "take" if is_lock else "release"
    original, interrupts = getattr(OrderLock, name), [KeyboardInterrupt()]

    def interrupt_once(*arguments: object) -> object:
        if not interrupts:
            return original(*arguments)
        if is_lock:
            original(*arguments)
        raise interrupts.pop()

    monkeypatch.setattr(OrderLock, name, interrupt_once)
    monkeypatch.setattr(once, "MOST_SECONDS", 0.0)
    with Vidu(provider.accounts, settings=settings) as vidu:
        with pytest.raises(KeyboardInterrupt):
            vidu.submit(request_for("vidu"), once="order-8814")
        vidu.submit(request_for("vidu"), once="order-8814")
    assert len(provider.paid) == 1

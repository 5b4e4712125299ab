"""The options of batches and workers, in Python and on the command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from vidu_ext.cli.commands.batch.options import ManifestOptions, WorkOptions, ceilings_of, defaults, limits_of, price_of
from vidu_ext.cli.options import DECLARED
from vidu_ext.durable import BatchOptions, Limits, Patience, WorkerOptions
from vidu_ext.durable.batches import checked_ceilings
from vidu_ext.flows.policy import PollPolicy
from vidu_ext.values.errors import ConfigurationError

ACCOUNTS = ("vidu", "comfy")


def test_options_of_the_command_are_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ceilings_of(["500", "vidu=20.5"]) == {"": 500.0, "vidu": 20.5}
    assert defaults(["model= viduq3", "duration=5.0", "audio=yes", "prompt=a=b", "options.bgm=TRUE", "values.take=001"]) == {
        "model": "viduq3",
        "duration": 5,
        "audio": True,
        "prompt": "a=b",
        "options": {"bgm": True},
        "values": {"take": "001"},
    }
    assert limits_of(ACCOUNTS, ["8", "comfy=2"], ["vidu=10/30"]) == {
        "vidu": Limits(concurrency=8, rate=10, period=30.0),
        "comfy": Limits(concurrency=2),
    }
    (tmp_path / "prices_of_mine.py").write_text("def cost(request, account):\n    return 5.0\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    price: Any = price_of("prices_of_mine:cost")
    assert price(None, "vidu") == 5.0
    assert price_of(None) is None


def test_help_shows_the_defaults_of_the_options() -> None:
    defaults_of_worker = WorkerOptions()
    members = (*fields(WorkOptions), *fields(ManifestOptions))
    helps = {member.name: str(member.metadata[DECLARED].help) for member in members if DECLARED in member.metadata}
    assert WorkOptions().options() == defaults_of_worker
    assert WorkOptions(allow_private_hosts=True).options().allow_private_hosts
    assert helps["lease"].endswith(f"; default {defaults_of_worker.lease:g}.")
    assert helps["settle"].endswith(f"; default {defaults_of_worker.patience.settle:g}.")
    assert helps["polling"].endswith(f"; default {defaults_of_worker.polling:g}.")
    assert helps["interval"].endswith(f"; default growing from {PollPolicy().floor:g} to {PollPolicy().ceiling:g}.")
    assert helps["concurrency"].endswith(f"; default {Limits().concurrency}.")


PARSERS: dict[str, Callable[[str], object]] = {
    "budget": lambda text: ceilings_of([text]),
    "concurrency": lambda text: limits_of(ACCOUNTS, [text], []),
    "rate": lambda text: limits_of(ACCOUNTS, [], [text]),
    "default": lambda text: defaults([text]),
    "price": price_of,
}
INVALID = {
    "lots": ("budget", "is not a number"),
    "nan": ("budget", "is not a number"),
    "1.5": ("concurrency", "is not a whole number"),
    "\u0661": ("concurrency", "is not a whole number"),
    "0": ("concurrency", "at least 1"),
    "99999999999999999999": ("concurrency", "at most 1,000,000"),
    "5/x": ("rate", "is not a number"),
    "model": ("default", "write MEMBER=VALUE"),
    "nothing": ("price", "write MODULE:FUNCTION"),
    "no_such_module_at_all:f": ("price", "No module named"),
    ".relative:f": ("price", "TypeError"),
    "json:no_such_function": ("price", "write MODULE:FUNCTION"),
}


@pytest.mark.parametrize("text", INVALID)
def test_invalid_option_is_refused_with_its_reason(text: str) -> None:
    option, reason = INVALID[text]
    with pytest.raises(ConfigurationError, match=reason):
        PARSERS[option](text)


@pytest.mark.parametrize("name", ["ep1/s1", "..", "", "x\n", " x", "a\\b", "x" * 201, 7])
def test_batch_name_must_be_a_short_printable_part_of_a_path(name: Any) -> None:
    with pytest.raises(ConfigurationError, match="a batch cannot be called"):
        BatchOptions(name=name, folder=Path())


@pytest.mark.parametrize("ceiling", [float("nan"), float("inf"), -1.0, 1e300, True, "20"], ids=repr)
def test_ceiling_that_is_not_a_number_of_credits_is_refused(ceiling: Any) -> None:
    """SQLite stores NaN as NULL, which means no ceiling at all."""
    with pytest.raises(ConfigurationError, match="a ceiling must be"):
        BatchOptions(name="films", folder=Path(), ceilings={"": ceiling})


def test_ceiling_of_a_misspelt_provider_is_refused() -> None:
    """Once, it was kept and limited nothing."""
    with pytest.raises(ConfigurationError, match=r"'viddu' is not a provider\. Did you mean 'vidu'\?"):
        checked_ceilings({"": 100.0, "viddu": 50.0})


@pytest.mark.parametrize("limits", [{"concurrency": 0}, {"rate": 0}])
def test_limits_must_be_at_least_one(limits: dict[str, int]) -> None:
    with pytest.raises(ConfigurationError):
        Limits(**limits)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1.0, "x", True])
def test_patience_must_be_finite_seconds(value: Any) -> None:
    for member in ("settle", "search", "resend", "yield_after", "hold_pause", "download"):
        with pytest.raises(ConfigurationError, match=rf"Patience\.{member} must be a finite number of seconds"):
            Patience(**{member: value})


@pytest.mark.parametrize("lease", [10.0, 18.75])
def test_lease_must_be_longer_than_a_resend_that_begins_before_a_renewal(lease: float) -> None:
    """Once, a worker with a lease of 15.1 s, which is renewed every 3 s, sent nothing and did not say why."""
    with pytest.raises(ConfigurationError, match=rf"WorkerOptions\.lease must be longer than 18\.75 s; it is {lease:g} s"):
        WorkerOptions(lease=lease)

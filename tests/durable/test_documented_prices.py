"""A batch knows what its rows cost by the documents: the sum before anything is sent, and the budget without a probe."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from vidu_ext.durable import Batches, BatchOptions, Planned
from vidu_ext.durable.reports import every_job
from vidu_ext.providers.accounts import Account

KEYS = [Account(provider="vidu", key="key-of-vidu"), Account(provider="comfy", key="key-of-comfy")]
PRICED = {"prompt": "a bird", "model": "viduq3-pro", "resolution": "540p", "duration": 4, "account": "vidu"}
"""36 credits by the printed price page."""
UNPRICED = {"kind": "vidu.lipSync", "text": "Hello", "video_url": "https://example.com/v.mp4"}
AT_COMFY = {**PRICED, "account": "comfy", "resolution": "720p"}
"""Comfy bills in credits of its own, which its answers do not say."""


def planned(folder: Path, *rows: Mapping[str, object]) -> tuple[Planned, dict[str, float | None]]:
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps({"key": f"k{number}", **row}) + "\n" for number, row in enumerate(rows)), encoding="utf-8")
    with Batches(f"sqlite:///{folder}/b.sqlite", KEYS) as batches:
        found = batches.plan(path, BatchOptions(name="priced", folder=folder))
        return found, {job.key: job.price for job in every_job(batches.store, "priced")}


def test_planning_names_the_sum_and_what_has_no_price(tmp_path: Path) -> None:
    found, prices = planned(tmp_path, PRICED, PRICED, {**PRICED, "price": 50}, UNPRICED, AT_COMFY)
    assert dict(found.credits) == {"vidu": 36 + 36 + 50, "comfy": 0}
    assert found.unpriced == 2
    assert prices == {"k0": 36.0, "k1": 36.0, "k2": 50.0, "k3": None, "k4": None}


@pytest.mark.parametrize(("rows", "says"), [((PRICED,) * 2, "; expected: 72 credits of vidu"), ((UNPRICED,), "")])
def test_sum_is_a_line_of_the_command(rows: tuple[Mapping[str, object], ...], says: str, tmp_path: Path) -> None:
    from vidu_ext.cli.commands.batch.display import cost_line

    assert cost_line(planned(tmp_path, *rows)[0]) == says

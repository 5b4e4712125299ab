"""The table of `make mutants` names files that exist, and a reason for every change that may survive."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).parents[2]
TABLE: Final[dict[str, Any]] = tomllib.loads((ROOT / "tests/mutants.toml").read_text("utf-8"))
MODULES: Final = {name: row for name, row in TABLE.items() if name != "accepted"}


@pytest.mark.parametrize("name", MODULES)
def test_files_and_tests_of_a_module_exist(name: str) -> None:
    """A file that was moved would be left out unnoticed."""
    row = MODULES[name]
    assert row["mutate"]
    assert row["tests"]
    for pattern in (*row["mutate"], *row["tests"]):
        assert list(ROOT.glob(pattern)), pattern


def test_each_accepted_change_has_a_reason_and_is_listed_once() -> None:
    accepted = TABLE.get("accepted", [])
    assert all(entry["reason"] for entry in accepted)
    changes = [(entry["function"], entry["was"], entry["now"]) for entry in accepted]
    assert len(set(changes)) == len(changes)

"""Planning: which rows become jobs, at which account, price and file, and what is refused before anything is recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from batch_provider import ProviderProcess
from batch_rig import Rig, rows
from job_store_rig import begin

from vidu_ext.cli.commands.batch.display import cost_line, progress_line
from vidu_ext.durable import BatchOptions, Limits, ManifestError, batch_commands
from vidu_ext.durable.dispatch import enqueue
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.requests import Request

pytest_plugins = ["batch_fixtures"]

PRICED: Final[dict[str, Any]] = {
    "prompt": "a bird",
    "model": "viduq3-pro",
    "resolution": "540p",
    "duration": 4,
    "account": "vidu",
}
"""36 credits by the printed price page."""
UNPRICED: Final[dict[str, Any]] = {
    "kind": "vidu.lipSync", "text": "Hello", "video_url": "https://example.com/v.mp4", "model": None, "duration": None
}  # fmt: skip
AT_COMFY: Final = {**PRICED, "account": "comfy", "resolution": "720p"}
"""126.6 credits of its own by Comfy's price page: 31.65 a second."""


@pytest.fixture
def two_accounts(provider: ProviderProcess, sqlite_database: str, tmp_path: Path) -> Iterator[Rig]:
    with Rig(provider, sqlite_database, tmp_path, providers=("vidu", "comfy")) as rig:
        yield rig


# -- prices ---------------------------------------------------------------------------------------------------------------


def test_planning_sums_the_documented_prices_and_counts_rows_without_one(two_accounts: Rig) -> None:
    manifest = [PRICED, PRICED, {**PRICED, "price": 50}, UNPRICED, AT_COMFY]
    planned = two_accounts.plan([{"key": f"k{number}", **row} for number, row in enumerate(manifest)])
    assert dict(planned.credits) == {"vidu": 36 + 36 + 50, "comfy": 126.6}
    prices = [job.price for job in two_accounts.jobs().values()]
    assert (planned.unpriced, prices) == (1, [36.0, 36.0, 50.0, None, 126.6])
    assert cost_line(planned) == "; expected: 122 credits of vidu, 126.6 credits of comfy, 1 without a known price"
    assert cost_line(two_accounts.plan([{**UNPRICED, "key": "more"}])) == ""


def test_total_budget_over_credits_of_different_units_is_refused_and_nothing_is_recorded(two_accounts: Rig) -> None:
    """Once, 60 credits of Vidu and 63.3 of Comfy were added up as if they were alike."""
    with pytest.raises(ConfigurationError, match=r"--budget comfy=CREDITS --budget vidu=CREDITS"):
        two_accounts.plan([PRICED, AT_COMFY], ceilings={"": 500.0})
    assert two_accounts.jobs() == {}
    two_accounts.plan([PRICED], ceilings={"": 500.0})
    with pytest.raises(ConfigurationError, match="a total budget cannot be kept"):
        two_accounts.plan([PRICED, AT_COMFY])
    assert list(two_accounts.states().values()) == ["queued"]


def test_limits_of_an_account_that_is_not_configured_are_refused(two_accounts: Rig) -> None:
    """Once, they were ignored, and the account that was meant had the usual ones."""
    with pytest.raises(ConfigurationError, match=r"no account is called 'viddu'.* Its limits would limit nothing\."):
        two_accounts.plan([PRICED], limits={"viddu": Limits(concurrency=1)})
    assert two_accounts.jobs() == {}


def test_charge_of_comfy_is_booked_in_its_own_credits_and_not_added_to_those_of_vidu(two_accounts: Rig) -> None:
    two_accounts.plan([PRICED, AT_COMFY], ceilings={"vidu": 40.0, "comfy": 130.0})
    with two_accounts.working():
        two_accounts.finish()
    progress = two_accounts.progress()
    assert {name: budget.spent for name, budget in progress.money.items()} == {"vidu": 36, "comfy": 126.6}
    assert "126.6 credits of comfy and 36 credits of vidu spent" in progress_line(progress)


def a_hundred_at_vidu(request: Request, account: str) -> float | None:
    return 100.0 if account == "vidu" and request.duration else None


def test_price_function_sets_the_price_that_is_reserved(rig: Rig) -> None:
    rig.plan(rows(4), ceilings={"vidu": 200.0}, price=a_hundred_at_vidu)
    assert {job.price for job in rig.jobs().values()} == {100.0}
    assert begin(rig.batches.store, rig.jobs()["k00"]) == "sending"
    assert rig.progress().money["vidu"].reserved == 100.0


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (-100.0, "row 2: the result of the price function must be a finite number of credits, at least 0; it is -100.0"),
        (float("nan"), "it is nan"),
        (KeyError("bird"), "row 2: the price function raised KeyError: 'bird'"),
    ],
)
def test_price_function_must_return_a_number_of_credits(rig: Rig, result: Any, reason: str) -> None:
    def price(_request: Request, _account: str) -> Any:
        if isinstance(result, Exception):
            raise result
        return result

    with pytest.raises(ManifestError) as caught:
        rig.plan([{"prompt": "a bird", "price": 5}, {"prompt": "a fish"}], price=price)
    assert [fault.row for fault in caught.value.faults] == [2]
    assert reason in str(caught.value)


# -- rows that are jobs already -------------------------------------------------------------------------------------------


def test_batch_is_complete_once_all_rows_are_recorded_although_its_planning_was_killed(rig: Rig) -> None:
    """Once, `only 2 of 2 rows were recorded`."""
    rig.plan(rows(2))
    with rig.batches.store.writing() as connection:
        connection.exec_driver_sql("UPDATE vidu_batches SET planned = 2")
    assert rig.progress().planned is None


def test_interrupted_planning_is_shown_until_the_manifest_is_planned_again(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt_at_the_fourth(*arguments: Any) -> None:
        enqueue(*arguments)
        if arguments[2].key == "k03":
            raise KeyboardInterrupt

    monkeypatch.setattr("vidu_ext.durable.batches.ROWS_AT_ONCE", 2)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("vidu_ext.durable.dispatch.enqueue", interrupt_at_the_fourth)
        rig.plan(rows(5))
    assert (rig.progress().total, rig.progress().planned) == (2, 5)
    again = rig.plan(rows(5))
    assert (again.new, again.known, rig.progress().total, rig.progress().planned) == (3, 2, 5, None)


def nothing_yet(_batch: str) -> set[str]:
    """Return the known keys as of a moment before another process planned."""
    return set()


def test_row_that_another_process_has_just_recorded_is_not_counted_as_new(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.plan(rows(1))
    monkeypatch.setattr(rig.batches, "_known_keys", nothing_yet)
    again = rig.plan(rows(2))
    assert (again.new, again.known, rig.progress().total) == (1, 1, 2)


def test_spread_rows_are_distributed_in_proportion_to_concurrency(two_accounts: Rig) -> None:
    two_accounts.plan(rows(8), limits={"vidu": Limits(concurrency=6), "comfy": Limits(concurrency=2)}, spread=True)
    assert Counter(job.account for job in two_accounts.jobs().values()) == {"vidu": 6, "comfy": 2}


# -- errors and warnings --------------------------------------------------------------------------------------------------


def test_manifest_with_errors_lists_all_of_them_and_changes_nothing(provider: ProviderProcess, tmp_path: Path) -> None:
    database = tmp_path / "none.sqlite"
    wrong: list[dict[str, Any]] = [
        {"prompt": "fine"},
        {"prompt": "too long", "duration": 99},
        {"prompt": "x", "account": "missing"},
        {"prompt": "x", "modl": "x"},
        {"image": "missing.png"},
        {"prompt": "x", "payload": "mine"},
        {"prompt": "x", "name": "../x"},
        {"prompt": "x", "name": "same"},
        {"prompt": "y", "name": "SAME"},
    ]
    with Rig(provider, f"sqlite:///{database}", tmp_path) as rig, pytest.raises(ManifestError) as caught:
        rig.plan(wrong)
    assert [fault.row for fault in caught.value.faults] == [2, 3, 4, 5, 6, 7, 9]
    assert "#/duration: 99 is more than " in caught.value.faults[0].message
    assert not database.exists()
    assert provider.ledger()["counts"] == {}


def test_key_cannot_be_used_again_for_another_request(rig: Rig) -> None:
    rig.plan([{"key": "k", "prompt": "one"}], template="{row}")
    with pytest.raises(ManifestError, match="with another request; choose a new key"):
        rig.plan([{"key": "k", "prompt": "two"}], template="{row}")
    with pytest.raises(ManifestError, match="belongs to job 'k'"):
        rig.plan([{"key": "other", "prompt": "two"}], template="{row}")
    assert len(rig.jobs()) == 1


def test_two_jobs_cannot_have_the_same_file(rig: Rig) -> None:
    out = rig.folder / "out"
    with pytest.raises(ManifestError, match="belongs to row 1; use"):
        rig.plan([{"key": "shot", "prompt": "one"}, {"key": "Shot.mp4", "prompt": "two"}])
    rig.plan([{"key": "shot", "prompt": "one"}], folder=out)
    with pytest.raises(ManifestError, match="belongs to job 'shot' of batch 'batch'; use"):
        rig.plan([{"key": "two", "name": "SHOT.MP4", "prompt": "two"}])
    rig.batch = "other"
    with pytest.raises(ManifestError, match="belongs to job 'shot' of batch 'batch'; use"):
        rig.plan([{"key": "SHOT.mp4", "prompt": "two"}], folder=rig.folder / "x" / ".." / "out")
    assert rig.plan([{"key": "shot", "prompt": "two"}], template="{batch}/{key}", folder=out).new == 1
    assert rig.plan([{"key": "shot", "prompt": "two"}], template="{batch}/{key}", folder=out).known == 1


@pytest.mark.parametrize(("second", "warns"), [({}, True), ({"seed": 2}, False)])
def test_only_equal_rows_without_a_key_are_warned_of(
    rig: Rig, caplog: pytest.LogCaptureFixture, second: dict[str, int], warns: bool
) -> None:
    row = {"prompt": "a bird"}
    rig.plan([row, {"prompt": "another"}, {**row, **second}, {**row, "key": "mine"}, {**row, "key": "yours"}])
    warnings = [record.getMessage()[:55] for record in caplog.records if "equal" in record.getMessage()]
    assert warnings == (["rows 1 and 3 are equal, and each is generated and paid:"] if warns else [])


@pytest.mark.parametrize("manifest", ["films.csv", [{"prompt": "a bird"}], [Path("films.csv")]])
def test_manifest_that_is_neither_a_path_nor_rows_is_refused_with_what_to_write(rig: Rig, manifest: Any) -> None:
    with pytest.raises(ConfigurationError, match="the Path of a file, or Rows"):
        rig.batches.plan(manifest, BatchOptions(name="films", folder=rig.files))


def test_rows_of_another_manifest_that_join_a_batch_are_warned_of(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    """Once, the rows of `films.jsonl` joined the batch of `films.csv` silently, because both are called films."""
    for name in ("films.csv", "films.csv", "other/../films.csv", "films.jsonl"):
        rig.plan([{"prompt": "a bird"}], manifest=name)
    assert [record.getMessage()[:71] for record in caplog.records] == [
        "batch batch was made from films.csv, and the rows of films.jsonl are ad"
    ]


def test_other_folder_for_a_batch_that_keeps_its_own_is_warned_of(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    """Once, a folder that was chosen when the command was repeated was ignored without a word."""
    for folder in (rig.files, rig.files, rig.files / "elsewhere"):
        rig.plan([{"prompt": "a bird"}], folder=folder)
    (warning,) = caplog.messages
    assert warning.startswith(f"batch {rig.batch} keeps its folder: its files are in {rig.files}, and none will be in")


# -- models that are newer than the spec -----------------------------------------------------------------------------------

UNLISTED: Final = {"key": "new", "prompt": "a bird", "model": "viduq5-preview"}


def test_unlisted_model_is_refused_unless_the_batch_or_its_row_allows_it(rig: Rig) -> None:
    for row, options, reason in (
        (UNLISTED, {}, r"not a model of this route[\s\S]*pass unlisted=True"),
        ({**UNLISTED, "unlisted": "maybe"}, {}, "true or false"),
        ({**UNLISTED, "duration": 99}, {"unlisted": True}, "duration"),
    ):
        with pytest.raises(ManifestError, match=reason):
            rig.plan([row], **options)
    assert rig.plan([{**UNLISTED, "unlisted": True}]).new == 1
    assert rig.plan([{**UNLISTED, "key": "newer"}], unlisted=True).new == 1


def test_budget_refuses_an_unlisted_model_without_a_price_in_its_row(rig: Rig) -> None:
    with pytest.raises(ManifestError, match="a budget cannot be kept"):
        rig.plan([UNLISTED], unlisted=True, ceilings={"": 100.0})
    assert rig.plan([{**UNLISTED, "price": 10}, *rows(1)], unlisted=True, ceilings={"": 100.0}).new == 2


def test_later_budget_is_refused_while_jobs_of_unlisted_models_without_a_price_are_open(rig: Rig) -> None:
    rig.plan([UNLISTED], unlisted=True)
    with pytest.raises(ConfigurationError, match="a budget cannot be kept"):
        batch_commands.set_ceilings(rig.batches, rig.batch, {"": 100.0})
    batch_commands.set_ceilings(rig.batches, rig.batch, {})

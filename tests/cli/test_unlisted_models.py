"""`--unlisted`: a model that came after the spec, in single videos and in batches."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_running import Shell
from server import Server

from vidu_ext.durable import Batches, BatchOptions, ManifestError, batch_commands
from vidu_ext.durable.reports import every_job
from vidu_ext.providers.accounts import Account
from vidu_ext.values.errors import ConfigurationError

pytest_plugins = ["cli_fixtures"]

FILM = ("a paper bird", "-m", "viduq5-preview")
ACCOUNTS = [Account(provider="vidu", key="key-of-the-test-0123456789")]


@pytest.mark.parametrize("command", [("generate", "--no-wait"), ("generate", "--dry-run"), ("route",)])
def test_unlisted_model_is_refused_with_the_option_that_allows_it(command: tuple[str, ...], vidu: Shell, server: Server) -> None:
    done = vidu.run(command[0], *FILM, *command[1:])
    assert (done.code, server.seen) == (3, []), done
    assert "--unlisted" in done.err
    assert "in the spec of 20" in done.err + done.out


def test_unlisted_model_is_sent_with_the_option(vidu: Shell, server: Server) -> None:
    assert vidu.run("route", *FILM, "--unlisted").code == 0
    assert vidu.run("generate", *FILM, "--no-wait", "--unlisted").code == 0
    assert len(server.paid) == 1


# -- batches ---------------------------------------------------------------------------------------------------------------


def manifest(folder: Path, name: str = "rows.jsonl", **members: object) -> Path:
    path = folder / name
    row = {"prompt": "a bird", "model": "viduq5-preview", "key": "one", **members}
    heading = ",".join(row)
    cells = ",".join(str(value).lower() for value in row.values())
    path.write_text(f"{heading}\n{cells}\n" if name.endswith("csv") else json.dumps(row) + "\n", encoding="utf-8")
    return path


def batches_in(folder: Path) -> Batches:
    return Batches(f"sqlite:///{folder}/batches.sqlite", ACCOUNTS)


def test_batch_refuses_an_unlisted_model_unless_it_or_the_row_allows_it(tmp_path: Path) -> None:
    plain, opened = BatchOptions(name="b", folder=tmp_path), BatchOptions(name="b", folder=tmp_path, unlisted=True)
    with batches_in(tmp_path) as batches:
        with pytest.raises(ManifestError, match=r"not a model of this route[\s\S]*pass unlisted=True"):
            batches.check(manifest(tmp_path), plain)
        assert batches.check(manifest(tmp_path), opened) == 1
        assert batches.check(manifest(tmp_path, unlisted=True), plain) == 1
        assert batches.check(manifest(tmp_path, "rows.csv", unlisted=True), plain) == 1
        with pytest.raises(ManifestError, match="true or false"):
            batches.check(manifest(tmp_path, unlisted="maybe"), plain)
        with pytest.raises(ManifestError, match="duration"):
            batches.check(manifest(tmp_path, duration=99), opened)


def test_a_budget_refuses_an_unlisted_model_that_has_no_price_in_its_row(tmp_path: Path) -> None:
    options = BatchOptions(name="b", folder=tmp_path, unlisted=True, ceilings={"": 100.0})
    with batches_in(tmp_path) as batches:
        with pytest.raises(ManifestError, match="a budget cannot be kept"):
            batches.check(manifest(tmp_path), options)
        assert batches.check(manifest(tmp_path, price=10), options) == 1
        assert batches.check(manifest(tmp_path, model="viduq3-turbo"), options) == 1


def test_a_later_budget_is_refused_while_jobs_of_unlisted_models_without_a_price_are_open(tmp_path: Path) -> None:
    with batches_in(tmp_path) as batches:
        batches.plan(manifest(tmp_path), BatchOptions(name="b", folder=tmp_path, unlisted=True))
        (job,) = every_job(batches.store, "b")
        assert json.loads(job.request)["unlisted"] is True
        with pytest.raises(ConfigurationError, match="a budget cannot be kept"):
            batch_commands.set_ceilings(batches, "b", {"": 100.0})
        batch_commands.set_ceilings(batches, "b", {})

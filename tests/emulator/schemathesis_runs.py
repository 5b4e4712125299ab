"""Holds the running emulator to the specs with schemathesis: every phase, every check, one run for each provider.

    python tests/emulator/schemathesis_runs.py            at full length; what `make contract-deep` does
    python tests/emulator/schemathesis_runs.py vidu       one provider only

The tests of this folder run the same within a budget.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import vidu_clients
from attrs import frozen

from vidu_ext.emulator import Clock, EmulatorSettings
from vidu_ext.emulator.http.server import EmulatorServer
from vidu_ext.emulator.settings import PROVIDERS
from vidu_ext.spec.contract import contract_of

SPECS: Final = Path(vidu_clients.__file__).parent
"""The clients, each with its spec."""
KEY: Final = "emulator-key-of-the-contract-test"
RICH: Final = 1e12
"""Credits that no run can spend."""
RATE: Final = 1_000.0
"""Seconds of the emulator in one of ours: a task is over before the next request of a scenario asks for it."""
SEED: Final = 20_260_101


CONFIGURATION: Final = """
[generation]
allow-x00 = false  # a NUL is refused before it is sent, and by the emulator; no schema can say that of every text

[phases.stateful.inference]
algorithms = ["dependency-analysis"]  # the other one ends a run where an answer quotes an address that is none: `https://[`

[[operations]]
include-operation-id = "cancelTask"
[operations.checks.positive_data_acceptance]
expected-statuses = ["2xx", 400, 401, 403, 404, 409, 429]  # a task that runs or is over is refused with 400, as documented

[[operations]]
include-operation-id = ["editAdFilm", "composeAdFilm"]
[operations.checks.ensure_resource_availability]
enabled = false  # the film is named in the body, which may be drawn anew behind a link: another id is not found, and rightly

[[operations]]
include-operation-id = ["listTasks", "contentToImage"]
[operations.checks.negative_data_rejection]
# a null in a query or in a path is the text `null`, which any text may be; test_core_refusals.py holds what is refused
expected-statuses = [200, 400, 401, 403, 404, 405, 406, 409, 415, 422, 428, 429, "5xx"]
"""
"""What the tool must be told. Every check is on where nothing here says otherwise; --checks would switch all of them on."""


@frozen(kw_only=True)
class Budget:
    """How long a run is."""

    examples: int
    """Cases of each operation in each phase that draws them."""
    seconds: int
    """When a run is ended as too long."""


DEEP: Final = Budget(examples=200, seconds=3_000)
BRIEF: Final = Budget(examples=8, seconds=240)
"""What every run of the tests does."""


@frozen
class Run:
    """How a run ended."""

    provider: str
    is_clean: bool
    report: str
    seconds: float


def run(provider: str, budget: Budget, *, phases: Sequence[str] = ("examples", "coverage", "fuzzing", "stateful")) -> Run:
    """One run of schemathesis against an emulator of its own."""
    settings = EmulatorSettings(
        keys={provider: KEY},
        is_strict=True,
        credits={provider: RICH},
        queue_seconds=0.1,
        processing_seconds=0.1,
        listed_after=0.0,
        concurrency=50,
    )
    began = time.monotonic()
    with (
        EmulatorServer(settings=settings, clock=Clock(rate=RATE)) as server,
        TemporaryDirectory() as folder,
    ):
        configuration = Path(folder, "schemathesis.toml")
        configuration.write_text(CONFIGURATION, encoding="utf-8")
        done = subprocess.run(
            [
                Path(sys.executable).with_name("schemathesis"), "--config-file", configuration,
                "run", SPECS / provider / "openapi.json",
                "--url", server.urls[provider], "--header", _authorization(provider),
                "--phases", ",".join(phases), "--max-examples", str(budget.examples),
                "--seed", str(SEED), "--generation-database", "none",
                "--suppress-health-check", "all", "--warnings", "off", "--continue-on-failure", "--no-color",
            ],
            capture_output=True, text=True, check=False, timeout=budget.seconds, cwd=folder,
        )  # fmt: skip
    return Run(provider, done.returncode == 0, done.stdout + done.stderr, time.monotonic() - began)


def _authorization(provider: str) -> str:
    header, word = contract_of(provider).security()
    return f"{header}: {word} {KEY}" if word else f"{header}: {KEY}"


def main(wanted: Sequence[str]) -> int:
    unknown = set(wanted) - set(PROVIDERS)
    if unknown:
        print(f"there is no provider {', '.join(sorted(unknown))}; there are {', '.join(PROVIDERS)}", file=sys.stderr)
        return 2
    ended = [run(provider, DEEP) for provider in wanted or PROVIDERS]
    for one in ended:
        print(one.report)
        print(f"{one.provider}: {'held' if one.is_clean else 'NOT HELD'}, {one.seconds:.0f} s\n", flush=True)
    return 0 if all(one.is_clean for one in ended) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

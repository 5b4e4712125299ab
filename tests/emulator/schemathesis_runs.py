"""Holds the running emulator to the specs with `vidu contract fuzz`: every phase, every check, one run for each provider.

    python tests/emulator/schemathesis_runs.py            at full length; what `make contract-deep` does
    python tests/emulator/schemathesis_runs.py vidu       one provider only

The tests of this folder run the same within a budget.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Final

from attrs import evolve

from vidu_ext.contract.fuzz import Budget, Run
from vidu_ext.contract.fuzz import run as fuzz
from vidu_ext.emulator import Clock, EmulatorSettings
from vidu_ext.emulator.http.server import EmulatorServer
from vidu_ext.emulator.settings import PROVIDERS

KEY: Final = "emulator-key-of-the-contract-test"
RICH: Final = 1e12
"""Credits that no run can spend."""
RATE: Final = 1_000.0
"""Seconds of the emulator in one of ours: a task is over before the next request of a scenario asks for it."""

DEEP: Final = Budget(examples=200, seconds=3_000)
"""With a fresh seed each time, which the report names."""
BRIEF: Final = Budget(examples=3, seconds=240, seed=20_260_101)
"""What every run of the tests does."""


def run(provider: str, budget: Budget) -> Run:
    """Return one run of schemathesis against an emulator of its own."""
    settings = EmulatorSettings(
        keys={provider: KEY},
        credits={provider: RICH},
        queue_seconds=0.1,
        processing_seconds=0.1,
        listed_after=0.0,
        concurrency=50,
        is_strict=True,
    )
    with EmulatorServer(settings=settings, clock=Clock(rate=RATE)) as server:
        return fuzz(provider, server.urls[provider], KEY, budget, creates=True)


def main() -> int:
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("providers", nargs="*", metavar="PROVIDER", help=", ".join(PROVIDERS))
    parser.add_argument("--seed", type=int, help="which cases are drawn; a fresh one each time")
    options = parser.parse_args()
    runs = [run(provider, evolve(DEEP, seed=options.seed)) for provider in options.providers or PROVIDERS]
    for ended in runs:
        print(ended.report)
        repeat = f"to repeat: python tests/emulator/schemathesis_runs.py {ended.provider} --seed {ended.seed}"
        print(f"{ended.provider}: {'held' if ended.is_clean else 'NOT HELD'}, seed {ended.seed}; {repeat}\n", flush=True)
    return 0 if all(ended.is_clean for ended in runs) else 1


if __name__ == "__main__":
    sys.exit(main())

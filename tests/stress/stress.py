"""Try everything that could make a task be paid twice or lost, and compare the provider's ledger with what the callers have.

    python tests/stress/stress.py                       every scenario
    python tests/stress/stress.py once kill             those whose names begin so
    python tests/stress/stress.py --seconds 60 --rounds 100 interrupt
    python tests/stress/stress.py --seed 7 job          what an earlier run has drawn; others draw anew each time

Prints a line for each run. Ends with 1 if a task was paid twice, lost or handed to the wrong caller, or if something hung.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Final, TypeAlias

import stress_agents
import stress_commands
import stress_disturbed
import stress_every_job
import stress_every_line
import stress_forks
import stress_interrupts
import stress_once
import stress_suspended
from attrs import evolve
from stress_rig import Options, Row

Cell: TypeAlias = tuple[str, Callable[[Options], Row]]
SCENARIOS: Final = (
    stress_agents, stress_once, stress_suspended, stress_disturbed, stress_forks, stress_interrupts, stress_every_line,
    stress_every_job, stress_commands,
)  # fmt: skip
"""The long ones first, so that none of them ends alone."""
COLUMNS: Final = ("runs", "paid", "twice", "lost", "mixed", "misled", "stuck", "seconds")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="beginnings of the names of runs; all without one")
    parser.add_argument("--seconds", type=float, default=6.0, help="of a run that can be cut short")
    parser.add_argument("--rounds", type=int, default=30, help="forks, kills and stops of one run")
    parser.add_argument("--at-once", type=int, default=6, help="runs at the same time; most of them wait most of the time")
    parser.add_argument("--seed", type=int, default=random.randrange(10_000), help="of random choices")  # noqa: S311
    arguments = parser.parse_args()
    cells = [cell for scenario in SCENARIOS for cell in scenario.cells()]
    chosen = [cell for cell in cells if not arguments.names or cell[0].startswith(tuple(arguments.names))]
    if not chosen:
        print(f"no run has such a name; there are {', '.join(name for name, _ in cells)}", file=sys.stderr)
        return 2
    print(f"seed {arguments.seed}, {arguments.seconds:g} s for what can be cut short, {arguments.rounds} rounds")
    began = time.monotonic()
    options = Options(seconds=arguments.seconds, rounds=arguments.rounds, seed=arguments.seed)
    rows = list(run_all(chosen, options, arguments.at_once))
    wrong = [row for row in rows if not row.is_right]
    print(f"{len(rows)} runs in {time.monotonic() - began:.0f} s, {len(wrong)} wrong{':' if wrong else ''}")
    for row in wrong:
        print(f"  {row.name}")
    return 1 if wrong else 0


def run_all(cells: Iterable[Cell], options: Options, at_once: int) -> Iterable[Row]:
    """Run cells, print each row as soon as its run ends, and yield it."""
    print(f"{'':62}" + "".join(f"{column:>8}" for column in COLUMNS), flush=True)
    with ThreadPoolExecutor(at_once) as pool:
        futures = [pool.submit(run_cell, cell, options) for cell in cells]
        for future in as_completed(futures):
            row = future.result()
            show(row)
            yield row


def run_cell(cell: Cell, options: Options) -> Row:
    name, run = cell
    began = time.monotonic()
    try:
        row = run(options)
    except Exception as error:  # a run that breaks down is wrong, and does not end the others
        row = Row(name=name, runs=0, paid=0, stuck=1, notes=[f"{type(error).__name__}: {error}"])
    return evolve(row, name=name, seconds=round(time.monotonic() - began))


def show(row: Row) -> None:
    figures = "".join(f"{getattr(row, column):>8}" for column in COLUMNS)
    print(f"{row.name:62}{figures}  {'' if row.is_right else 'WRONG'}", flush=True)
    for note in row.notes:
        print(f"      {note}", flush=True)


if __name__ == "__main__":
    sys.exit(main())

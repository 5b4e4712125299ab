"""Runs the benchmarks, each in a process of its own, and prints their figures. Names on the command line choose among them."""

from __future__ import annotations

import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
BENCHMARKS: Final = ("start", "status", "waits", "decode", "submits", "awaiting", "emulator", "batches")


def show(name: str) -> None:
    benchmark = import_module(f"bench_{name}")
    print(f"{name}: {(benchmark.__doc__ or '').splitlines()[0]}", flush=True)
    began = time.monotonic()
    for figure in benchmark.figures():
        print(figure, flush=True)
    print(f"  ({time.monotonic() - began:.0f} s)", flush=True)


def main(wanted: list[str]) -> int:
    unknown = set(wanted) - set(BENCHMARKS)
    if unknown:
        print(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    if len(wanted) == 1:
        show(wanted[0])
        return 0
    return max(subprocess.call([sys.executable, HERE / "run.py", name]) for name in wanted or BENCHMARKS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Run the benchmarks, each in a process of its own, and print their figures. Names on the command line choose among them."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
BENCHMARKS: Final = ("start", "status", "waits", "decode", "submits", "awaiting", "batches")
TABLE: Final = HERE.parents[1] / "vidu_ext" / "guide" / "inside.md"
BEGIN: Final = "<!-- figures: written by `make bench-table` -->\n"
END: Final = "<!-- /figures -->\n"
ROWS: Final = "BENCH_ROWS"
"""The environment variable that names the file to which each benchmark adds its rows."""
PACKAGES: Final = ("httpx", "httpcore", "anyio", "attrs", "jsonschema-rs", "aiohttp", "fal-client")


def _is_installed(name: str) -> bool:
    return find_spec(name.replace("-", "_")) is not None


def show(name: str) -> None:
    sys.path.append(str(HERE.parent / "durable"))
    benchmark = import_module(f"bench_{name}")
    print(f"{name}: {(benchmark.__doc__ or '').splitlines()[0]}", flush=True)
    began = time.monotonic()
    for figure in benchmark.figures():
        print(figure, flush=True)
        if rows := os.environ.get(ROWS):
            goal = "" if figure.most is None else f"{figure.most:g}"
            with Path(rows).open("a", encoding="utf-8") as file:
                file.write(f"| {figure.what} | {figure.measured:.3g} {figure.unit} | {goal} | {figure.beside} |\n")
    print(f"  ({time.monotonic() - began:.0f} s)", flush=True)


def run(wanted: Sequence[str]) -> int:
    return max(subprocess.call([sys.executable, HERE / "run.py", name]) for name in wanted)


def write(wanted: Sequence[str]) -> int:
    """Run benchmarks, and write their figures into the guide, with the machine and the versions."""
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder, "rows")
        os.environ[ROWS] = str(rows)
        status = run(wanted)
        table = rows.read_text(encoding="utf-8")
    python = f"{platform.python_implementation()} {platform.python_version()}"
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES if _is_installed(name))
    machine = f"{platform.system()} on {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}"
    remark = f"Measured on {date.today():%Y-%m-%d}: {machine}; {python}, {packages}."  # noqa: DTZ011 - the day here
    page = TABLE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    head = "| figure | measured | at most | beside it |\n| --- | --- | --- | --- |\n"
    TABLE.write_text(f"{before}{BEGIN}{remark}\n\n{head}{table}{END}{rest.partition(END)[2]}", encoding="utf-8")
    return status


def main(wanted: list[str]) -> int:
    names = [name for name in wanted if name != "--write"]
    unknown = set(names) - set(BENCHMARKS)
    if unknown:
        print(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    if "--write" in wanted:
        return write(names or BENCHMARKS)
    if len(names) == 1:
        show(names[0])
        return 0
    return run(names or BENCHMARKS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

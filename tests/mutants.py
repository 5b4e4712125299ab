"""Change the code one small step at a time and list the steps that no test notices: `make mutants`.

The tool is mutmut. It works on a copy of the tree in .mutants/, and runs for each changed function the tests that reach it.
Which tests those are chosen from, and which surviving changes are accepted and why, is in mutants.toml beside this file.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterable, Sequence, Set
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeAlias, cast

ROOT: Final = Path(__file__).resolve().parents[1]
TABLE: Final = Path(__file__).with_suffix(".toml")
COPIES: Final = ROOT / ".mutants"
SURVIVED: Final = 0
KILLED: Final = (1, 3)
UNREACHED: Final = (5, 33)
"""Exit codes of mutmut for a mutant that none of the chosen tests reaches."""
TIMED_OUT: Final = (-24, 24, 36, 152, 255)
"""Exit codes of mutmut for tests that did not end in time, as those of an endless loop do not."""
PRELOADED: Final = "preloaded.txt"
PACKAGES: Final = ("attrs", "httpx", "jsonschema_rs", "ruamel.yaml", "sqlalchemy")
"""What is imported once for all processes. No plugin of pytest, which would complain that it cannot rewrite it any more."""
AT_ONCE: Final = os.cpu_count() or 2
"""Processes at the same time."""
LAST_SECONDS: Final = 20.0
"""Seconds that the tests under way get to end when the time is over."""
RUN_SECONDS: Final = 300.0
"""Seconds of a run of the chosen tests that is to show why they fail."""
STRING: Final = re.compile(r'"[^"]*"')
CAST: Final = re.compile(r'\bcast\(("[^"]*"|[\w.]+), (?!\))')
"""The type in a cast, which type checkers alone read."""

SPINNER: Final = re.compile(r"^. [A-Z][a-z ]+$\n", re.MULTILINE)

Change: TypeAlias = tuple[str, str, str]
"""The function, its lines before, and its lines after."""


def main() -> int:
    table = tomllib.loads(TABLE.read_text("utf-8"))
    accepted = {change_of(entry) for entry in table.pop("accepted", []) if entry["reason"]}
    options = options_of(sorted(table))
    end = time.monotonic() + options.seconds
    print(f"seed {options.seed}, {options.most} mutants of each module at most, {options.seconds:g} s in all")
    new = 0
    gone = set(accepted)
    for index, name in enumerate(options.modules):
        now = time.monotonic()
        deadline = now + (end - now) / (len(options.modules) - index)
        found, changes = survivors(name, table[name], accepted, options, deadline)
        new += found
        gone -= changes
    if set(options.modules) == set(table):
        for function, was, _ in sorted(gone):
            print(f"accepted, and no change of the code any more: {function}: {was}")
    return 1 if new else 0


def options_of(names: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=f"of {', '.join(names)}; all where none is named")
    parser.add_argument("--most", type=int, default=60, help="mutants to draw from each module (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=900.0, help="time for all modules (default: %(default)g)")
    parser.add_argument("--seed", type=int, default=random.randrange(10_000), help="of the draw (default: another each time)")  # noqa: S311
    options = parser.parse_args()
    unknown = set(options.modules) - set(names)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}. Known are {', '.join(names)}")
    options.modules = options.modules or names
    return options


def survivors(
    name: str, row: dict[str, Any], accepted: Set[Change], options: argparse.Namespace, deadline: float
) -> tuple[int, set[Change]]:
    """Try mutants of one module. Print what survived, and return how many of those are not accepted, and every change."""
    tree = copied(name, row)
    log = mutmut(tree, ["no-such-mutant"], deadline)  # no command only generates; this one stops after that
    if not (tree / "mutants/mutmut-stats.json").exists():
        return failed(name, row, tree, log)
    changes = {mutant: change for mutant, change in every_change(tree).items() if not is_wording(change)}
    drawn = random.Random(options.seed).sample(sorted(changes), min(options.most, len(changes)))  # noqa: S311
    log = mutmut(tree, drawn, deadline)
    codes = exit_codes(tree)
    tried = [mutant for mutant in drawn if codes[mutant] is not None]
    if not tried:
        return failed(name, row, tree, log)
    alive = [mutant for mutant in tried if codes[mutant] not in (*KILLED, *TIMED_OUT)]
    new = [mutant for mutant in alive if changes[mutant] not in accepted]
    slow = sum(codes[mutant] in TIMED_OUT for mutant in tried)
    print(
        f"{name}: {len(tried)} of {len(changes)} mutants tried, {slow} ended by their time,"
        f" {len(alive)} survived, {len(new)} of them not accepted"
    )
    for mutant in sorted(new):
        function, was, now = changes[mutant]
        print(f"\n  {function}{remark_on(codes[mutant])}")
        print("\n".join([*(f"  - {line}" for line in was.splitlines()), *(f"  + {line}" for line in now.splitlines())]))
    return len(new), set(changes.values())


def remark_on(code: int | None) -> str:
    if code in UNREACHED:
        return "  (no chosen test reaches it)"
    return "" if code == SURVIVED else f"  (its tests could not be run: {code})"


def failed(name: str, row: dict[str, Any], tree: Path, log: str) -> tuple[int, set[Change]]:
    """Say why no mutant was tried: mutmut hides what its tests print, so they are run once more without it."""
    command = [sys.executable, "-m", "pytest", "--quiet", "--exitfirst", *row["tests"], *row.get("options", [])]
    with suppress(subprocess.TimeoutExpired):
        log += subprocess.run(
            command, cwd=tree / "mutants", env=environment(tree), capture_output=True, text=True, timeout=RUN_SECONDS, check=False
        ).stdout
    print(f"{name}: no mutant was tried: the time was over, or the tests do not pass on the copy of the tree\n{log[-4000:]}")
    return 1, set()


def copied(name: str, row: dict[str, Any]) -> Path:
    """Return a fresh copy of the tree with the settings of mutmut for one module."""
    tree = COPIES / name
    shutil.rmtree(tree, ignore_errors=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    for file in filter(None, listed.split("\0")):
        if (ROOT / file).is_file():
            (tree / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / file, tree / file)
    folders = sorted({Path(file).parts[0] for file in row["mutate"]})
    not_copied = {*folders, "src", "mutants"}
    if "openapi" in folders:  # imported without a package, which mutmut understands of a folder src only
        (tree / "mutants/openapi").mkdir(parents=True)
        for parent in (tree, tree / "mutants"):
            (parent / "src").symlink_to("openapi")
        folders = ["src"]
    settings = {
        "source_paths": folders,
        "only_mutate": [file.replace("openapi/", "src/") for file in row["mutate"]],
        "also_copy": sorted(entry.name for entry in tree.iterdir() if entry.name not in not_copied),
        "pytest_add_cli_args_test_selection": row["tests"],
        "pytest_add_cli_args": row.get("options", []),
        "use_git_change_detection": False,
        # Seconds of a start on a busy machine, which count as the time of the tests.
        "timeout_constant": 12.0,
        "timeout_multiplier": 5.0,
        # Each change in a process that has imported nothing of ours: specs and adapters are read once and kept, and a
        # second collection in one process gives other ids to tests.
        "process_isolation": "forkserver",
        "forkserver_warmup": "import",
        "preload_modules_file": PRELOADED,
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    (tree / PRELOADED).write_text("\n".join(PACKAGES), encoding="utf-8")
    with (tree / "pyproject.toml").open("a", encoding="utf-8") as settings_file:
        settings_file.write("\n".join(["", "[tool.mutmut]", *lines, ""]))
    return tree


def mutmut(tree: Path, mutants: Iterable[str], deadline: float) -> str:
    """Return what a run of mutmut prints. It ends at the deadline with all that it started; what it found is kept."""
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(AT_ONCE), *mutants]
    with (tree / "mutmut.log").open("w+", encoding="utf-8", errors="replace") as printed:
        process = subprocess.Popen(
            command, cwd=tree, env=environment(tree), stdout=printed, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            process.wait(max(1.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(LAST_SECONDS)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        printed.seek(0)
        return SPINNER.sub("", printed.read())


def environment(tree: Path) -> dict[str, str]:
    """Return the environment of a process that is to import the copy of the tree."""
    return {**os.environ, "PYTHONPATH": str(tree / "generated"), "MUTANT_UNDER_TEST": ""}


def exit_codes(tree: Path) -> dict[str, int | None]:
    """By mutant; None for one that was not tried."""
    found: dict[str, int | None] = {}
    for file in (tree / "mutants").rglob("*.py.meta"):
        found |= cast("dict[str, int | None]", json.loads(file.read_text("utf-8"))["exit_code_by_key"])
    return found


def every_change(tree: Path) -> dict[str, Change]:
    """Return what each mutant of the tree changes."""
    found: dict[str, Change] = {}
    for file in (tree / "mutants").rglob("*.py.meta"):
        source = file.with_suffix("")
        lines = source.read_text("utf-8").splitlines()
        spans = cast("dict[str, tuple[int, int]]", json.loads(source.with_suffix(".py.spans").read_text("utf-8"))["spans"])
        for mutant in json.loads(file.read_text("utf-8"))["exit_code_by_key"]:
            own = mutant.rpartition(".")[2]
            original = f"{own.partition('__mutmut_')[0]}__mutmut_orig"
            before, after = (
                [line.replace(name, "") for line in lines[spans[name][0] - 1 : spans[name][1]]] for name in (original, own)
            )
            found[mutant] = change_between(name_of(own), before, after)
    return found


def name_of(mutant: str) -> str:
    """Return the function of a mutant as it is called in the code."""
    return re.sub(r"^x_?", "", mutant.partition("__mutmut_")[0]).strip("ǁ").replace("ǁ", ".")


def change_between(function: str, before: Sequence[str], after: Sequence[str]) -> Change:
    differences = [line for line in difflib.ndiff(before, after) if line[:2] in ("- ", "+ ")]
    was, now = ("\n".join(line[2:].strip() for line in differences if line[0] == sign) for sign in "-+")
    return function, was, now


def change_of(entry: dict[str, Any]) -> Change:
    return entry["function"], entry["was"].strip(), entry["now"].strip()


def is_wording(change: Change) -> bool:
    """Return whether nothing but the words of a message or the type in a cast differs."""
    was, now = (STRING.sub(_without_words, CAST.sub("cast(, ", side)) for side in change[1:])
    return was == now


def _without_words(string: re.Match[str]) -> str:
    """Nothing for a string with a space in it: the words of a message, which no test should hold letter by letter."""
    return "" if " " in string[0].strip('" ') else string[0]


if __name__ == "__main__":
    raise SystemExit(main())

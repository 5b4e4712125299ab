"""The whole job on this machine, without a key and without a network: what `make demo` shows.

Starts the emulator with a fault for each provider, makes a video through each of the four with the `vidu` command, checks
the files, reads from the emulator's ledger what was paid, and prints what happened. Ends with 1 where anything is amiss.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple, TextIO, cast

import httpx

VIDU: Final = str(Path(sys.executable).with_name("vidu"))
FOLDER: Final = Path(".demo")
PROMPT: Final = "A paper bird takes off from a desk and flies out of the open window."
SECONDS: Final = 4
"""Length of each video."""
PATIENCE: Final = 60.0
"""Seconds after which a step that should take one or two is taken for stuck."""


class Scene(NamedTuple):
    """One provider, and what goes wrong there on purpose."""

    provider: str
    fault: str
    story: str


SCENES: Final = (
    Scene("vidu", "answer_lost,operation=create,nth=1", "the answer to the create was lost: found again in the list of tasks"),
    Scene("comfy", "html_502,operation=create,nth=1", "a gateway answered 502 after acceptance: replayed with its key"),
    Scene("zenlayer", "html_520,operation=status,nth=1,times=2", "two status calls failed: the wait went on"),
    Scene("skills_video", "truncated_body,operation=download,nth=1", "the download broke off: resumed where it ended"),
)


@contextmanager
def emulator(log: TextIO) -> Generator[tuple[str, Mapping[str, str]]]:
    """The address of a started emulator, and the environment variables for the command."""
    faults = [part for scene in SCENES for part in ("--fault", f"provider={scene.provider},kind={scene.fault}")]
    command = [VIDU, "emulator", "--json", "--port", "0", "--queue-seconds", "0.3", "--processing-seconds", "0.7", *faults]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line:
                raise SystemExit(f"error: the emulator did not start; see {log.name}")
            environment: dict[str, str] = json.loads(line)
            yield environment["VIDU_BASE_URL"], environment
        finally:
            process.terminate()


def generate(scene: Scene, environment: Mapping[str, str], log: TextIO) -> dict[str, Any]:
    """Return what the command says of one video."""
    arguments = [
        *(VIDU, "generate", PROMPT, "--json", "--provider", scene.provider, "--duration", str(SECONDS), "--interval", "0.3"),
        *("--model", "viduq3" if scene.provider == "skills_video" else "viduq3-turbo", "--timeout", str(PATIENCE)),
        *("--output", str(FOLDER / f"{scene.provider}.mp4")),
    ]
    done = subprocess.run(
        arguments, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=log, text=True, check=False, timeout=PATIENCE
    )
    if done.returncode:
        raise SystemExit(f"error: {scene.provider}: exit code {done.returncode}: {done.stdout.strip()}; see {log.name}")
    return cast("dict[str, Any]", json.loads(done.stdout))


def check_file(path: Path, document: Mapping[str, Any]) -> str:
    """Return what is known of a file, after it was looked into."""
    content = path.read_bytes()
    is_reported = hashlib.sha256(content).hexdigest() == document["sha256"] and len(content) == document["bytes"]
    if not is_reported or content[4:8] != b"ftyp":
        raise SystemExit(f"error: {path} is not the film that the command reported")
    return f"{len(content):,} bytes, sha256 {document['sha256']}"


def check_ledger(origin: str) -> list[dict[str, Any]]:
    """Return the paid tasks by the emulator's ledger: one for each provider."""
    with httpx.Client(base_url=origin, trust_env=False) as client:
        ledger, faults = (client.get(f"/_emulator/{name}").raise_for_status().json() for name in ("ledger", "faults"))
    paid: list[dict[str, Any]] = ledger["paid"]
    if sorted(task["provider"] for task in paid) != sorted(scene.provider for scene in SCENES):
        raise SystemExit(f"error: {len(paid)} tasks were paid for {len(SCENES)} videos")
    if idle := [entry["rule"] for entry in faults["rules"] if not entry["applied"]]:
        raise SystemExit(f"error: these faults never happened: {idle}")
    return paid


def show() -> None:
    """Make a video through each provider, and say how it went."""
    FOLDER.mkdir(exist_ok=True)
    began = time.monotonic()
    with (FOLDER / "log.txt").open("w", encoding="utf-8") as log, emulator(log) as (origin, environment):
        print(f"The emulator plays all four providers at {origin}, with a fault for each of them.\n")
        for scene in SCENES:
            document = generate(scene, environment, log)
            [file] = document["files"]
            path = Path(file["path"])
            print(f"{scene.provider}\n  task   {document['reference']}\n  fault  {scene.story}")
            print(f"  file   {path}: {check_file(path, file)}")
        paid = check_ledger(origin)
    print(f"\n{len(SCENES)} videos, {len(paid)} paid tasks, {len(SCENES)} faults survived, in {time.monotonic() - began:.0f} s.")
    print(f"The files are in {FOLDER}/, the messages of the commands in {FOLDER / 'log.txt'}.")


if __name__ == "__main__":
    try:
        show()
    except (OSError, subprocess.SubprocessError, httpx.HTTPError) as error:
        raise SystemExit(f"error: {error}") from error
    except KeyboardInterrupt:
        print(f"interrupted; what was made so far is in {FOLDER}/", file=sys.stderr)
        sys.exit(130)

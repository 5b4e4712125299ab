"""Fuzzing of a server against the spec of a provider, with schemathesis and its configuration for these specs."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Sequence
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, cast
from urllib.parse import urlsplit

from attrs import field, frozen

from vidu_ext.spec.contract import contract_of
from vidu_ext.values.errors import ConfigurationError, MissingExtraError, ViduError
from vidu_ext.values.http_library import httpx
from vidu_ext.values.installed import install_command
from vidu_ext.values.json import as_list
from vidu_ext.values.tasks import Object

PHASES: Final = ("examples", "coverage", "fuzzing", "stateful")
KEY_VARIABLE: Final = "VIDU_CONTRACT_KEY"
"""Passes the key to schemathesis: other users can see command lines, and a configuration is a file on disk."""
_PROBE_SECONDS: Final = 5.0


@frozen(kw_only=True)
class Budget:
    """Limits of a run."""

    examples: int = 20
    """Cases per operation in each phase that generates them."""
    seconds: float = 600.0
    """Time after which a run is killed."""
    phases: Sequence[str] = PHASES
    seed: int | None = None
    """None for a random one."""


@frozen
class Run:
    """The outcome of a run."""

    provider: str
    seed: int
    is_clean: bool
    report: str = field(repr=False)
    """The output of schemathesis."""
    result: Object = field(repr=False)
    """Its report as JSON; empty if the run did not finish."""


class FuzzError(ViduError):
    """The run did not finish, so nothing is known about the server."""


def run(provider: str, url: str, key: str, budget: Budget, *, creates: bool) -> Run:
    """Run schemathesis against a server, on GET operations only unless `creates`.

    Raises FuzzError if the run takes too long or aborts, MissingExtraError without schemathesis.
    """
    if find_spec("schemathesis") is None:
        how = install_command("contract")
        raise MissingExtraError(f"vidu contract fuzz needs schemathesis, which is not installed: {how}")
    seed = secrets.randbelow(2**31) if budget.seed is None else budget.seed
    with TemporaryDirectory() as folder, as_file(files("vidu_clients").joinpath(provider, "openapi.json")) as spec:
        configuration, result = Path(folder, "schemathesis.toml"), Path(folder, "result.json")
        usual = files("vidu_ext").joinpath("contract", configuration.name).read_text(encoding="utf-8")
        configuration.write_text(_key_header(provider) + usual, encoding="utf-8")
        command = [
            sys.executable, "-m", "schemathesis.cli", "--config-file", str(configuration), "run", str(spec),
            "--url", url, "--phases", ",".join(budget.phases), "--max-examples", str(budget.examples), "--seed", str(seed),
            "--generation-database", "none", "--suppress-health-check", "all", "--warnings", "off", "--continue-on-failure",
            "--no-color", "--report", "json", "--report-json-path", str(result),
            *([] if creates else ["--include-method", "GET"]),
        ]  # fmt: skip
        report, code = _run_program(command, {**os.environ, KEY_VARIABLE: key}, folder, budget.seconds)
        if code not in (0, 1) or not result.exists():
            why = f"took more than {budget.seconds:.0f} s" if code is None else f"ended with {code}"
            how = " Allow more --seconds or fewer --examples; an emulator is faster with --rate 1000." if code is None else ""
            raise FuzzError(f"schemathesis {why}, so nothing is known about {url}. Seed {seed}.{how}\n{report}")
        found = cast("Object", json.loads(result.read_text(encoding="utf-8")))
    is_clean = code == 0 and found.get("complete") is True and not as_list(found.get("failures"))
    return Run(provider, seed, is_clean, report, found)


def _key_header(provider: str) -> str:
    header, word = contract_of(provider).key_header()
    value = f"{word} ${{{KEY_VARIABLE}}}".strip()
    return f'headers = {{ {json.dumps(header)} = "{value}" }}\n'


def _run_program(command: Sequence[str], environment: dict[str, str], folder: str, seconds: float) -> tuple[str, int | None]:
    """Run a program, and return its output, without its folder, which is gone when this is read, and its exit code.

    That is None if it was killed because it took longer.
    """
    code: int | None = None
    try:
        done = subprocess.run(  # noqa: S603  our own program with arguments built here
            command, env=environment, cwd=folder, timeout=seconds, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace",
        )  # fmt: skip
        output, code = done.stdout, done.returncode
    except subprocess.TimeoutExpired as late:
        output = (late.stdout or b"").decode(errors="replace")
    lines = [line for line in output.splitlines() if folder not in line and line.strip() != "Reports:"]
    return "\n".join(lines).strip(), code


def check_target(provider: str, url: str) -> None:
    """Raise ConfigurationError for a URL that is not a server's, and for the provider's own servers."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ConfigurationError("needs the address of a server, such as http://127.0.0.1:8400.", option="--url")
    if parts.hostname in [urlsplit(server).hostname for server in contract_of(provider).servers()]:
        raise ConfigurationError(
            f"{parts.hostname} is a server of {provider}, which would charge thousands of random requests; nothing was sent."
            " `vidu contract live` sends it only requests that cost nothing."
        )


def is_emulator(url: str) -> bool:
    """Return whether an emulator of this package answers at the URL: only there is it certain that nothing is paid."""
    parts = urlsplit(url)
    try:
        with httpx.Client(timeout=_PROBE_SECONDS, trust_env=False) as client:
            state = client.get(f"{parts.scheme}://{parts.netloc}/_emulator/state?limit=1").json()
    except (httpx.HTTPError, ValueError):
        return False
    return isinstance(state, dict) and {"accounts", "clock"} <= set(cast("dict[str, object]", state))

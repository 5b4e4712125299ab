"""The cost of importing the package and of a first client, and how many packages are installed with it.

Each is the best of many processes, because noise only adds. What httpx imports for its command line is excluded on both sides:
only environments of developers have it, and it would make us look better. Both sides run from compiled modules, as an installed
package does, even if this environment forbids to write them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.metadata import requires
from statistics import median
from typing import Final

from figures import Figure
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from provider_server import provider

ROUNDS: Final = 25
NO_COMMAND_LINE: Final = "import sys; sys.modules['click'] = None\n"
KEYLESS: Final = "pass"
OURS: Final = "import vidu_ext"
HTTPX: Final = NO_COMMAND_LINE + "import httpx; client = httpx.Client()"
CLIENT: Final = NO_COMMAND_LINE + "from vidu_ext import Vidu; client = Vidu({'vidu': 'bench-key'})"
HTTPX_ANSWER: Final = HTTPX + "\nclient.get('{address}/ent/v2/tasks/{name}/creations').raise_for_status().json()"
CLIENT_ANSWER: Final = (
    NO_COMMAND_LINE
    + "import os; os.environ['VIDU_BASE_URL'] = '{address}'\n"
    + "from vidu_ext import Vidu; client = Vidu({{'vidu': 'bench-key'}}); client.status('vidu:{name}')"
)
BLOCK: Final = """
import asyncio, sys, time
gaps = [0.0]
async def tick():
    last = time.perf_counter()
    while True:
        await asyncio.sleep(0.0005)
        last, before = time.perf_counter(), last
        gaps.append(last - before)
async def main():
    ticking = asyncio.create_task(tick())
    await asyncio.sleep(0.02)
    gaps.clear()
    await first()
    await asyncio.sleep(0.01)
    ticking.cancel()
asyncio.run(main())
print(max(gaps))
"""
"""Prints the longest time for which an event loop could do nothing else while `first` ran."""
HTTPX_BLOCK: Final = (
    NO_COMMAND_LINE
    + """
import httpx
async def first():
    async with httpx.AsyncClient() as client:
        body = {{"model": "viduq3-turbo", "prompt": "a paper bird", "duration": 5}}
        (await client.post("{address}/ent/v2/text2video", json=body)).raise_for_status().json()
"""
)
OUR_BLOCK: Final = (
    NO_COMMAND_LINE
    + """
from vidu_ext import Account, AsyncVidu, TextToVideo
async def first():
    async with AsyncVidu([Account(provider="vidu", key="bench-key", base_url="{address}")]) as vidu:
        await vidu.submit(TextToVideo(prompt="a paper bird", model="viduq3-turbo", duration=5))
"""
)
CORE: Final = ("vidu-ext", "jsonschema-rs")
"""The package with what its metadata asks for, and the validator that checks bodies."""


def _run(code: str, environment: dict[str, str]) -> tuple[float, float]:
    """Run code in a process, and return its seconds by the clock and of CPU."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", code], env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    took = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise AssertionError(f"exit {process.returncode}: {code}")
    return took, usage.ru_utime + usage.ru_stime


def _best(codes: dict[str, str]) -> dict[str, tuple[float, float]]:
    """Run each code in turns, and return its best milliseconds, by the clock and of CPU."""
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in codes}
    with tempfile.TemporaryDirectory() as compiled:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = compiled
        for _ in range(ROUNDS):
            for name, code in codes.items():
                runs[name].append(_run(code, environment))
    return {name: (min(took for took, _ in times) * 1e3, min(cpu for _, cpu in times) * 1e3) for name, times in runs.items()}


def _blocks(codes: dict[str, str]) -> dict[str, float]:
    """Run each code in turns, and return the median in milliseconds of the seconds that it prints."""
    runs: dict[str, list[float]] = {name: [] for name in codes}
    for _ in range(ROUNDS):
        for name, code in codes.items():
            runs[name].append(float(subprocess.check_output([sys.executable, "-c", code])))
    return {name: median(times) * 1e3 for name, times in runs.items()}


def _installed() -> set[str]:
    """Return the packages installed with the core, itself included, by the metadata of this environment."""
    packages: set[str] = set()
    left = list(CORE)
    while left:
        name = canonicalize_name(left.pop())
        if name not in packages:
            packages.add(name)
            required = map(Requirement, requires(name) or ())
            left += [package.name for package in required if package.marker is None or package.marker.evaluate({"extra": ""})]
    return packages


def figures() -> Iterator[Figure]:
    with provider() as server:
        [name] = server.make(1, seconds=(1e6, 1e6))
        best = _best(
            {
                "bare": KEYLESS,
                "ours": OURS,
                "httpx": HTTPX,
                "client": CLIENT,
                "httpx answer": HTTPX_ANSWER.format(address=server.address, name=name),
                "client answer": CLIENT_ANSWER.format(address=server.address, name=name),
            }
        )
        block = _blocks(
            {
                "httpx": HTTPX_BLOCK.format(address=server.address) + BLOCK,
                "ours": OUR_BLOCK.format(address=server.address) + BLOCK,
            }
        )
    (bare, bare_cpu), (ours, ours_cpu) = best["bare"], best["ours"]
    beside = f"CPU {ours_cpu - bare_cpu:.1f} ms; bare Python {bare:.1f} ms"
    yield Figure("import vidu_ext, over bare Python", ours - bare, "ms", 40, beside)
    for what, ours_key, httpx_key, most in (
        ("first client", "client", "httpx", 1.2),
        ("first client and its first answer", "client answer", "httpx answer", 1.5),
    ):
        (took, cpu), (plain, plain_cpu) = best[ours_key], best[httpx_key]
        beside = f"CPU {cpu:.0f} ms beside {plain_cpu:.0f} ms; by the clock {took:.0f} beside {plain:.0f}"
        yield Figure(f"{what}, from the start of Python", cpu / plain_cpu, "of httpx's CPU", most, beside)
    beside = f"{block['ours']:.0f} ms beside {block['httpx']:.0f} ms"
    yield Figure("longest block of an event loop by the first submit", block["ours"] / block["httpx"], "of httpx's", 1.0, beside)
    packages = _installed()
    yield Figure("packages installed with the core", len(packages), "", 11, ", ".join(sorted(packages)))

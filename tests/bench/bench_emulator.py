"""The emulator: its CPU for a status request, and its memory with ten thousand tasks under way.

The server is a process of its own, asked over sockets that stay open. Linux reports its CPU and memory in /proc.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Final
from urllib.parse import urlsplit

from emulator_process import emulator
from figures import Figure

CONNECTIONS: Final = 16
STATUS_REQUESTS: Final = 6_000
LIVE_TASKS: Final = 10_000
HEADERS: Final = "Host: 127.0.0.1\r\nAuthorization: Token emulator-key\r\nContent-Type: application/json\r\n"
CREATE: Final = json.dumps({"model": "viduq3-turbo", "prompt": "A paper bird takes off from a desk.", "duration": 5}).encode()
TICKS: Final = os.sysconf("SC_CLK_TCK")


def _post(path: str, body: bytes) -> bytes:
    return f"POST {path} HTTP/1.1\r\n{HEADERS}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\n{HEADERS}\r\n".encode()


def _cpu(pid: int) -> float:
    """Return the seconds of CPU that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _mebibytes(pid: int) -> float:
    """Return the memory that a process has in use."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bytes:
    """Send a request, and return the body of its answer, which must be a success."""
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    body = await reader.readexactly(int(length.partition(b":")[2]))
    if not head.startswith(b"HTTP/1.1 200"):
        raise AssertionError(head.splitlines()[0].decode())
    return body


async def _ask(origin: str, requests: list[bytes]) -> list[bytes]:
    """Send all requests over a few connections, and return the answers in their order."""
    left = list(enumerate(requests))
    answers: list[bytes] = [b""] * len(requests)

    async def one_connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(origin).port)
        while left:
            place, request = left.pop()
            answers[place] = await _exchange(reader, writer, request)
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(one_connection() for _ in range(CONNECTIONS)))
    return answers


def _started_and_stopped() -> float:
    """Return the median seconds of starting and stopping an emulator on a port, as the pytest fixture does for each test."""
    from vidu_ext.emulator.http.server import EmulatorServer

    times: list[float] = []
    for _ in range(20):
        began = time.perf_counter()
        with EmulatorServer():
            pass
        times.append(time.perf_counter() - began)
    return median(times)


def figures() -> Iterator[Figure]:
    yield Figure("an emulator on a port, started and stopped", _started_and_stopped() * 1e3, "ms", 60)
    with emulator(queue_seconds=60.0, processing_seconds=3_600.0, concurrency=LIVE_TASKS) as server:
        empty = _mebibytes(server.pid)
        created = asyncio.run(_ask(server.origin, [_post("/ent/v2/text2video", CREATE)] * LIVE_TASKS))
        full = _mebibytes(server.pid)
        names = [json.loads(answer)["task_id"] for answer in created]
        began, cpu = time.monotonic(), _cpu(server.pid)
        asyncio.run(_ask(server.origin, [_get(f"/ent/v2/tasks/{name}/creations") for name in names[:STATUS_REQUESTS]]))
        seconds, spent = time.monotonic() - began, _cpu(server.pid) - cpu
        yield Figure(
            "CPU of the emulator for a status answer", spent / STATUS_REQUESTS * 1e3, "ms", 1.0,
            f"{STATUS_REQUESTS / spent:,.0f} a second of CPU; {STATUS_REQUESTS / seconds:,.0f} a second beside its client",
        )  # fmt: skip
        beside = f"{empty:.0f} MB before the first; {(full - empty) * 1024 / LIVE_TASKS:.1f} KB a task"
        yield Figure(f"memory of the emulator with {LIVE_TASKS:,} live tasks", full, "MB", 200, beside)

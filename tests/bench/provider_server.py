"""A stand-in for Vidu, Zenlayer and the queue of fal on the loopback, in a process of its own so that its CPU is in no figure.

It answers create, status and list as fast as a small server can, counts the requests, and records when each task was done. As a
script it serves; `provider` starts it, and `Provider` reads its ledger.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

PROMPT: Final = "A paper bird takes off from a desk, circles the lamp and flies out of the open window into the evening sun."
FIRST_ID: Final = 940107923630096384
LISTED_ALONE: Final = ("prompt", "images", "key_id", "created_at")
"""Members of a task in the list that its status does not have."""

STATUS_ENDING: Final = "/creations"


class Ledger:
    """The tasks of the server, and counts of its requests."""

    def __init__(self) -> None:
        self.done_at: dict[str, float] = {}
        self.failing: set[str] = set()
        self.seconds = (10.0, 20.0)
        self.counts: Counter[str] = Counter()
        self._chance = random.Random(1)  # noqa: S311 - lengths of tasks, the same in every run

    def make(self, *, fails: bool = False) -> str:
        name = str(FIRST_ID + len(self.done_at))
        self.done_at[name] = time.monotonic() + self._chance.uniform(*self.seconds)
        if fails:
            self.failing.add(name)
        return name

    def task(self, name: str) -> dict[str, Any]:
        """Return the members of a task that list and status share."""
        is_done = time.monotonic() >= self.done_at[name]
        state = "processing" if not is_done else "failed" if name in self.failing else "success"
        address = f"https://cdn.example.com/{name}.mp4?auth_key=1767283291-0-0-3c2f7a0d5be14c0f8e1b"
        creation: dict[str, Any] = {
            "id": name,
            "url": address,
            "cover_url": f"{address}&cover=1",
            "watermarked_url": "",
            "moderation_url": [],
        }
        return {
            "id": name, "state": state, "type": "text2video", "model": "viduq3-turbo", "prompt": PROMPT, "duration": 5,
            "resolution": "720p", "aspect_ratio": "16:9", "credits": 55, "template": "", "images": [], "key_id": "1",
            "created_at": "2026-01-01T14:15:22Z", "creations": [creation] if state == "success" else [],
        }  # fmt: skip

    def answer(self, method: str, target: str, host: str, body: bytes) -> object:
        address = urlsplit(target)
        if address.path == "/ledger":
            return self._order(json.loads(body)) if method == "POST" else {"counts": self.counts, "done_at": self.done_at}
        if address.path.startswith("/queue/"):
            return self._queue(method, f"http://{host}", address.path)
        if method == "POST":
            self.counts["create"] += 1
            return {**json.loads(body), "task_id": self.make(), "state": "created", "created_at": "2026-01-01T14:15:22Z"}
        if address.path.endswith(STATUS_ENDING):
            self.counts["status"] += 1
            task = self.task(address.path.removesuffix(STATUS_ENDING).rpartition("/")[2])
            failed = task["state"] == "failed"
            shown = {name: value for name, value in task.items() if name not in LISTED_ALONE}
            return {**shown, "err_code": "CreationPolicyViolation" if failed else "", "payload": "", "progress": 40}
        names = parse_qs(address.query)["task_ids"]
        self.counts["list"] += 1
        self.counts["listed"] += len(names)
        return {"tasks": [self.task(name) for name in names], "next_page_token": ""}

    def _queue(self, method: str, origin: str, path: str) -> object:
        """Answer as fal's queue does: a create with its addresses, a status, and the result by an address of its own."""
        self.counts["create" if method == "POST" else "status"] += 1
        if method == "POST":
            name = self.make()
            address = f"{origin}{path}/requests/{name}"
            return {"request_id": name, **{f"{end}_url": f"{address}/{end}" for end in ("response", "status", "cancel")}}
        name, end = path.split("/")[-2:]
        task = self.task(name)
        if end == "response":
            return {"video": {"url": task["creations"][0]["url"]}}
        return {"status": "COMPLETED" if task["creations"] else "IN_PROGRESS", "logs": None, "metrics": {}}

    def _order(self, order: dict[str, Any]) -> list[str]:
        self.counts.clear()
        self.seconds = order["seconds"]
        return [self.make(fails=index < order["failing"]) for index in range(order["tasks"])]


class Exchange(asyncio.Protocol):
    """One connection: one request after another, each answered at once."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.received = b""
        self.transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.WriteTransport):
            self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.received += data
        while (end := self.received.find(b"\r\n\r\n")) >= 0:
            head, rest = self.received[:end].decode(), self.received[end + 4 :]
            fields = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:])
            length = int(fields.get("content-length", 0))
            if len(rest) < length:
                return
            self.received = rest[length:]
            method, target, _ = head.split(" ", 2)
            self._write(json.dumps(self.ledger.answer(method, target, fields["host"], rest[:length])).encode())

    def _write(self, body: bytes) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        if self.transport is not None:
            self.transport.write(head.encode() + body)


async def serve() -> None:
    ledger = Ledger()
    server = await asyncio.get_running_loop().create_server(lambda: Exchange(ledger), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


class Provider:
    """The server as a benchmark sees it."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self._port = port

    def make(self, tasks: int, *, seconds: tuple[float, float], failing: int = 0) -> list[str]:
        """Make tasks that take so long, as created ones do from now on, and return their ids. Resets the counts."""
        order = {"tasks": tasks, "seconds": seconds, "failing": failing}
        names: list[str] = self._ask("POST", json.dumps(order))
        return names

    def counts(self) -> Counter[str]:
        """Return the numbers of creates, status requests and lists since `make`, and of ids in the lists (`listed`)."""
        return Counter(self._ask("GET")["counts"])

    def done_at(self) -> dict[str, float]:
        """Return when each task was done, in the monotonic time that all processes of the machine share."""
        moments: dict[str, float] = self._ask("GET")["done_at"]
        return moments

    def _ask(self, method: str, body: str | None = None) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self._port)
        try:
            connection.request(method, "/ledger", body)
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()


@contextmanager
def provider() -> Generator[Provider]:
    """Run a server."""
    process = subprocess.Popen([sys.executable, Path(__file__)], stdout=subprocess.PIPE, text=True)
    try:
        if process.stdout is None:
            raise AssertionError("the server has no output")
        yield Provider(int(process.stdout.readline()))
    finally:
        process.terminate()
        process.communicate()


if __name__ == "__main__":
    try:
        asyncio.run(serve())
    except KeyboardInterrupt:
        sys.exit(0)

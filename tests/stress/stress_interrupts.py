"""Ctrl-C at a line of a submit, in any library, at a server: what was paid must be found again."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import httpx
from attrs import define, evolve
from interrupting import CALLS, Findings, Provider, Runs
from stress_every_line import begin_run, main, row_of, stuck
from stress_lines import EVERY_FILE, order_of
from stress_rig import Options, Row, run_program

from vidu_ext import Account, Settings

PROVIDERS: Final = ("vidu", "comfy")
ENTRIES: Final = ("submit", "submit with on_accepted", "send", "find", *CALLS[:1])
FAULTS: Final = ("answered", "answer lost")
ARRIVAL: Final = 0.02
"""Seconds in which a request arrives that was interrupted after it was sent."""
SECOND_CTRL_C: Final = 5.0
"""Seconds after which a user presses Ctrl-C again, because nothing happens."""


def cells() -> Iterator[tuple[str, Callable[[Options], Row]]]:
    for entry in ENTRIES:
        for provider in PROVIDERS if entry not in CALLS else PROVIDERS[:1]:
            yield f"interrupt: Ctrl-C at a line of {entry}, {provider}", partial(_interrupts, entry, provider)


def _interrupts(entry: str, provider: str, options: Options) -> Row:
    order = {"entry": entry, "provider": provider, "seconds": options.seconds / len(FAULTS), "seed": options.seed}
    return row_of(run_program(__file__, order, timeout=3 * options.seconds + 60.0))


# -- the program ----------------------------------------------------------------------------------------------------------


@define
class Served(Provider):
    """A provider at a port of this machine."""

    address: str = ""

    @property
    def accounts(self) -> list[Account]:
        return [evolve(account, base_url=self.address) for account in super().accounts]

    @property
    def settings(self) -> Settings:
        return evolve(super().settings, transport=None, async_transport=None)


class Front(ThreadingHTTPServer):
    """A server that passes requests to the provider of the present run."""

    daemon_threads = True

    def __init__(self, name: str) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self._name: Final = name
        self.provider = self.begin("answered")
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def begin(self, fault: str) -> Provider:
        time.sleep(ARRIVAL)
        self.provider = Served(self._name, fault, address=f"http://127.0.0.1:{self.server_port}")
        return self.provider


class Exchange(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Front  # pyright: ignore[reportIncompatibleVariableOverride]  # the only server that makes this handler

    def do_POST(self) -> None:  # the name is the library's
        """Answer, or close the connection if the answer is lost."""
        length = int(self.headers.get("content-length", 0))
        body = self.rfile.read(length)
        request = httpx.Request(self.command, f"http://provider{self.path}", headers=dict(self.headers), content=body)
        self.close_connection = True
        if len(body) < length:
            return
        try:
            reply = self.server.provider.answer(request)
        except httpx.ReadError:
            return
        self.send_response_only(reply.status_code)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.content)
        self.close_connection = False

    do_GET = do_POST  # noqa: N815  # as above


def _try_lines(order: dict[str, Any], folder: Path) -> tuple[Findings, str]:
    with Front(order["provider"]) as front:
        runs = Runs("Ctrl-C", front.begin, folder, _begin_run, EVERY_FILE)
        tried, there_are = (sum(numbers) for numbers in zip(*(_draw(runs, order, fault) for fault in FAULTS), strict=True))
    return runs.findings, f"{tried} of {there_are} moments tried"


def _draw(runs: Runs, order: dict[str, Any], fault: str) -> tuple[int, int]:
    """Interrupt at drawn lines as long as there is time, and return how many of how many there were."""
    drawn = order_of([line for _, line in runs.undisturbed(order["entry"], fault)], order["seed"])
    deadline, tried = time.monotonic() + order["seconds"], 0
    for moment in drawn:
        if time.monotonic() > deadline:
            break
        runs.interrupt(order["entry"], fault, moment)
        tried += 1
    return tried, len(drawn)


def _begin_run() -> None:
    signal.signal(signal.SIGALRM, _press_again)
    signal.setitimer(signal.ITIMER_REAL, SECOND_CTRL_C)


def _press_again(_number: int, _frame: object) -> None:
    signal.signal(signal.SIGALRM, stuck)
    begin_run()
    raise KeyboardInterrupt


if __name__ == "__main__":
    main(_try_lines)

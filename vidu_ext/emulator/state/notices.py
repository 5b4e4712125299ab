"""Vidu's notices to callback URLs: when they are due, and how they are signed.

Only Vidu documents notices. The emulator's server sends what is due and reports what could not be delivered.
"""

from __future__ import annotations

import base64
import heapq
import hmac
import uuid
from collections.abc import Mapping, Sequence
from email.utils import formatdate
from itertools import count
from random import Random
from typing import Final
from urllib.parse import urlsplit

from attrs import evolve, field, frozen

TRIES: Final = 3
"""How often a notice of success or failure is tried; one of processing is sent once."""

MOST_HELD_BYTES: Final = 64 * 1024 * 1024
"""Limit on notices to send, and on notices that may be sent again; the oldest are dropped first."""
MOST_HELD: Final = 10_000

SIGNED_HEADERS: Final = ("Date", "x-request-nonce")
ACCESS_KEY: Final = "vidu"


@frozen(kw_only=True)
class Callback:
    """A notice to POST now."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    """In the spelling of Vidu."""
    body: bytes = field(repr=False)
    task_id: str
    state: str
    """The state that it reports: `processing`, `success` or `failed`."""
    attempt: int = 1
    number: int = 0
    """The same for all attempts of one notice."""


@frozen
class _Due:
    url: str
    body: bytes
    task_id: str
    state: str
    signer: hmac.HMAC
    attempt: int
    number: int


class Callbacks:
    """The notices that are still to be sent. Not thread-safe."""

    def __init__(self, seed: int) -> None:
        self._random: Final = Random(f"nonces of emulator {seed}")  # noqa: S311  # names for notices, not secrets
        self._order: Final = count()
        self._due: list[tuple[float, int, _Due]] = []
        self._retriable: dict[int, _Due] = {}
        self._due_bytes = 0
        self._retriable_bytes = 0

    def plan(self, moment: float, *, url: str, body: bytes, task_id: str, state: str, signer: hmac.HMAC) -> None:
        """Schedule a notice."""
        number = next(self._order)
        self._push(moment, number, _Due(url, body, task_id, state, signer, 1, number))

    def due(self, now: float) -> Sequence[Callback]:
        """Return the due notices, each once."""
        found: list[Callback] = []
        while self._due and self._due[0][0] <= now:
            due = self._pop()
            if due.attempt < TRIES and due.state != "processing":
                self._retriable[due.number] = due
                self._retriable_bytes += len(due.body)
            found.append(self._sign(due, now))
        while len(self._retriable) > MOST_HELD or self._retriable_bytes > MOST_HELD_BYTES:
            self._retriable_bytes -= len(self._retriable.pop(next(iter(self._retriable))).body)
        return tuple(found)

    def failed(self, callback: Callback, *, again_at: float) -> bool:
        """Schedule another try of an undelivered notice; False if no try is left."""
        due = self._retriable.pop(callback.number, None)
        if due is None:
            return False
        self._retriable_bytes -= len(due.body)
        if due.attempt != callback.attempt:
            return False
        self._push(again_at, next(self._order), evolve(due, attempt=due.attempt + 1))
        return True

    def next_moment(self) -> float | None:
        """Return when the next notice is due, or None."""
        return self._due[0][0] if self._due else None

    def _push(self, moment: float, order: int, due: _Due) -> None:
        """Add a notice; the oldest are dropped if due ones are never fetched."""
        heapq.heappush(self._due, (moment, order, due))
        self._due_bytes += len(due.body)
        while len(self._due) > MOST_HELD or self._due_bytes > MOST_HELD_BYTES:
            self._pop()

    def _pop(self) -> _Due:
        due = heapq.heappop(self._due)[2]
        self._due_bytes -= len(due.body)
        return due

    def _sign(self, due: _Due, now: float) -> Callback:
        nonce = str(uuid.UUID(int=self._random.getrandbits(128), version=4))
        return Callback(
            url=due.url,
            headers=signature_headers(due.signer, due.url, date=formatdate(now, usegmt=True), nonce=nonce),
            body=due.body,
            task_id=due.task_id,
            state=due.state,
            attempt=due.attempt,
            number=due.number,
        )


def signature_headers(signer: hmac.HMAC, url: str, *, date: str, nonce: str) -> Mapping[str, str]:
    """Return the headers of a notice. The signature covers method, path, query, date and nonce, not the body."""
    parts = urlsplit(url)
    values = {"Date": date, "x-request-nonce": nonce}
    lines = ["POST", parts.path or "/", parts.query, ACCESS_KEY, date, *(f"{name}:{values[name]}" for name in SIGNED_HEADERS)]
    mac = signer.copy()
    mac.update("".join(f"{line}\n" for line in lines).encode())
    return {
        **values,
        "X-HMAC-SIGNED-HEADERS": ";".join(SIGNED_HEADERS),
        "X-HMAC-SIGNATURE": base64.b64encode(mac.digest()).decode(),
        "X-HMAC-ALGORITHM": "hmac-sha256",
        "X-HMAC-ACCESS-KEY": ACCESS_KEY,
        "Content-Type": "application/json",
    }

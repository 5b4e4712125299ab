"""Vidu's notices to callback URLs: when they are due, and how they are signed.

Only Vidu documents notices. The emulator's server sends those that are due and reports how each was answered.
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
"""Limit on the notices to send; the oldest are dropped first."""
MOST_HELD: Final = 10_000

SIGNED_HEADERS: Final = ("Date", "x-request-nonce")
ACCESS_KEY: Final = "vidu"


@frozen(kw_only=True)
class Callback:
    """A notice to POST now."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(factory=dict[str, str], repr=False)
    """In the spelling of Vidu; made when the notice is due."""
    body: bytes = field(repr=False)
    task_id: str
    state: str
    """The state that it reports: `processing`, `success` or `failed`."""
    attempt: int = 1
    signer: hmac.HMAC = field(repr=False, eq=False)
    """Signs with the key of the account, which cannot be read from it."""

    @property
    def is_last(self) -> bool:
        """Whether it is not sent again."""
        return self.attempt >= TRIES or self.state == "processing"


class Callbacks:
    """The notices that are still to be sent. Not thread-safe."""

    def __init__(self, seed: int) -> None:
        self._random: Final = Random(f"nonces of emulator {seed}")  # noqa: S311  # names for notices, not secrets
        self._order: Final = count()
        self._due: list[tuple[float, int, Callback]] = []
        self._due_bytes = 0

    def plan(self, moment: float, callback: Callback) -> None:
        """Schedule a notice; the oldest are dropped if due ones are never fetched."""
        heapq.heappush(self._due, (moment, next(self._order), callback))
        self._due_bytes += len(callback.body)
        while len(self._due) > MOST_HELD or self._due_bytes > MOST_HELD_BYTES:
            self._pop()

    def due(self, now: float) -> Sequence[Callback]:
        """Return the due notices, each once."""
        signed: list[Callback] = []
        while self._due and self._due[0][0] <= now:
            due = self._pop()
            nonce = str(uuid.UUID(int=self._random.getrandbits(128), version=4))
            headers = signature_headers(due.signer, due.url, date=formatdate(now, usegmt=True), nonce=nonce)
            signed.append(evolve(due, headers=headers))
        return tuple(signed)

    def next_moment(self) -> float | None:
        """Return when the next notice is due, or None."""
        return self._due[0][0] if self._due else None

    def _pop(self) -> Callback:
        due = heapq.heappop(self._due)[2]
        self._due_bytes -= len(due.body)
        return due


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

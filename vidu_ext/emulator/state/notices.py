"""Vidu's notices to callback URLs: when they are due, and how they are signed.

Only Vidu documents notices. The emulator's server sends those that are due and reports how each was answered.
"""

from __future__ import annotations

import base64
import hmac
import uuid
from collections.abc import Mapping, Sequence
from email.utils import formatdate
from functools import cached_property
from itertools import count
from typing import Final
from urllib.parse import urlsplit

from attrs import field, frozen

from vidu_ext.emulator.clock import real_time

from .bounded import Bounded

TRIES: Final = 3
"""How often a notice of success or failure is tried; one of processing is sent once."""
MOST_HELD: Final = 10_000
"""Limit on the notices to send; the oldest are dropped first."""

SIGNED_HEADERS: Final = ("Date", "x-request-nonce")
ACCESS_KEY: Final = "vidu"


@frozen(kw_only=True)
class Callback:
    """A notice to POST."""

    url: str = field(repr=False)
    body: bytes = field(repr=False)
    task_id: str
    state: str
    """The state that it reports: `processing`, `success` or `failed`."""
    attempt: int = 1
    due: float
    """When to send it, in seconds of the emulator's clock."""
    signer: hmac.HMAC = field(repr=False, eq=False)
    """Signs with the key of the account, which cannot be read from it."""

    @cached_property
    def headers(self) -> Mapping[str, str]:
        """The headers in the spelling of Vidu, dated and signed when they are first read, which is when this attempt is sent.

        The date is the real time: receivers refuse one that is far from their own clock, and the emulator's may be a fast one.
        """
        return signature_headers(self.signer, self.url, date=formatdate(real_time(), usegmt=True), nonce=str(uuid.uuid4()))

    @property
    def is_last(self) -> bool:
        """Whether it is not sent again."""
        return self.attempt >= TRIES or self.state == "processing"


class Callbacks(Bounded[int, Callback]):
    """The notices that are still to be sent, by number. Not thread-safe."""

    def __init__(self) -> None:
        super().__init__(MOST_HELD, lambda callback: len(callback.body))
        self._numbers: Final = count()

    def plan(self, callback: Callback) -> None:
        """Schedule a notice."""
        self.put(next(self._numbers), callback)

    def take_due(self, now: float) -> Sequence[Callback]:
        """Return the due notices in the order of their times, each once."""
        due = sorted((one.due, number) for number, one in self.items() if one.due <= now)
        return [self.drop(number) for _, number in due]


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

"""Closing a client ends, although an interrupt may have left a lock of the HTTP library held."""

from __future__ import annotations

import threading

import httpx
import pytest
from playing import NEVER_COMES, request_for

from vidu_ext import Account, Settings, Vidu
from vidu_ext.transport import driver


class Interrupted(httpx.BaseTransport):
    """A transport that is interrupted while it holds the lock that its close needs."""

    def __init__(self) -> None:
        self.lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:  # noqa: ARG002  # the name is httpx's
        self.lock.acquire()
        raise KeyboardInterrupt

    def close(self) -> None:
        self.lock.acquire(timeout=NEVER_COMES)


def test_close_returns_after_an_interrupt_that_left_a_lock_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once, the end of `with Vidu() as vidu:` hung after one Ctrl-C until another."""
    monkeypatch.setattr(driver, "CLOSE_SECONDS", 0.01)
    transport = Interrupted()
    accounts = [Account(provider="vidu", key="key-of-the-test-0123456789")]
    with pytest.raises(KeyboardInterrupt), Vidu(accounts, settings=Settings(transport=transport)) as vidu:
        vidu.submit(request_for("vidu"))
    assert [thread.daemon for thread in threading.enumerate() if thread.name == "vidu-ext close"] == [True]
    transport.lock.release()

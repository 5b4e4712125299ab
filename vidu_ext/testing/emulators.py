"""Emulators for tests, on a port or in the same process, and the record of answers that differ from the specs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from vidu_ext.client.async_vidu import AsyncVidu
    from vidu_ext.client.settings import Settings
    from vidu_ext.client.vidu import Vidu
    from vidu_ext.emulator.clock import Clock
    from vidu_ext.emulator.core import Emulator
    from vidu_ext.emulator.faults.rules import FaultRule, Faults
    from vidu_ext.emulator.http.server import EmulatorServer
    from vidu_ext.emulator.state.ledger import Ledger
    from vidu_ext.providers.accounts import Account
    from vidu_ext.values.drift import Drift

POLL_SECONDS: Final = 0.02
"""Time between two polls of a client for tests."""
RETRY_SECONDS: Final = 0.02
"""Pause of a client for tests before it retries a request that was not accepted."""


class ViduEmulator:
    """An emulator on a port of this machine, for one test."""

    def __init__(self, server: EmulatorServer, providers: Sequence[str] | None = None) -> None:
        """Describe a server that was started. `providers` are those with accounts; None means all."""
        self._server = server
        self._providers = providers
        self.emulator: Final[Emulator] = server.emulator
        """The emulator itself."""
        self.origin: Final[str] = server.origin
        """Its origin, such as `http://127.0.0.1:49152`."""
        self.urls: Final[Mapping[str, str]] = server.urls
        """Base URL by provider."""
        self.ledger: Final[Ledger] = server.emulator.ledger
        """The record of paid tasks and requests."""
        self.clock: Final[Clock] = server.emulator.clock
        """The emulator's clock; `step` advances it."""
        self.faults: Final[Faults] = server.emulator.faults
        """The fault rules in force."""

    def add_fault(self, rule: FaultRule | str) -> int:
        """Add a fault rule, also as text like `kind=html_502,operation=create,nth=1`. Returns the rule's number.

        Raises ConfigurationError for an invalid text.
        """
        return self.faults.add(rule)

    def env(self) -> dict[str, str]:
        """Return the environment variables with which a program started by this test uses the emulator."""
        absent = tuple(f"{one.upper()}_" for one in self.urls if self._providers is not None and one not in self._providers)
        return {name: value for name, value in self._server.env().items() if not name.startswith(absent)}

    def client(self) -> Vidu:
        """Make a client for the emulator that polls often; use it in a with block."""
        from vidu_ext.client.vidu import Vidu

        return Vidu(settings=_plain_settings())

    def async_client(self) -> AsyncVidu:
        """Make an async client for the emulator that polls often; use it in an async with block."""
        from vidu_ext.client.async_vidu import AsyncVidu

        return AsyncVidu(settings=_plain_settings())


class ViduContract:
    """The answers of providers to the httpx clients of a test, and how they differ from the specs."""

    def __init__(self) -> None:
        self.answers = 0
        """Number of answers that were compared."""
        self.drifts: list[Drift] = []
        """Differences found, without duplicates. A test that expects some removes them: `vidu_contract.drifts.clear()`."""

    def see(self, _operation: str, drifts: Sequence[Drift]) -> None:
        """Note how one answer differs from its spec."""
        self.answers += 1
        self.drifts += [drift for drift in drifts if drift not in self.drifts]


# -- without a port -------------------------------------------------------------------------------------------------------


def emulator_accounts(emulator: Emulator) -> tuple[Account, ...]:
    """Return an account at each provider of an emulator without a port, for `Vidu`."""
    from vidu_ext.emulator.environment import ORIGIN, key_of
    from vidu_ext.providers.accounts import Account

    return tuple(
        Account(provider=provider, key=key_of(emulator, provider), base_url=url)
        for provider, url in emulator.base_urls(ORIGIN).items()
    )


def emulator_settings(emulator: Emulator, *, step: float = 0.0) -> Settings:
    """Return settings with which `Vidu` and `AsyncVidu` use an emulator in the same process, and poll often.

    `step`: seconds by which each request advances the emulator's clock. With `Emulator(clock=Clock(rate=0))` and `step=1` a task
    is done after a few polls without real time passing.
    """
    import attrs

    from vidu_ext.emulator.http.transports import AsyncEmulatorTransport, EmulatorTransport

    return attrs.evolve(
        quick_settings(),
        transport=EmulatorTransport(emulator, step=step),
        async_transport=AsyncEmulatorTransport(emulator, step=step),
    )


def quick_settings() -> Settings:
    """Return settings for tests: polls, retries and searches for lost tasks follow after hundredths of a second."""
    from vidu_ext.client.settings import Settings
    from vidu_ext.flows.policy import PollPolicy, RetryPolicy, SettlePolicy

    return Settings(
        poll=PollPolicy(floor=POLL_SECONDS, ceiling=POLL_SECONDS, jitter=0.0),
        retry=RetryPolicy(budget=5.0, first=RETRY_SECONDS, ceiling=RETRY_SECONDS, jitter=0.0),
        settle=SettlePolicy(window=5.0, first=RETRY_SECONDS, factor=1.0),
    )


def _plain_settings() -> Settings:
    """Return quick settings without TLS certificates, which take 40 ms to read: the emulator uses plain HTTP."""
    import attrs

    return attrs.evolve(quick_settings(), verify=False)

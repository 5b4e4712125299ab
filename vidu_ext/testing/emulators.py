"""Emulators for tests, behind a port or in the same process, and what answers are held to the specs. Needs no pytest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from vidu_ext.client.async_vidu import AsyncVidu
    from vidu_ext.client.session import Settings
    from vidu_ext.client.vidu import Vidu
    from vidu_ext.contract.observed import Drift, Exchange
    from vidu_ext.emulator.clock import Clock
    from vidu_ext.emulator.core import Emulator
    from vidu_ext.emulator.faults.rules import FaultRule, Faults
    from vidu_ext.emulator.http.server import EmulatorServer
    from vidu_ext.emulator.state.ledger import Ledger
    from vidu_ext.providers.accounts import Account
    from vidu_ext.values.tasks import Json

POLL_SECONDS: Final = 0.02
"""How often a client of a test asks for the state of a task."""
RETRY_SECONDS: Final = 0.02
"""How long it waits before it repeats what certainly was not accepted."""


class ViduEmulator:
    """An emulator behind a port of this machine, for one test."""

    def __init__(self, server: EmulatorServer, providers: Sequence[str] | None = None) -> None:
        self._server = server
        self._providers = providers

    @property
    def emulator(self) -> Emulator:
        """The emulator itself."""
        return self._server.emulator

    @property
    def origin(self) -> str:
        """Where it is, `http://127.0.0.1:49152`."""
        return self._server.origin

    @property
    def urls(self) -> Mapping[str, str]:
        """Base URL by provider."""
        return self._server.urls

    @property
    def ledger(self) -> Ledger:
        """What was paid and asked."""
        return self.emulator.ledger

    @property
    def clock(self) -> Clock:
        """Its time; `step` lets some pass."""
        return self.emulator.clock

    @property
    def faults(self) -> Faults:
        """The rules in force."""
        return self.emulator.faults

    def add_fault(self, rule: FaultRule | str) -> int:
        """Have calls go wrong by a rule, or by a text like `kind=html_502,operation=create,nth=1`. Gives the rule's number.

        Raises ConfigurationError for a text that is no rule.
        """
        return add_fault(self.emulator, rule)

    def env(self) -> dict[str, str]:
        """The environment variables of this test that lead to the emulator, for a program that it starts."""
        absent = tuple(f"{one.upper()}_" for one in self.urls if self._providers is not None and one not in self._providers)
        return {name: value for name, value in self._server.env().items() if not name.startswith(absent)}

    def client(self) -> Vidu:
        """A client for the emulator that polls often; to be used in a with block."""
        from vidu_ext.client.vidu import Vidu

        return Vidu(settings=_plain_settings())

    def async_client(self) -> AsyncVidu:
        """An AsyncVidu for the emulator that polls often; to be used in an async with block."""
        from vidu_ext.client.async_vidu import AsyncVidu

        return AsyncVidu(settings=_plain_settings())


def rules_of(given: object) -> list[FaultRule]:
    """The rules that a marker gives: one or several, each as it is, as its text or as its JSON object."""
    alone = given
    if isinstance(given, str | Mapping) or not isinstance(given, Iterable):
        return [rule_of(alone)]
    return [rule_of(one) for one in cast("Iterable[object]", given)]


def rule_of(given: object) -> FaultRule:
    from vidu_ext.emulator.faults.rules import FaultRule

    if isinstance(given, FaultRule):
        return given
    return FaultRule.parse(given) if isinstance(given, str) else FaultRule.from_json(cast("Json", given))


class ViduContract:
    """What a test's httpx clients were answered by providers, and how that differs from the specs."""

    def __init__(self) -> None:
        self.answers = 0
        """Answers of providers that were compared."""
        self.drifts: list[Drift] = []
        """Differences so far, each once. A test that expects some takes them out: `vidu_contract.drifts.clear()`."""

    def see(self, exchange: Exchange) -> None:
        """Compare one answer."""
        self.answers += 1
        self.drifts += [drift for drift in exchange.drifts() if drift not in self.drifts]


# -- without a port -------------------------------------------------------------------------------------------------------


def emulator_accounts(emulator: Emulator) -> tuple[Account, ...]:
    """An account at each provider of an emulator that is used without a port, to be given to `Vidu`."""
    from vidu_ext.emulator.environment import ORIGIN, key_of
    from vidu_ext.providers.accounts import Account

    return tuple(
        Account(provider=provider, key=key_of(emulator, provider), base_url=url)
        for provider, url in emulator.base_urls(ORIGIN).items()
    )


def emulator_settings(emulator: Emulator, *, step: float = 0.0) -> Settings:
    """Settings under which `Vidu` and `AsyncVidu` talk to an emulator in the same process, and poll often.

    `step` is by how many seconds of the emulator's clock each request is later than the one before: with
    `Emulator(clock=Clock(rate=0))` and `step=1` a task is done after a few polls and no real time.
    """
    import attrs

    from vidu_ext.emulator.http.transports import AsyncEmulatorTransport, EmulatorTransport

    return attrs.evolve(
        quick_settings(),
        transport=EmulatorTransport(emulator, step=step),
        async_transport=AsyncEmulatorTransport(emulator, step=step),
    )


def quick_settings() -> Settings:
    """Settings for a test: it polls, repeats and looks for lost tasks every few hundredths of a second."""
    from vidu_ext.client.session import Settings
    from vidu_ext.flows.policy import PollPolicy, RetryPolicy, SettlePolicy

    return Settings(
        poll=PollPolicy(floor=POLL_SECONDS, ceiling=POLL_SECONDS, jitter=0.0),
        retry=RetryPolicy(budget=5.0, first=RETRY_SECONDS, ceiling=RETRY_SECONDS, jitter=0.0),
        settle=SettlePolicy(window=5.0, first=RETRY_SECONDS, factor=1.0),
    )


def _plain_settings() -> Settings:
    """Quick settings that read no certificates, which takes 40 ms: the emulator behind a port speaks plain HTTP only."""
    import attrs

    return attrs.evolve(quick_settings(), verify=False)


def add_fault(emulator: Emulator, rule: FaultRule | str) -> int:
    """Have calls to an emulator go wrong by a rule or the text of one. Gives the rule's number."""
    return emulator.faults.add(rule_of(rule))

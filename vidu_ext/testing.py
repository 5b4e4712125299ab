"""What users' own tests take from this package: pytest fixtures with an emulator, and one that holds answers to the specs.

Loaded by pytest as a plugin, in every test suite of every program that has this package installed: so it imports nothing
but pytest until a test asks for something.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, cast

import pytest

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

MARKER: Final = "vidu_emulator"
POLL_SECONDS: Final = 0.02
"""How often a client of a test asks for the state of a task."""
RETRY_SECONDS: Final = 0.02
"""How long it waits before it repeats what certainly was not accepted."""

_OWN: Final = frozenset({"rate", "rules", "seed", "callbacks"})
"""What the marker takes beside the members of EmulatorSettings."""
_QUICK: Final[Mapping[str, float]] = {
    "queue_seconds": 0.02,
    "processing_seconds": 0.05,
    "listed_after": 0.02,
    "off_peak_seconds": 0.2,
    "callback_retry_seconds": 0.1,
}
"""How long the steps of a task take in real time, if the marker gives no rate."""


class ViduEmulator:
    """An emulator behind a port of this machine, for one test."""

    def __init__(self, server: EmulatorServer) -> None:
        self._server = server

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
        return self._server.env()

    def client(self) -> Vidu:
        """A client for the emulator that polls often; to be used in a with block."""
        from vidu_ext.client.vidu import Vidu

        return Vidu(settings=_plain_settings())

    def async_client(self) -> AsyncVidu:
        """An AsyncVidu for the emulator that polls often; to be used in an async with block."""
        from vidu_ext.client.async_vidu import AsyncVidu

        return AsyncVidu(settings=_plain_settings())


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line(
        "markers",
        f"{MARKER}(rate=1.0, rules=(), seed=0, callbacks='loopback', concurrency=5, ...): how the emulator of the fixture"
        " vidu_emulator behaves; the other names are those of EmulatorSettings.",
    )


@pytest.fixture
def vidu_emulator(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[ViduEmulator]:
    """All four providers on a port of this machine, new for this test; `Vidu()` in the tested program talks to them.

    The variables VIDU_API_KEY, VIDU_BASE_URL and those of the other providers are set for the test; accounts that the
    environment names otherwise are hidden, so that no test can spend money. A task takes 0.07 s, unless the marker gives a
    `rate`: then it takes what it usually takes, so many times faster.
    """
    from vidu_ext.values.errors import ConfigurationError

    server: EmulatorServer | None = None
    try:
        server, wrong = _server(request.node.get_closest_marker(MARKER)), ""
    except ConfigurationError as error:  # a missing extra is one too
        wrong = str(error)
    if server is None:
        pytest.fail(wrong, pytrace=False)
    with server:
        set_environment(monkeypatch, server.env())
        yield ViduEmulator(server)


def _server(marker: pytest.Mark | None) -> EmulatorServer:
    import attrs

    from vidu_ext.emulator.clock import Clock
    from vidu_ext.emulator.http.server import EmulatorServer
    from vidu_ext.emulator.settings import EmulatorSettings
    from vidu_ext.values.errors import ConfigurationError

    options = dict(marker.kwargs) if marker is not None else {}
    known = _OWN | set(attrs.fields_dict(EmulatorSettings))
    unknown = sorted(set(options) - known)
    if unknown or (marker is not None and marker.args):
        raise ConfigurationError(
            f"the marker {MARKER} takes {', '.join(sorted(known))}, each by its name"
            + (f"; it has {', '.join(unknown)}." if unknown else ".")
        )
    own = {name: options.pop(name) for name in _OWN & set(options)}
    return EmulatorServer(
        settings=attrs.evolve(EmulatorSettings(), **(options if "rate" in own else {**_QUICK, **options})),
        clock=Clock(rate=own.get("rate", 1.0)),
        rules=_rules(own.get("rules", ())),
        seed=own.get("seed", 0),
        callbacks=own.get("callbacks", "loopback"),
    )


def _rules(given: object) -> list[FaultRule]:
    """The rules that a marker gives: one or several, each as it is, as its text or as its JSON object."""
    alone = given
    if isinstance(given, str | Mapping) or not isinstance(given, Iterable):
        return [_rule(alone)]
    return [_rule(one) for one in cast("Iterable[object]", given)]


def _rule(given: object) -> FaultRule:
    from vidu_ext.emulator.faults.rules import FaultRule

    if isinstance(given, FaultRule):
        return given
    return FaultRule.parse(given) if isinstance(given, str) else FaultRule.from_json(cast("Json", given))


def set_environment(monkeypatch: pytest.MonkeyPatch, variables: Mapping[str, str]) -> None:
    """Set the variables of an emulator for a test, hide every other account, and let no proxy stand in between."""
    from vidu_ext.emulator.environment import past_the_emulator, without_proxies

    for name in past_the_emulator(variables, os.environ):
        monkeypatch.delenv(name)
    for name, value in {**variables, **without_proxies(os.environ)}.items():
        monkeypatch.setenv(name, value)


# -- answers held to the specs --------------------------------------------------------------------------------------------


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


_CONTRACT: Final = pytest.StashKey[ViduContract]()


@pytest.fixture
def vidu_contract(request: pytest.FixtureRequest) -> Iterator[ViduContract]:
    """Hold every answer of a provider that passes through an httpx client to its spec, and fail the test with the drift.

    Answers of `Vidu`, `AsyncVidu`, the generated clients and any httpx client count, whatever server gives them; a request is
    known by its path and the header of its key.
    """
    from vidu_ext.contract.observed import observing

    found = request.node.stash[_CONTRACT] = ViduContract()
    with observing(found.see):
        yield found


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test that passed although answers differed from the specs."""
    result = yield
    drifts = item.stash[_CONTRACT].drifts if _CONTRACT in item.stash else []
    if drifts:
        pytest.fail("\n".join(["answers differ from the specs:", *map(str, drifts)]), pytrace=False)
    return result


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
    return emulator.faults.add(_rule(rule))

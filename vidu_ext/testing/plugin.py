"""The pytest plugin: a fixture with an emulator, and one that checks answers against the specs. PYTEST_DONT_REWRITE

pytest loads it in every test suite where this package is installed, so it imports nothing else until a test uses a fixture.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, cast

import pytest

from .emulators import ViduContract, ViduEmulator

if TYPE_CHECKING:
    from vidu_ext.emulator.http.server import EmulatorServer

MARKER: Final = "vidu_emulator"
_OWN: Final = frozenset({"rate", "rules", "seed", "callbacks", "providers"})
"""Arguments of the marker in addition to the members of EmulatorSettings."""
_PACKAGES: Final = ("vidu_ext", "vidu_clients")
_QUICK: Final[Mapping[str, float]] = {
    "queue_seconds": 0.02,
    "processing_seconds": 0.05,
    "listed_after": 0.02,
    "off_peak_seconds": 0.2,
    "callback_retry_seconds": 0.1,
}
"""Real seconds that the steps of a task take, unless the marker sets a rate."""


def pytest_addoption(pluginmanager: pytest.PytestPluginManager) -> None:
    """Stop pytest from rewriting this package: it would compile again all modules of a distribution that has a plugin."""
    hook = pluginmanager.rewrite_hook
    marked, known = getattr(hook, "_must_rewrite", None), getattr(hook, "_marked_for_rewrite_cache", None)
    if isinstance(marked, set) and isinstance(known, dict):
        marked.difference_update(_PACKAGES)
        known.clear()


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line(
        "markers",
        f"{MARKER}(rate=1.0, rules=(), seed=0, callbacks='loopback', providers=None, concurrency=5, ...): options of the"
        " emulator of the fixture vidu_emulator; the other names are those of EmulatorSettings.",
    )


@pytest.fixture
def vidu_emulator(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ViduEmulator]:
    """All providers on a port of this machine, new for this test; `Vidu()` in the tested program talks to them.

    The variables VIDU_API_KEY, VIDU_BASE_URL and those of the other providers are set for the test; other accounts in the
    environment and in the file of the `vidu` command are hidden, so that no test can spend money, and so are your orders: a key
    of `once` is new in each test, because XDG_STATE_HOME names an empty folder. `providers` in the marker limits the accounts to
    these. Without it, `credits` in the marker limits them to the providers it names: otherwise a test of an account without
    credits would continue at another one. A task takes 0.07 s; with `rate` in the marker it takes its usual time divided by the
    rate.
    """
    from vidu_ext.values.errors import ConfigurationError

    try:
        server, providers = _server(request.node.get_closest_marker(MARKER))
    except ConfigurationError as error:  # a missing extra is one too
        pytest.fail(str(error), pytrace=False)
    with server:
        found = ViduEmulator(server, providers)
        set_environment(monkeypatch, found.env(), hidden=server.env())
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("vidu-state")))
        monkeypatch.setenv("VIDU_CONFIG", os.devnull)
        yield found


def _server(marker: pytest.Mark | None) -> tuple[EmulatorServer, tuple[str, ...] | None]:
    """Make the emulator that a marker describes. Returns it and the providers with accounts; None for all."""
    import attrs

    from vidu_ext.emulator.clock import Clock
    from vidu_ext.emulator.faults.rules import FaultRule
    from vidu_ext.emulator.http.server import EmulatorServer
    from vidu_ext.emulator.settings import PROVIDERS, EmulatorSettings
    from vidu_ext.values.errors import ConfigurationError

    options = dict(marker.kwargs) if marker is not None else {}
    known = _OWN | set(attrs.fields_dict(EmulatorSettings))
    unknown = sorted(set(options) - known)
    if unknown or (marker is not None and marker.args):
        raise ConfigurationError(
            f"the marker {MARKER} takes only keyword arguments: {', '.join(sorted(known))}"
            + (f"; not {', '.join(unknown)}." if unknown else ".")
        )
    own = {name: options.pop(name) for name in _OWN & set(options)}
    providers, rules = own.get("providers", options.get("credits")), own.get("rules", ())
    server = EmulatorServer(
        settings=attrs.evolve(EmulatorSettings(), **(options if "rate" in own else {**_QUICK, **options})),
        clock=Clock(rate=own.get("rate", 1.0)),
        rules=[rules] if isinstance(rules, str | FaultRule) else rules,
        seed=own.get("seed", 0),
        callbacks=own.get("callbacks", "loopback"),
    )
    if providers is None:
        return server, None
    is_list = isinstance(providers, Iterable) and not isinstance(providers, str)
    names = tuple(cast("Iterable[str]", providers)) if is_list else ()
    if not is_list or any(name not in PROVIDERS for name in names):
        raise ConfigurationError(f"providers of the marker {MARKER} must be a list of {', '.join(PROVIDERS)}, not {providers!r}.")
    return server, names


def set_environment(monkeypatch: pytest.MonkeyPatch, variables: Mapping[str, str], *, hidden: Iterable[str] = ()) -> None:
    """Set the variables of an emulator for a test, and remove other accounts and proxies."""
    from vidu_ext.emulator.environment import variables_of_other_servers, without_proxies

    for name in (*hidden, *variables_of_other_servers((*hidden, *variables), os.environ)):
        monkeypatch.delenv(name, raising=False)
    for name, value in {**variables, **without_proxies(os.environ)}.items():
        monkeypatch.setenv(name, value)


_CONTRACT: Final = pytest.StashKey[ViduContract]()


@pytest.fixture
def vidu_contract(request: pytest.FixtureRequest) -> Iterator[ViduContract]:
    """Check every answer that an httpx client gets from a provider against its spec, and fail the test if one differs.

    This covers `Vidu`, `AsyncVidu`, the generated clients and any httpx client, whichever server answers: requests are recognized
    by their path and the header with the key.
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

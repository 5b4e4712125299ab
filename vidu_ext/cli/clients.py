"""A client, or the choice that it would make, from what is configured. The only place where the command makes one."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from .progress import Progress

if TYPE_CHECKING:
    from vidu_ext.client.session import Session, Settings
    from vidu_ext.client.vidu import Vidu

    from .config import Configuration
    from .output import Printer


def configured(output: Printer) -> Configuration:
    """What is configured, its warnings said, its keys hidden from all output."""
    from vidu_ext.transport.endpoint import SHORTEST_SECRET

    from .config import load

    configuration = load()
    keys = [entry.account.key for entry in configuration.entries]
    output.hide(key for key in keys if len(key) >= SHORTEST_SECRET)
    for warning in configuration.warnings:
        output.warn(warning)
    return configuration


ASKING_SECONDS: Final = 10.0
"""How long a call that creates nothing is tried, where nothing else is configured: somebody sits and waits for its answer."""


@contextmanager
def asking_client(configuration: Configuration) -> Generator[Vidu]:
    """A client for calls that create nothing, which gives up soon."""
    budget = configuration.defaults.retry_for
    with client(configuration, retry_for=ASKING_SECONDS if budget is None else budget) as vidu:
        yield vidu


@contextmanager
def opened(output: Printer) -> Generator[Vidu]:
    """A client that asks for the state of things."""
    with asking_client(configured(output)) as vidu, Progress(output, doing="asking, no answer yet"):
        yield vidu


def settings_of(configuration: Configuration, *, interval: float | None = None, retry_for: float | None = None) -> Settings:
    """The settings of a client. `interval` and `retry_for` are seconds of these options, the configured ones where None.

    Raises ConfigurationError that names the option which makes no sense.
    """
    from attrs import evolve

    from vidu_ext.client.session import Settings
    from vidu_ext.flows.policy import PollPolicy, RetryPolicy
    from vidu_ext.values.checks import SHORTEST, seconds

    interval = configuration.defaults.interval if interval is None else seconds("--interval", interval, least=SHORTEST)
    retry_for = configuration.defaults.retry_for if retry_for is None else seconds("--retry-for", retry_for)
    settings = Settings() if interval is None else Settings(poll=PollPolicy(floor=interval, ceiling=interval))
    return settings if retry_for is None else evolve(settings, retry=RetryPolicy(budget=retry_for))


@contextmanager
def client(
    configuration: Configuration,
    *,
    prefer: Sequence[str] | None = None,
    interval: float | None = None,
    retry_for: float | None = None,
) -> Generator[Vidu]:
    """A client for all configured accounts. `interval` and `retry_for` are seconds, the configured ones where None."""
    from vidu_ext.client.vidu import Vidu

    settings = settings_of(configuration, interval=interval, retry_for=retry_for)
    with Vidu(configuration.accounts(), prefer=prefer, settings=settings) as vidu:
        yield vidu


def session(configuration: Configuration, *, prefer: Sequence[str] | None = None) -> Session:
    """What a client would decide, without anything that could send."""
    from vidu_ext.client.session import Session, Settings

    return Session(configuration.accounts(), prefer=prefer, settings=Settings(), chance=lambda: 0.0, now=lambda: 0.0)

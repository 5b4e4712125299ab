"""Make clients from the configuration. No other module of the command does."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Final

from attrs import evolve

from vidu_ext.client.settings import Settings
from vidu_ext.client.vidu import Vidu
from vidu_ext.flows.policy import PollPolicy, RetryPolicy
from vidu_ext.transport.endpoint import SHORTEST_SECRET
from vidu_ext.values.checks import SHORTEST, seconds
from vidu_ext.values.tasks import TaskRef

from .config import Configuration, load
from .output import Printer
from .progress import Progress

QUERY_SECONDS: Final = 10.0
"""Default retry time of a call that creates nothing: a user waits for its answer."""


def load_configuration(output: Printer) -> Configuration:
    """Load the configuration, print its warnings, and hide its keys from all output."""
    configuration = load()
    output.hide(entry.account.key for entry in configuration.entries if len(entry.account.key) >= SHORTEST_SECRET)
    for warning in configuration.warnings:
        output.warn(warning)
    return configuration


def query_client(configuration: Configuration) -> Vidu:
    """Return a client for calls that create nothing, which gives up soon, to be closed."""
    return client(configuration, retry_for=QUERY_SECONDS if configuration.defaults.retry_for is None else None)


@contextmanager
def open_client(output: Printer) -> Generator[Vidu]:
    """Open a client as `query_client` does, and show that it waits for an answer."""
    with query_client(load_configuration(output)) as vidu, Progress(output, doing="asking, no answer yet"):
        yield vidu


def settings_of(configuration: Configuration, *, interval: float | None = None, retry_for: float | None = None) -> Settings:
    """Return the settings of a client. `interval` and `retry_for` are in seconds; None means the configured value.

    Raises ConfigurationError for an invalid time, with its option.
    """
    interval = configuration.defaults.interval if interval is None else seconds("--interval", interval, least=SHORTEST)
    retry_for = configuration.defaults.retry_for if retry_for is None else seconds("--retry-for", retry_for)
    settings = Settings() if interval is None else Settings(poll=PollPolicy(floor=interval, ceiling=interval))
    return settings if retry_for is None else evolve(settings, retry=RetryPolicy(budget=retry_for))


def client(
    configuration: Configuration,
    *,
    prefer: Sequence[str] | None = None,
    interval: float | None = None,
    retry_for: float | None = None,
) -> Vidu:
    """Return a client for all configured accounts, to be closed. `interval` and `retry_for` are as in `settings_of`."""
    settings = settings_of(configuration, interval=interval, retry_for=retry_for)
    return Vidu(configuration.accounts(), prefer=prefer, settings=settings)


def parse_references(vidu: Vidu, refs: Sequence[str]) -> list[TaskRef]:
    """Parse references and drop duplicates. Raises ConfigurationError for an invalid one, before anything is sent."""
    return list(dict.fromkeys(vidu.task(text).ref for text in refs))

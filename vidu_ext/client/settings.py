"""The settings of a client."""

from __future__ import annotations

import os
from types import NoneType

from attrs import field, frozen

from vidu_ext.flows.drift_watch import OnDrift
from vidu_ext.flows.health import HealthPolicy
from vidu_ext.flows.policy import PollPolicy, RetryPolicy, SettlePolicy, usual_poll
from vidu_ext.transport.options import HttpOptions, must_be
from vidu_ext.values.checks import check_callbacks


@frozen(kw_only=True)
class Settings(HttpOptions):
    """All settings of a client except its accounts. The defaults are for unattended work.

    `poll` is a PollPolicy, `retry` a RetryPolicy, `settle` a SettlePolicy, `health` a HealthPolicy and `timeouts` a Timeouts;
    `proxy` is the URL of a proxy, by default that of the environment; `verify` is an ssl.SSLContext in place of the usual
    certificates, or False for no verification; `event_hooks` are httpx's, `request` and `response`; `transport` (of Vidu) and
    `async_transport` (of AsyncVidu) are httpx transports to send through; `orders` is the file in which `once=` keeps what was
    ordered, by default orders.sqlite in the state folder of the user; `on_drift` receives a Drift, once, for each thing in an
    answer that no spec documents, and must return at once. Raises ConfigurationError for anything else.
    """

    poll: PollPolicy = field(factory=usual_poll, validator=must_be("a PollPolicy", PollPolicy))
    """By default, no pause is longer than the environment variable VIDU_POLL_SECONDS."""
    retry: RetryPolicy = field(factory=RetryPolicy, validator=must_be("a RetryPolicy", RetryPolicy))
    settle: SettlePolicy = field(factory=SettlePolicy, validator=must_be("a SettlePolicy", SettlePolicy))
    health: HealthPolicy = field(factory=HealthPolicy, validator=must_be("a HealthPolicy", HealthPolicy))
    orders: str | os.PathLike[str] | None = field(
        default=None, validator=must_be("the path of a file", str, os.PathLike, NoneType)
    )
    on_drift: OnDrift | None = None

    def __attrs_post_init__(self) -> None:
        check_callbacks(are_awaited=False, on_drift=self.on_drift)

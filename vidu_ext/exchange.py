"""One exchange with a provider as values: what is sent, what came back, what went wrong on the way. No I/O."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal, cast

from attrs import field, frozen

from .tasks import Json, Object


@frozen(eq=False)
class Call:
    """A request that is ready to be sent."""

    operation: str
    """operationId in the provider's spec."""
    request: Mapping[str, Any] = field(repr=False)
    """Arguments of httpx's `request`, as the generated client makes them: method, url, params, json, headers."""
    creates: bool = False
    """Whether the request may start a paid task."""
    headers: Mapping[str, str] = field(factory=dict[str, str], repr=False)
    """Headers beside those of the generated client."""


@frozen(eq=False)
class Reply:
    """An answer, whole."""

    status: int
    headers: dict[str, str] = field(repr=False)
    """Names in lower case."""
    content: bytes = field(repr=False)

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Json:
        """The body as JSON, None where it is none."""
        try:
            return cast("Json", json.loads(self.content))
        except (ValueError, RecursionError):
            return None

    def object(self) -> Object:
        """The body as a JSON object, empty where it is none."""
        value = self.json()
        return value if isinstance(value, dict) else {}


class ExchangeError(Exception):
    """No whole answer came. `sent` is False only where the request certainly never left."""

    def __init__(self, detail: str, *, sent: bool) -> None:
        self.detail = detail
        self.sent = sent
        super().__init__(detail)


Category = Literal["busy", "key", "credits", "model", "moderation", "invalid", "not-found", "in-flight", "consumed", "other"]
"""What an error means for what comes next.

busy: try later. key, credits, model: this account cannot, another may. moderation: nobody is asked again. invalid:
the request is wrong. in-flight, consumed: what an idempotency key met. other: the status decides.
"""


@frozen
class ErrorReading:
    """What an error body says, whatever its shape."""

    code: str | None
    message: str
    category: Category
    status: int
    """The HTTP status, or the one that the body itself names."""
    request_id: str | None = None

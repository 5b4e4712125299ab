"""One HTTP exchange with a provider: the call, the reply, the failure. JSON is read leniently."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any, Final, Literal, NamedTuple, cast

from attrs import field, frozen

from .tasks import Json, Object

_CHINESE: Final = "gb18030"
"""Contains GBK. The second byte of a character may be 0x5C, which other encodings read as a backslash."""
_FAULTY_ESCAPE: Final = r'\\(?:[^"\\/bfnrtu]|u(?![0-9a-fA-F]{4})|u[dD][89a-fA-F])'
"""May also match the end of an escaped backslash; `_ESCAPE` reads escapes from their beginning."""
_ESCAPE: Final = r"""(?x)\\(?:
        (?P<whole> ["\\/bfnrt] | u(?![dD][89a-fA-F])[0-9a-fA-F]{4} | u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2} )
        | (?P<half> u[dD][89a-fA-F][0-9a-fA-F]{2} )
    )?"""


@frozen(eq=False, repr=False)
class Call:
    """A request that is ready to be sent."""

    operation: str
    """operationId in the provider's spec."""
    request: Mapping[str, Any] = field(repr=False)
    """Arguments of httpx's `request`, as the generated client makes them: method, url, params, json, headers."""
    creates: bool = False
    """Whether the request may start a paid task."""
    key_prefix: str | None = None
    """The word before the key, if it is not the usual one of the API."""


@frozen(eq=False, repr=False, slots=False)
class Reply:
    """A whole answer."""

    status: int
    headers: dict[str, str] = field(repr=False)
    """Names in lower case."""
    content: bytes = field(repr=False)
    doubt: str = ""
    """Why it may not come from the provider's API, in words; empty if there is no reason to think so."""

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Json:
        """Return the body as JSON; None if it is not JSON."""
        return self._value

    @cached_property
    def _value(self) -> Json:
        """The decoded body. Cached: the comparison with the spec reads it too."""
        return read_json(self.content)

    def object(self) -> Object:
        """Return the body as a JSON object; an empty one if it is not an object."""
        value = self.json()
        return value if isinstance(value, dict) else {}


def read_json(content: bytes) -> Json:
    """Read an answer as JSON; None if it is not JSON. A faulty character in a text spoils that text, not the answer."""
    return _read(content)[1]


def text_of(content: bytes) -> str:
    """Decode an answer, if possible in an encoding in which it is JSON."""
    return _read(content)[0]


def first_value(text: str, start: int = 0) -> tuple[Json, int]:
    """Return the JSON value that begins at `start`, and the index after it. Raises ValueError, RecursionError."""
    try:
        return cast("tuple[Json, int]", _DECODER.raw_decode(text, start))
    except ValueError:  # it may be a number with more digits than Python reads
        return cast("tuple[Json, int]", _PATIENT_DECODER.raw_decode(text, start))


def _read(content: bytes) -> tuple[str, Json]:
    for text in map(_repair, _decodings(content)):
        try:
            value, end = first_value(text, len(text) - len(text.lstrip()))
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict | list) or not text[end:].strip():  # the end of an object is certain, whatever follows
            return text, value
    return _repair(content.decode(json.detect_encoding(content), "replace")), None


def _decodings(content: bytes) -> Iterator[str]:
    """Decode as JSON is encoded, then as Chinese services encode it, then with replacements for undecodable bytes."""
    usual = json.detect_encoding(content)
    with suppress(UnicodeDecodeError):
        yield content.decode(usual)
        return
    with suppress(UnicodeDecodeError):
        yield content.decode(_CHINESE)
    yield content.decode(usual, "replace")
    yield content.decode(_CHINESE, "replace")


def _repair(text: str) -> str:
    """Double the backslashes that begin no escape, and replace lone surrogates, which UTF-8 cannot encode."""
    return re.sub(_ESCAPE, _as_json, text) if "\\" in text and re.search(_FAULTY_ESCAPE, text) else text


def _as_json(escape: re.Match[str]) -> str:
    if escape["half"]:
        return "\\ufffd"
    return escape[0] if escape["whole"] else rf"\{escape[0]}"


def _integer(digits: str) -> int | float:
    try:
        return int(digits)
    except ValueError:  # Python reads no more than 4300 digits
        return float(digits)


_DECODER: Final = json.JSONDecoder(strict=False)
_PATIENT_DECODER: Final = json.JSONDecoder(strict=False, parse_int=_integer)


class ExchangeError(Exception):
    """No whole answer arrived. `sent` is False only if the request was certainly not sent.

    `unreached`: no connection was made, and this client has never received an answer from any host.
    """

    def __init__(self, detail: str, *, sent: bool, unreached: bool = False) -> None:
        self.detail = detail
        self.sent = sent
        self.unreached = unreached
        super().__init__(detail)

    @property
    def problem(self) -> str:
        """What went wrong, in words."""
        return self.detail if self.sent else f"not reached: {self.detail}"


Category = Literal["busy", "key", "credits", "model", "moderation", "invalid", "not-found", "in-flight", "consumed", "other"]
"""What an error means for the next step.

busy: try later. key, credits, model: this account cannot serve the request, another may. moderation: no other account is
asked. invalid: the request is wrong. in-flight, consumed: the state of the idempotency key. other: the status decides.
"""


class ErrorReading(NamedTuple):
    """The content of an error body, whatever its form."""

    code: str | None
    message: str
    category: Category
    status: int
    """The HTTP status, or the one that the body names."""
    request_id: str | None = None

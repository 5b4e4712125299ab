"""One HTTP exchange with a provider as values: the call, the reply, the failure. Reads JSON leniently."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any, Final, Literal, cast

from attrs import field, frozen

from .tasks import Json, Object

_CHINESE: Final = "gb18030"
"""Contains GBK. In a character of two bytes the second may be a backslash, which other encodings take for one."""
_FAULTY_ESCAPE: Final = re.compile(r'\\(?:[^"\\/bfnrtu]|u(?![0-9a-fA-F]{4})|u[dD][89a-fA-F])')
"""May find the end of an escaped backslash too; `_ESCAPE` reads escapes from their beginning."""
_ESCAPE: Final = re.compile(
    r"""\\(?:
        (?P<whole> ["\\/bfnrt] | u(?![dD][89a-fA-F])[0-9a-fA-F]{4} | u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2} )
        | (?P<half> u[dD][89a-fA-F][0-9a-fA-F]{2} )
    )?""",
    re.VERBOSE,
)


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
    key_word: str | None = None
    """The word before the key, where this operation wants another one than the rest of its API."""


@frozen(eq=False)
class Reply:
    """An answer, whole."""

    status: int
    headers: dict[str, str] = field(repr=False)
    """Names in lower case."""
    content: bytes = field(repr=False)
    doubt: str = ""
    """Why it may be no answer of the provider's API, for people."""

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Json:
        """The body as JSON, None where it is none."""
        return self._value

    @cached_property
    def _value(self) -> Json:
        """Decoded once, for the comparison with the spec and for whoever asked."""
        return read_json(self.content)

    def object(self) -> Object:
        """The body as a JSON object, empty where it is none."""
        value = self.json()
        return value if isinstance(value, dict) else {}


def read_json(content: bytes) -> Json:
    """Read an answer as JSON, None where it is none. A fault inside a text costs that text, not the answer."""
    return _read(content)[1]


def text_of(content: bytes) -> str:
    """Decode an answer, in the encoding that makes JSON of it where one does."""
    return _read(content)[0]


def first_value(text: str, start: int = 0) -> tuple[Json, int]:
    """Read the JSON value that begins at a place, and where it ends. Raises ValueError, RecursionError."""
    try:
        return cast("tuple[Json, int]", _DECODER.raw_decode(text, start))
    except ValueError:  # it may be a number with more digits than Python reads
        return cast("tuple[Json, int]", _PATIENT_DECODER.raw_decode(text, start))


def _read(content: bytes) -> tuple[str, Json]:
    for text in map(_mended, _decoded(content)):
        try:
            value, end = first_value(text, len(text) - len(text.lstrip()))
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict | list) or not text[end:].strip():  # an object shows its own end, whatever follows
            return text, value
    return _mended(content.decode(json.detect_encoding(content), "replace")), None


def _decoded(content: bytes) -> Iterator[str]:
    """Decode as JSON is encoded, else as Chinese services encode it, else with what is no character replaced."""
    usual = json.detect_encoding(content)
    with suppress(UnicodeDecodeError):
        yield content.decode(usual)
        return
    with suppress(UnicodeDecodeError):
        yield content.decode(_CHINESE)
    yield content.decode(usual, "replace")
    yield content.decode(_CHINESE, "replace")


def _mended(text: str) -> str:
    """Double the backslashes that begin no escape, and replace halves of surrogate pairs, which UTF-8 cannot say again."""
    return _ESCAPE.sub(_as_json, text) if "\\" in text and _FAULTY_ESCAPE.search(text) else text


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
    """No whole answer came. `sent` is False only where the request certainly never left.

    `unreached`: no connection was made, and this client has never had an answer from anywhere.
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

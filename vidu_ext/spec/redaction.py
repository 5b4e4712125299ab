"""Remove keys, prompts, payloads, ids and URLs from an exchange, so that it can be kept as an example.

Names of members, words of enums, numbers, times and settings stay. Every other text is replaced by one of the same form, the
same text always by the same replacement, so that the answer fits its spec and its ids still match those of the request.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.json import Place, leaves, pointer_of
from vidu_ext.values.secrets import KEY, KEY_HEADERS, SIGNED
from vidu_ext.values.tasks import Json
from vidu_ext.values.urls import ending

from .contract import Contract
from .drift import Form, body_form, form_of, is_showable, showable

SETTINGS: Final = frozenset({
    "model", "resolution", "upscale_resolution", "aspect_ratio", "ratio", "style", "movement_amplitude", "audio_type", "type",
    "template", "output_format", "currency", "content_type", "mimeType", "finishReason", "role", "language",
    "code", "error", "error_type", "err_code", "provider_error_code",
})  # fmt: skip
"""Members without an enum whose value stays if it has the form of a word."""

KEPT_HEADERS: Final = re.compile(
    r"content-type|retry-after|idempotent-replayed|x-(?:concurrency|committed-spend|comfy-(?!request)).*"
)
"""Headers of answers that may be kept: none of them identifies the user."""

REPLACED: Final = "redacted"
"""The beginning of most replacements."""
REDACTED_HOST: Final = "redacted.example"
SHORTEST_KEY: Final = 8
"""Characters of the shortest key that is searched for in a recording: shorter ones occur in ordinary texts."""

LONGEST_COUNT: Final = 4
"""Digits of the longest number that is a count. A longer one may be an id: its replacement has as many digits."""

_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.{0,20})?|\d{1,12}", re.ASCII)
_DIGITS: Final = re.compile(r"-?\d+", re.ASCII)
_WORD: Final = re.compile(r"(?!\d+$)(?!.*(?:\d{6}|//))[\w.:/+-]{1,40}", re.ASCII)
_COLOR: Final = re.compile(r"#[0-9A-Fa-f]{6}")
_ADDRESS: Final = re.compile(r"(?i)(https?|wss?)://")
_DATA: Final = re.compile(r"(?i)data:(\w+/[\w.+-]+);base64,")
_ID: Final = re.compile(r"(?:.*_)?ids?|.*Id", re.ASCII)


class Redaction:
    """Redact one exchange, or several that belong together: equal texts have equal replacements."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._known: dict[str, str] = {}

    def answer(self, operation_id: str, status: int, value: Json) -> Json:
        """Return an answer without private values."""
        return self._value("", form_of(self._contract, operation_id, status) or Form(), value)

    def body(self, operation_id: str, value: Json) -> Json:
        """Return a request body without private values."""
        return self._value("", body_form(self._contract, operation_id), value)

    def text(self, value: str) -> str:
        """Return the replacement of a text outside the body, such as an id in the path."""
        if value not in self._known:
            self._known[value] = _stand_in(value, len(self._known) + 1)
        return self._known[value]

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Return the headers of an answer that may be kept."""
        return {
            name: value for name, value in headers.items() if KEPT_HEADERS.fullmatch(name.lower()) and not re.search(KEY, value)
        }

    def _value(self, name: str, form: Form, value: Json) -> Json:
        if isinstance(value, dict):
            return {self._name(form, key): self._value(key, form.members.get(key, Form()), below) for key, below in value.items()}
        if isinstance(value, list):
            return [self._value(name, form.items or Form(), entry) for entry in value]
        if isinstance(value, str):
            return value if _may_stay(name, form, value) else self.text(value)
        is_id = isinstance(value, int) and not isinstance(value, bool) and (_ID.fullmatch(name) or abs(value) >= 10**12)
        return int(self.text(str(value))) if is_id else value

    def _name(self, form: Form, name: str) -> str:
        """Return the name of a member, replaced if it is not documented and may be a value."""
        return name if name in form.members or is_showable(name) else self.text(name)


def _may_stay(name: str, form: Form, value: str) -> bool:
    if not value or (form.words and form.is_known_word(value)) or _COLOR.fullmatch(value):
        return True
    if name.endswith(("_at", "_from", "_to")) or name == "created":
        return _TIME.fullmatch(value) is not None
    return (bool(form.words) or name in SETTINGS) and _WORD.fullmatch(value) is not None and not re.search(KEY, value)


def _stand_in(value: str, number: int) -> str:
    """Return a replacement of the same form as a text."""
    if data := _DATA.match(value):
        return f"data:{data[1]};base64,AAAA"
    if scheme := _ADDRESS.match(value):
        name = ".".join(filter(None, (str(number), ending(value))))
        return f"{scheme[1].lower()}://{REDACTED_HOST}/{name}"
    if _DIGITS.fullmatch(value):
        return str(number + (10 ** (min(len(value), 18) - 1) if len(value) > LONGEST_COUNT else 0))
    if ":" in value and re.match(r"[a-z]+:\?id=", value):
        return f"{value.partition('=')[0]}=redacted-{number}"
    return f"{REPLACED}-{number}" if " " not in value else f"{REPLACED} text {number}"


# -- checking a recording --------------------------------------------------------------------------------------------------


def check_recording(value: Json, what: str, *, keys: Iterable[str] = ()) -> None:
    """Raise ConfigurationError for a recording that contains a key or a signed URL. The message shows its place, not its text."""
    for place in secrets_in(value, keys=keys):
        raise ConfigurationError(
            f"{what} contains what looks like a key or a signed URL, at {pointer_of(showable(place))}. It was not read."
            " If others may have seen the file, replace the key at its provider. Then record again."
        )


def secrets_in(value: Json, *, keys: Iterable[str] = ()) -> Iterator[Place]:
    """Yield the places of texts and names that contain one of `keys`, or what has the form of a key or a signed URL."""
    known = [key for key in keys if len(key) >= SHORTEST_KEY]
    for place, leaf in leaves(value):
        texts = [str(part) for part in place if isinstance(part, str)]
        is_replaced = isinstance(leaf, str) and leaf.startswith(REPLACED)
        is_key_header = bool(texts) and texts[-1].lower() in KEY_HEADERS and bool(leaf) and not is_replaced
        if isinstance(leaf, str):
            texts.append(leaf)
        if is_key_header or any(_is_secret(text, known) for text in texts):
            yield place


def _is_secret(text: str, known: Iterable[str]) -> bool:
    return bool(re.search(KEY, text) or re.search(SIGNED, text)) or any(key in text for key in known)

"""Read error answers of every form that a provider, or a proxy in front of it, is known to send.

All providers share one reader, because they pass on each other's bodies.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from vidu_ext.values.errors import one_line
from vidu_ext.values.exchange import Category, ErrorReading, Reply, read_json, text_of
from vidu_ext.values.json import as_list, as_object
from vidu_ext.values.tasks import Json, Object

from .reading import members_of, text, whole_number

Meaning: TypeAlias = Callable[[str], Category | None]
"""Returns the meaning of an error word at a provider; None for an undocumented word."""

CATEGORY_OF_STATUS: Final[dict[int, Category]] = {
    400: "invalid",
    401: "key",
    402: "credits",
    403: "key",
    404: "not-found",
    413: "invalid",
    415: "invalid",
    422: "invalid",
    429: "busy",
}
"""The meaning of a status if the body has no known word."""

_TYPE_HEADER: Final = "x-comfy-error-type"
_REQUEST_ID_HEADERS: Final = ("x-request-id", "x-comfy-request-id")
_WORD: Final = r"[A-Za-z][\w.-]*"
"""A name for an error: neither a sentence nor a number."""
_BINARY: Final = r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]{2}"
_TITLE: Final = r"(?is)<title[^>]*>(.*?)</title"
_PAGE: Final = r"(?i)\s*<(?:!doctype|html|head|body|\?xml)"


def read_error(reply: Reply, meaning: Meaning) -> ErrorReading:
    """Read an answer without a task. Never raises.

    The status is that of HTTP, or the one in the body of a success: some services answer 200 to everything.
    """
    body = reply.object() or dict(members_of(reply.content))  # an object that breaks off has whole members, too
    inner = _Inner(body)
    words = _words(reply, body, inner)
    named = whole_number(body.get("code"))
    status = named if reply.is_success and named is not None and 400 <= named < 600 else reply.status
    return ErrorReading(
        code=words[0] if words else None,
        message=one_line(_message(reply, body, inner) or ("" if words else _describe_content(reply))) or "no explanation",
        category=_category(words, status, meaning),
        status=status,
        request_id=_request_id(reply, body, inner),
    )


def holds_error(body: Object) -> bool:
    """Return whether an answer with a success status is an error. A task that failed is not one."""
    if text(body.get("state")) or text(body.get("status")):
        return False
    code = body.get("code")
    return bool(body.get("error")) or bool(code and text(body.get("reason"))) or (whole_number(code) or 0) >= 400


class _Inner:
    """The error inside an error: the object in `error`, and the quoted answer of the provider behind, if any."""

    def __init__(self, body: Object) -> None:
        self.error = as_object(body.get("error"))
        self.metadata = as_object(self.error.get("metadata"))
        raw = self.metadata.get("raw")
        self.quoted_text = text(raw)
        self.quoted = as_object(raw) or as_object(read_json((self.quoted_text or "").encode()))


def _words(reply: Reply, body: Object, inner: _Inner) -> list[str]:
    """Return the words for the error in an answer, the most specific first."""
    places = (
        body.get("reason"),
        inner.metadata.get("provider_error_code"),
        inner.quoted.get("reason"),
        inner.error.get("code"),
        body.get("code"),
        body.get("error_type"),
        reply.headers.get(_TYPE_HEADER),
        body.get("error"),
        inner.error.get("type"),
    )
    return [value for value in places if isinstance(value, str) and re.fullmatch(_WORD, value)]


def _category(words: list[str], status: int, meaning: Meaning) -> Category:
    """Return the meaning of the first known word, or else of the status."""
    for word in words:
        known = meaning(word)
        if known is not None and known != "other":
            return known
    return CATEGORY_OF_STATUS.get(status, "other")


def _message(reply: Reply, body: Object, inner: _Inner) -> str | None:
    said = text(body.get("message")) or text(inner.error.get("message")) or text(body.get("error")) or _join(body.get("detail"))
    more = _join(body.get("details")) or text(inner.quoted.get("message")) or (inner.quoted_text if not inner.quoted else None)
    parts = [part for part in (said, more, _spending(reply)) if part]
    return ": ".join(dict.fromkeys(parts)) or None


def _spending(reply: Reply) -> str | None:
    """Return that a refusal is due to the money of running calls rather than their number: Comfy has one status for both."""
    held, most = (whole_number(reply.headers.get(f"x-committed-spend-{name}")) for name in ("current", "limit"))
    return (
        None if held is None or most is None else f"running calls hold {held} of the {most} US cents that they may hold together"
    )


def _join(value: Json) -> str | None:
    """Join a text, or a list of texts or of objects with a message, to one text."""
    parts = [text(as_object(part).get("msg")) or text(as_object(part).get("message")) or text(part) for part in as_list(value)]
    return text(value) or "; ".join(part for part in parts if part) or None


def _describe_content(reply: Reply) -> str:
    """Describe an answer without an explanation. JSON is not shown: it may contain signed URLs."""
    written = text_of(reply.content).strip()
    if not written:
        return "an empty answer"
    if reply.json() is not None:
        return ""
    if re.search(_BINARY, written):
        return f"bytes that are not text (Content-Encoding: {reply.headers.get('content-encoding', 'none')})"
    if not re.match(_PAGE, written):
        return written
    title = re.search(_TITLE, written)
    return f"a web page, {title[1].strip()}" if title else "a web page"


def _request_id(reply: Reply, body: Object, inner: _Inner) -> str | None:
    """Return the id to give to the provider's support; None if there is none."""
    traces = (as_object(place.get("metadata")).get("trace_id") for place in (body, inner.quoted))
    headers = (reply.headers.get(name) for name in _REQUEST_ID_HEADERS)
    return next((one_line(found) for value in (*traces, *headers) if (found := text(value)) is not None), None)

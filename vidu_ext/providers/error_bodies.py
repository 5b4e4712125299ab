"""Read error answers of every form that a provider, or a proxy in front of it, is known to send.

All providers share one reader, because they pass on each other's bodies.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from vidu_ext.values.errors import one_line
from vidu_ext.values.exchange import Category, ErrorReading, Reply, read_json, text_of
from vidu_ext.values.json import Place, as_list, as_object, value_at, with_value_at
from vidu_ext.values.tasks import Json, Object

from .reading import members_of, text, whole_number

Meaning: TypeAlias = Callable[[str], Category | None]
"""Maps a provider's error word to its category; None for an undocumented word."""

_CATEGORY_OF_STATUS: Final[dict[int, Category]] = {
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
"""Category of a status if no word of the body is known."""

_QUOTED: Final = ("error", "metadata", "raw")
"""Where Comfy quotes the answer of the provider behind it."""
_SPECIFIC: Final[tuple[Place, ...]] = (
    *(("reason",), ("error", "metadata", "provider_error_code"), (*_QUOTED, "reason")),
    *(("error", "code"), ("code",), ("error_type",)),
)
_GENERAL: Final[tuple[Place, ...]] = (("error",), ("error", "type"))
"""Where an error body has words for the error, from the most specific; between the two the header has one."""
_MOVED: Final = "the API has another URL, and redirects are not followed: set the base URL of the account to the new one"
_TYPE_HEADER: Final = "x-comfy-error-type"
_REQUEST_ID_HEADERS: Final = ("x-request-id", "x-comfy-request-id")
_WORD: Final = r"[A-Za-z][\w.-]*"
"""A name for an error: neither a sentence nor a number."""
_BINARY: Final = r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]{2}"
_TITLE: Final = r"(?is)<title[^>]*>(.*?)</title"
_HEAD: Final = 10_000
"""Characters of a page in which its title is looked for. In a long one that never closes it, the search would take hours."""
_PAGE: Final = r"(?i)\s*<(?:!doctype|html|head|body|\?xml)"


def read_error(reply: Reply, meaning: Meaning) -> ErrorReading:
    """Read an error answer. Never raises.

    The status is that of HTTP, or the body's `code` if HTTP reports success: some services answer 200 to everything.
    """
    body = _opened(reply.object() or dict(members_of(reply.content)))  # of a truncated object, the members that are whole
    words = _words(reply, body)
    body_status = whole_number(body.get("code"))
    status = body_status if reply.is_success and body_status is not None and 400 <= body_status < 600 else reply.status
    message = _MOVED if 300 <= status < 400 else _message(reply, body)
    if message is None and not words:
        message = _describe_content(reply)
    return ErrorReading(
        code=words[0] if words else None,
        message=one_line(message or "") or "no explanation",
        category=_category(words, status, meaning),
        status=status,
        request_id=_request_id(reply, body),
    )


def holds_error(body: Object) -> bool:
    """Return whether an answer with a success status is an error. A task that failed is not one."""
    if text(body.get("state")) or text(body.get("status")):
        return False
    code = body.get("code")  # unlike in `read_error`, one from 600 counts too: it is an error, but not a status of HTTP
    if body.get("error") or body.get("success") is False:
        return True
    return bool(code and text(body.get("reason"))) or (whole_number(code) or 0) >= 400


def _opened(body: Object) -> Object:
    """Return an error body in which the upstream provider's answer that it quotes is read, if it is a JSON object."""
    quoted = value_at(body, _QUOTED)
    read = read_json(quoted.encode()) if isinstance(quoted, str) else None
    return as_object(with_value_at(body, _QUOTED, read)) if isinstance(read, dict) else body


def _words(reply: Reply, body: Object) -> list[str]:
    """Return the words for the error in an answer, the most specific first."""
    before, after = ([value_at(body, place) for place in places] for places in (_SPECIFIC, _GENERAL))
    found = (*before, reply.headers.get(_TYPE_HEADER), *after)
    return [value for value in found if isinstance(value, str) and re.fullmatch(_WORD, value)]


def _category(words: list[str], status: int, meaning: Meaning) -> Category:
    """Return the category of the first known word, else that of the status."""
    for word in words:
        category = meaning(word)
        if category is not None and category != "other":  # another word, or the status, may say more than "other"
            return category
    return _CATEGORY_OF_STATUS.get(status, "other")


def _message(reply: Reply, body: Object) -> str | None:
    """Return the explanation, the details or else the quoted answer, and the committed spending; None if there is nothing."""
    explanation = (
        text(body.get("message"))
        or text(value_at(body, ("error", "message")))
        or text(body.get("error"))
        or _joined_text(body.get("detail"))
    )
    quoted = text(value_at(body, (*_QUOTED, "message"))) or text(value_at(body, _QUOTED))
    parts = [part for part in (explanation, _joined_text(body.get("details")) or quoted, _spending(reply)) if part]
    return ": ".join(dict.fromkeys(parts)) or None


def _spending(reply: Reply) -> str | None:
    """Describe the committed spending that Comfy's headers report: it sends 429 for too many calls and for too much spending."""
    current, limit = (whole_number(reply.headers.get(f"x-committed-spend-{name}")) for name in ("current", "limit"))
    if current is None or limit is None:
        return None
    return f"running calls have committed {current} of at most {limit} US cents"


def _joined_text(value: Json) -> str | None:
    """Return a text, or the texts and messages in a list joined by semicolons; None if there is none."""
    parts = [text(as_object(part).get("msg")) or text(as_object(part).get("message")) or text(part) for part in as_list(value)]
    return text(value) or "; ".join(part for part in parts if part) or None


def _describe_content(reply: Reply) -> str:
    """Describe the content of an answer that has no message; empty for JSON, which may contain signed URLs."""
    content = text_of(reply.content).strip()
    if not content:
        return "an empty answer"
    if reply.json() is not None:
        return ""
    if re.search(_BINARY, content):
        return f"bytes that are not text (Content-Encoding: {reply.headers.get('content-encoding', 'none')})"
    if not re.match(_PAGE, content):
        return content
    title = re.search(_TITLE, content[:_HEAD])
    return f"a web page, {title[1].strip()}" if title else "a web page"


def _request_id(reply: Reply, body: Object) -> str | None:
    """Return the id to give to the provider's support; None if there is none."""
    traces = (value_at(body, (*place, "metadata", "trace_id")) for place in ((), _QUOTED))
    headers = (reply.headers.get(name) for name in _REQUEST_ID_HEADERS)
    return next((one_line(found) for value in (*traces, *headers) if (found := text(value)) is not None), None)

"""Whole requests as the RFCs write them, from plain values: the expected side of the wire tests.

Knows no spec, no client and no HTTP library. RFC 9112 gives the form of a request, RFC 3986 the path, the URL standard the query
(section 5), RFC 8259 the body. What they leave open, the order of header lines, parameters and members and the case of header
names, is put into one order on both sides. Asserts nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import zip_longest
from operator import itemgetter
from typing import Final

from documents import Json, as_list, as_object

UNRESERVED: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
"""RFC 3986, section 2.3."""
FORM: Final = (UNRESERVED - set(b"~")) | set(b"*")
"""Characters that a form leaves as they are: URL standard, section 1.3."""
ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
"""RFC 8259, section 7; any other control character is written as \\u00XX."""
CLIENTS_OWN: Final = ("accept-encoding", "user-agent")
"""Headers whose value is the client's affair; each is sent once."""


def segment(text: str) -> str:
    """Return a text as one segment of a path: RFC 3986, section 2.1 and 3.3. `.` and `..` have no such form (section 5.2.4)."""
    if text in ("", ".", ".."):
        raise ValueError(f"{text!r} leaves its segment")
    return "".join(chr(byte) if byte in UNRESERVED else f"%{byte:02X}" for byte in text.encode())


def query(pairs: Iterable[tuple[str, str]]) -> str:
    """Return names and values as a form: URL standard, section 5.2. A space is a plus sign."""
    return "&".join(f"{_in_form(name)}={_in_form(value)}" for name, value in pairs)


def _in_form(text: str) -> str:
    return "".join("+" if byte == ord(" ") else chr(byte) if byte in FORM else f"%{byte:02X}" for byte in text.encode())


def json_text(value: Json, like: Json = None) -> str:
    """Return a value as JSON without white space, the members of objects in the order that `like` has them."""
    if isinstance(value, str):
        return '"' + "".join(ESCAPES.get(one) or (one if one >= " " else f"\\u{ord(one):04x}") for one in value) + '"'
    if isinstance(value, dict):
        ordered = [*(name for name in as_object(like) if name in value), *(name for name in value if name not in as_object(like))]
        members = (f"{json_text(name)}:{json_text(value[name], as_object(like).get(name))}" for name in ordered)
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(json_text(one, other) for one, other in zip_longest(value, as_list(like)[: len(value)])) + "]"
    return {None: "null", True: "true", False: "false"}[value] if value is None or isinstance(value, bool) else repr(value)


def request(method: str, path: str, pairs: Iterable[tuple[str, str]], headers: Mapping[str, str], body: bytes | None) -> bytes:
    """Return a request: RFC 9112, section 2.1. With a body its length and type are added (section 6.3; RFC 8259, section 11)."""
    lines = {name.lower(): value for name, value in headers.items()}
    if body is not None:
        lines |= {"content-length": str(len(body)), "content-type": "application/json"}
    target = path + ("?" + asked if (asked := query(sorted(pairs, key=itemgetter(0)))) else "")
    head = [f"{method} {target} HTTP/1.1", *(f"{name}: {lines[name]}" for name in sorted(lines))]
    return "\r\n".join([*head, "", ""]).encode() + (body or b"")


def in_order(whole: bytes) -> bytes:
    """Return what was sent with header lines and query in the order of `request`, without the values of CLIENTS_OWN."""
    head, _, body = whole.partition(b"\r\n\r\n")
    line, *fields = head.split(b"\r\n")
    path, mark, rest = line.partition(b"?")
    asked, _, version = rest.partition(b" ")
    if mark:
        pairs = sorted((pair.partition(b"=") for pair in asked.split(b"&")), key=itemgetter(0))
        line = path + mark + b"&".join(map(b"".join, pairs)) + b" " + version
    named = sorted((name.lower(), value) for name, _, value in (field.partition(b":") for field in fields))
    kept = [name + b":" + (b" *" if name.decode() in CLIENTS_OWN and value.strip() else value) for name, value in named]
    return b"\r\n".join([line, *kept, b"", b""]) + body

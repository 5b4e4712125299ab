"""Keep keys and signed URLs out of logs and messages."""

from __future__ import annotations

import logging
import re
from typing import Final

from vidu_ext.values.http_library import httpx
from vidu_ext.values.secrets import SIGNED, redacted

_COOKIE: Final = r"(?i)set-cookie"


def hide_signatures(record: logging.LogRecord) -> bool:
    """Filter the log of the HTTP library: strip the query of signed URLs, and headers of answers that are credentials.

    httpx logs every URL at INFO, as an argument. httpcore logs the headers of every answer at DEBUG, as text: a redirect may
    lead to a signed URL, and a cookie may be a credential.
    """
    if isinstance(record.args, tuple):
        record.args = tuple(_unsigned(argument) for argument in record.args)
    if not record.args and (found := re.search(SIGNED, str(record.msg)) or re.search(_COOKIE, str(record.msg))):
        record.msg = f"{str(record.msg)[: found.start()]}<redacted>"
    return True


def _unsigned(argument: object) -> object:
    text = str(argument) if isinstance(argument, httpx.URL) else ""
    if not re.search(SIGNED, text):
        return argument
    return redacted(text.replace("'", "%27"))  # httpx leaves it in a URL; in other texts it ends a URL


def guard_logs() -> None:
    """Filter the log of the HTTP library in use. If httpx2 is imported as httpx, the loggers are httpx2's and httpcore2's."""
    core = httpx.__name__.replace("httpx", "httpcore")
    names = (f"{core}.{part}" for part in ("connection", "http11", "http2", "proxy", "socks"))
    for name in (httpx.__name__, *names):
        logging.getLogger(name).addFilter(hide_signatures)  # does nothing if it is there already

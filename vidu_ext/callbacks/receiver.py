"""Receive notices: a function for any server, and an ASGI application."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, TypeAlias, cast
from urllib.parse import parse_qs, quote, urlsplit
from weakref import WeakMethod

from attrs import field, frozen

from vidu_ext.values.checks import check_callbacks
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.exchange import read_json
from vidu_ext.values.json import as_object
from vidu_ext.values.notice import Notice
from vidu_ext.values.urls import leads_nowhere

from .signatures import Headers, UnsignedError, check_webhook, signing_key, spellings, webhooks

logger: Final = logging.getLogger("vidu_ext.callbacks")

MARK: Final = "vidu-ext"
"""Query parameter with the token. The query is signed, so the token identifies the task that ended."""

SINGLE: Final = ("date", "x-request-nonce", "x-hmac-", "webhook-")
"""Beginnings of the headers that are checked. Others may come twice: each proxy adds its own."""

MOST_BODY_BYTES: Final = 8 * 1024 * 1024
"""A notice repeats the payload of its request, which may have a million characters."""
MOST_KEPT: Final = 1_000
"""Number of newest notices kept for `notices`."""
MOST_KEPT_BYTES: Final = 64 * 1024
"""Bytes of the body kept with each notice."""
MOST_NONCES: Final = 10_000
"""Number of newest notices that are recognized when they come again. Old ones are refused for their date."""

OnNotice: TypeAlias = Callable[[Notice], object]
Scope: TypeAlias = Mapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Mapping[str, Any]]]
Send: TypeAlias = Callable[[dict[str, Any]], Awaitable[None]]


@frozen
class CallbackAnswer:
    """The HTTP answer to the provider, in plain text."""

    status: int
    text: str = field(default="")


class CallbackReceiver:
    """Receives the notices that providers send to one URL, and ends the waits of clients with `callbacks=receiver`.

    `url`: the URL at which the provider reaches this receiver. Clients with `callbacks=receiver` add it with a token to each
    request that takes one; notices are checked with the keys of their accounts. `keys`: further API keys, of processes that
    submit without this receiver. `secrets`: webhook secrets from the console of skills.video (`whsec_...`). `on_notice` is
    called with each Notice in the thread that received it, and must return at once.

    The object is an ASGI application: mount it in FastAPI, Starlette or Django. Thread-safe. Raises ConfigurationError for a URL
    that cannot be called, and for arguments of a wrong type.
    """

    def __init__(
        self, url: str, *, keys: Iterable[str] = (), secrets: Iterable[str] = (), on_notice: OnNotice | None = None
    ) -> None:
        self._url = _check_url(url)
        for option, given in (("keys", keys), ("secrets", secrets)):
            if isinstance(given, str | Mapping):  # each of its letters or names would be a key, which is easily guessed
                raise ConfigurationError("must be a list: put a single one in brackets.", option=option)
        check_callbacks(are_awaited=False, on_notice=on_notice)
        self._keys = {f"key {index}": _check_key(key) for index, key in enumerate(keys)}
        self._listeners: list[tuple[Mapping[str, str], WeakMethod[OnNotice]]] = []
        self._webhooks = webhooks(secrets)
        self._on_notice = on_notice
        self._nonces = OrderedDict[str, None]()
        self._kept = deque[Notice](maxlen=MOST_KEPT)
        self._warned = set[str]()
        self._lock = threading.Lock()
        self._is_proven = False

    def __repr__(self) -> str:
        return f"{type(self).__name__}({urlsplit(self._url).netloc})"

    # -- for clients ------------------------------------------------------------------------------------------------------

    @property
    def is_proven(self) -> bool:
        """Whether a notice of Vidu with a valid signature has arrived: from then on waits poll slowly."""
        return self._is_proven

    def address(self, token: str) -> str:
        """Return the callback URL for a request, with a token that its notices repeat."""
        return f"{self._url}{'&' if urlsplit(self._url).query else '?'}{MARK}={token}"

    def token_of(self, address: str) -> str | None:
        """Return the token in a URL of this receiver; None for any other URL."""
        return _token(urlsplit(address).query) if address.startswith(self._url) else None

    def join(self, keys: Mapping[str, str], listener: OnNotice) -> None:
        """Accept notices signed with these keys, and pass them to a bound method as long as its object exists."""
        with self._lock:
            alive = [(known, method) for known, method in self._listeners if method() is not None]
            self._listeners = [*alive, (keys, WeakMethod(listener))]

    def notices(self, task_id: str | None = None) -> tuple[Notice, ...]:
        """Return the last notices, oldest first, or those of one task. Notices of unknown tasks are included."""
        with self._lock:
            kept = tuple(self._kept)
        return kept if task_id is None else tuple(one for one in kept if one.task_id == task_id)

    # -- for servers ------------------------------------------------------------------------------------------------------

    def receive(
        self, method: str, path: str, query: str, headers: Mapping[str, str] | Iterable[tuple[str, str]], body: bytes
    ) -> CallbackAnswer:
        """Check a request and pass its notice on. Never raises: a refused request gets a 4xx status and a line in the log.

        `path`, `query` (without the question mark) and `body` must be unchanged from the request.
        """
        if method != "POST":
            return self._refuse(405, "a notice is sent with POST")
        if len(body) > MOST_BODY_BYTES:
            return self._refuse(413, f"a notice has at most {MOST_BODY_BYTES} bytes")
        given = cast("Iterable[tuple[str, str]]", headers.items() if isinstance(headers, Mapping) else headers)
        pairs = [(name.lower(), value) for name, value in given]
        named = dict(pairs)
        if any(named[name] != value for name, value in pairs if name.startswith(SINGLE)):
            return self._refuse(400, "a header was sent twice with different values")
        try:
            return self._accept(path, query, named, body)
        except UnsignedError as error:
            return self._refuse(401, str(error))

    def _accept(self, path: str, query: str, headers: Headers, body: bytes) -> CallbackAnswer:
        now = time.time()
        if "webhook-id" in headers:
            check_webhook(body, headers, self._webhooks)
            notices, nonce = [_notice("skills_video", "", None, body)], f"webhook {headers['webhook-id']}"
        else:
            accounts = self._signers(spellings(path, urlsplit(self._url).path), query, headers, now)
            notices = [_notice("vidu", name, _token(query), body) for name in accounts]
            nonce = headers["x-request-nonce"]
            self._is_proven = True  # not by a webhook of skills.video, on which no wait relies
        if not self._is_first(nonce):
            return CallbackAnswer(200, "known")
        self._pass_on(notices)
        return CallbackAnswer(200, "ok")

    def _signers(self, paths: Sequence[str], query: str, headers: Headers, now: float) -> list[str]:
        """Return the accounts with the key that signed, since clients may name them differently; [""] for a key of `keys`."""
        found: dict[str, None] = {}
        for keys in [known for known, method in self._listeners if method() is not None]:
            with suppress(UnsignedError):
                found[signing_key("POST", paths, query, headers, keys, now)] = None
        if not found:
            signing_key("POST", paths, query, headers, self._keys, now)
        return list(found) or [""]

    def _is_first(self, nonce: str) -> bool:
        """Return whether a notice with this nonce has not been received before."""
        with self._lock:
            if nonce in self._nonces:
                return False
            self._nonces[nonce] = None
            if len(self._nonces) > MOST_NONCES:
                self._nonces.popitem(last=False)
            return True

    def _pass_on(self, notices: Iterable[Notice]) -> None:
        with self._lock:
            self._kept.extend(notices)
            listeners = [(keys, method()) for keys, method in self._listeners]
        calls: list[tuple[OnNotice, Notice]] = []
        for notice in notices:
            calls += [(listen, notice) for keys, listen in listeners if listen is not None and notice.account in keys]
            if self._on_notice is not None:
                calls.append((self._on_notice, notice))
        for listen, notice in calls:
            try:
                listen(notice)
            except Exception:
                logger.exception("a notice of %s was received, but the function that it was passed to failed", notice.task_id)

    def _refuse(self, status: int, reason: str) -> CallbackAnswer:
        """Log why a request is refused. Only the first of each reason is a warning, since anyone can send requests."""
        kind = re.sub("[0-9]+", "", reason.partition(" (")[0])
        level = logging.DEBUG if kind in self._warned or len(self._warned) > MOST_KEPT else logging.WARNING
        self._warned.add(kind)
        logger.log(level, "a callback was answered with %d: %s. Waits are not affected; polling continues.", status, reason)
        return CallbackAnswer(status, reason if status in (405, 413) else "refused")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request as an ASGI application."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        if scope["type"] != "http":
            raise ValueError(f"callbacks use http, not {scope['type']}")
        answer = await self._answer(scope, receive)
        content = answer.text.encode()
        head = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": answer.status, "headers": head})
        await send({"type": "http.response.body", "body": content})

    async def _answer(self, scope: Scope, receive: Receive) -> CallbackAnswer:
        body = bytearray()
        while scope["method"] == "POST" and len(body) <= MOST_BODY_BYTES:
            message = await receive()
            body += message.get("body", b"")
            if message["type"] == "http.disconnect":
                return CallbackAnswer(400)
            if not message.get("more_body", False):
                break
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        path = (scope.get("raw_path") or quote(scope["path"]).encode()).decode("latin-1")
        return self.receive(scope["method"], path, scope["query_string"].decode("latin-1"), headers, bytes(body))


async def _live(receive: Receive, send: Send) -> None:
    while True:
        event = (await receive())["type"].removeprefix("lifespan.")
        await send({"type": f"lifespan.{event}.complete"})
        if event == "shutdown":
            return


def _check_url(url: object) -> str:
    if not isinstance(url, str) or not url.startswith(("http://", "https://")) or leads_nowhere(url):
        raise ConfigurationError(f"must be the http(s) URL at which the provider can call you back, not {url!r}.", option="url")
    parts = urlsplit(url)
    if parts.fragment or "@" in parts.netloc or _token(parts.query) is not None:
        raise ConfigurationError(
            f"must be a URL without user name, fragment and the parameter {MARK}; the provider stores it.", option="url"
        )
    return url


def _check_key(key: object) -> str:
    if not isinstance(key, str) or not key.strip():
        raise ConfigurationError("one is empty or no text: with an empty key anyone can sign a notice.", option="keys")
    return key.strip()


def _token(query: str) -> str | None:
    return next(iter(parse_qs(query).get(MARK, ())), None)


def _notice(provider: str, account: str, token: str | None, body: bytes) -> Notice:
    members = as_object(read_json(body))
    if provider == "skills_video":
        members = as_object(members.get("prediction"))
    return Notice(
        provider=provider,
        account=account,
        task_id=_text(members.get("id", members.get("task_id"))) or None,
        token=token,
        state=_text(members.get("state", members.get("status"))),
        body=body[:MOST_KEPT_BYTES],
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else str(value) if isinstance(value, int) else ""

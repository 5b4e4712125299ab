"""The control API of an emulator and its page: what happened is told as JSON, the clock and the faults are set.

Everything is under `/_emulator`, and the front page at `/`. It is for tests in other processes and for people; it needs no
key, shows none, and what it shows is not written into the ledger.

    GET    /_emulator/state?limit=50              tasks newest first, accounts, counts, clock, rules
    GET    /_emulator/ledger                       tasks paid, requests seen, bytes served
    GET    /_emulator/faults                      rules in force, and the kinds that there are
    POST   /_emulator/faults                      a rule, as FaultRule.from_json reads it; answers {"number": 1}
    DELETE /_emulator/faults, /_emulator/faults/1
    POST   /_emulator/clock                       {"step": 10}: let so many seconds pass
    POST   /_emulator/reset                       {}: forget tasks, rules and the ledger
    GET    /_emulator/specs/vidu                  the packaged OpenAPI document
    GET    /_emulator/files/vidu/<task>/<name>    a file of a task, for looking at it
    GET    /_emulator/guide/index.md              the guide, as HTML

A browser of this machine may be led here by any web site. What changes something must be labelled application/json and, if it
names an origin, come from a page of this emulator. `http/app.py` refuses every request whose Host is the name of another site.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from attrs import evolve, frozen

from vidu_ext.emulator.clock import LAST_MOMENT
from vidu_ext.emulator.faults.rules import FAMILIES, KINDS, FaultRule
from vidu_ext.emulator.messages import ServerReply, ServerRequest
from vidu_ext.emulator.providers.refusals import json_reply
from vidu_ext.emulator.routes import routes
from vidu_ext.emulator.settings import PROVIDERS
from vidu_ext.emulator.state.files import content_reply
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.json import as_object
from vidu_ext.values.tasks import Json, Object

from .guide import guide_page
from .snapshot_json import clock_of, ledger_of, order_of, state_of, variables_of

if TYPE_CHECKING:
    from vidu_ext.emulator.engine import Engine

HOME: Final = "/_emulator"
MOST_BODY: Final = 64 * 1024
"""Bytes of a request; a rule has some hundred."""
USUAL_LIMIT: Final = 50
MOST_TASKS: Final = 1_000

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "cache-control": "no-store",
    "content-security-policy": POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_ASSETS: Final = {
    "page.html": "text/html; charset=utf-8",
    "page.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


@frozen(kw_only=True)
class _Asked:
    """A request with the parts of its path below the place that answers it."""

    emulator: Engine
    request: ServerRequest
    rest: tuple[str, ...]


class _RefusalError(Exception):
    """The request cannot be answered; `str` is one line for people."""

    def __init__(self, status: int, text: str, **headers: str) -> None:
        super().__init__(text)
        self.status = status
        self.headers = headers


def is_control(request: ServerRequest) -> bool:
    """Whether a request is for the front page or the control API."""
    return request.path == "/" or request.path.startswith(HOME)


def answer(emulator: Engine, request: ServerRequest) -> ServerReply:
    """The reply to a request for the front page or for anything under `/_emulator`."""
    try:
        reply = _answered(emulator, request)
    except _RefusalError as refusal:
        reply = json_reply({"error": str(refusal)}, status=refusal.status, headers=refusal.headers)
    except ConfigurationError as error:
        reply = json_reply({"error": str(error)}, status=400)
    return evolve(reply, headers={**_HEADERS, **reply.headers})


def _answered(emulator: Engine, request: ServerRequest) -> ServerReply:
    found, rest = _found(request)
    method = "GET" if request.method == "HEAD" else request.method
    act = found.get(method)
    if act is None:
        raise _RefusalError(405, f"{request.path} does not take {request.method}.", allow=", ".join(found))
    if any(rest) and act not in (_spec, _file, _guide, _remove_faults):
        raise _missing(request)
    if method != "GET":
        _check_writer(request)
    return act(_Asked(emulator=emulator, request=request, rest=rest))


def _found(request: ServerRequest) -> tuple[Mapping[str, Callable[[_Asked], ServerReply]], tuple[str, ...]]:
    """What answers a path, by method, and the parts of the path below it."""
    if request.path == "/":
        return {"GET": _asset("page.html")}, ()
    home, *parts = request.path.strip("/").split("/")
    found = _ROUTES.get(parts[0] if parts else "") if f"/{home}" == HOME else None
    if found is None:
        raise _missing(request)
    return found, tuple(parts[1:])


def _missing(request: ServerRequest) -> _RefusalError:
    return _RefusalError(404, f"There is no {request.path[:200]}. See {HOME}/ for what there is.")


# -- who may ask ----------------------------------------------------------------------------------------------------------


def _check_writer(request: ServerRequest) -> None:
    """Refuse what a page of another site can make a browser send."""
    headers = request.headers
    content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method == "POST" and content_type != "application/json":
        raise _RefusalError(415, "Label the request with Content-Type: application/json.")
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != headers.get("host", urlsplit(request.origin).netloc):
        raise _RefusalError(403, "A page of another origin may not change anything here.")
    if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        raise _RefusalError(403, "A page of another site may not change anything here.")


# -- what was sent --------------------------------------------------------------------------------------------------------


def _body(asked: _Asked) -> Json:
    if len(asked.request.body) > MOST_BODY:
        raise _RefusalError(413, f"The body has more than {MOST_BODY:,} bytes.")
    try:
        value: Json = json.loads(asked.request.body, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise _RefusalError(400, "The body is no JSON document.") from None
    return value


def _no_number(word: str) -> float:
    raise ValueError(word)


def _limit(asked: _Asked) -> int:
    """How many entries are asked for. Raises a refusal for another parameter or no number."""
    query = parse_qs(asked.request.query, keep_blank_values=True)
    if unknown := [name for name in query if name != "limit"]:
        raise _RefusalError(400, f"There is no parameter {unknown[0][:80]!r}; there is limit.")
    written = query.get("limit", [str(USUAL_LIMIT)])[-1]
    if not (written.isascii() and written.isdigit() and len(written) < 6 and 0 <= int(written) <= MOST_TASKS):
        raise _RefusalError(400, f"limit is a whole number from 0 to {MOST_TASKS:,}, not {written[:80]!r}.")
    return int(written)


def _provider(asked: _Asked) -> str:
    name, *more = asked.rest or ("",)
    if name not in PROVIDERS or any(more):
        raise _missing(asked.request)
    return name


# -- what is done ---------------------------------------------------------------------------------------------------------


def _contents(asked: _Asked) -> ServerReply:
    operations = dict.fromkeys((*(one for one in FAMILIES if one != "other"), *(route.operation.id for route in routes())))
    return json_reply(
        {
            "api": [f"{method} {HOME}/{name}" for name, methods in _ROUTES.items() if name for method in methods],
            "kinds": _kinds(),
            "operations": list(operations),
            "specs": {provider: f"{HOME}/specs/{provider}" for provider in PROVIDERS},
            "variables": dict[str, Json](variables_of(asked.emulator, asked.request.origin)),
        }
    )


def _kinds() -> Object:
    """The kinds of faults with the options that each has."""
    return {
        name: {"about": kind.about, "options": [*sorted(kind.options), *(["accepts"] if kind.may_choose else [])]}
        for name, kind in KINDS.items()
    }


def _state(asked: _Asked) -> ServerReply:
    return json_reply(state_of(asked.emulator, origin=asked.request.origin, limit=_limit(asked)))


def _ledger(asked: _Asked) -> ServerReply:
    return json_reply(ledger_of(asked.emulator))


def _faults(asked: _Asked) -> ServerReply:
    rules: list[Json] = [standing.to_json() for standing in asked.emulator.faults.standing]
    return json_reply({"rules": rules, "kinds": _kinds()})


def _add_fault(asked: _Asked) -> ServerReply:
    return json_reply({"number": asked.emulator.faults.add(FaultRule.from_json(_body(asked)))}, status=201)


def _remove_faults(asked: _Asked) -> ServerReply:
    if not any(asked.rest):
        asked.emulator.faults.clear()
    elif len(asked.rest) == 1 and asked.rest[0].isascii() and asked.rest[0].isdigit() and len(asked.rest[0]) < 16:
        asked.emulator.faults.remove(int(asked.rest[0]))
    else:
        raise _missing(asked.request)
    return json_reply({})


def _step_clock(asked: _Asked) -> ServerReply:
    body = _body(asked)
    step = as_object(body).get("step")
    if not isinstance(body, dict) or set(body) != {"step"} or isinstance(step, bool) or not isinstance(step, int | float):
        raise _RefusalError(400, 'The body is {"step": seconds}.')
    if asked.emulator.clock.now() + min(step, LAST_MOMENT) > LAST_MOMENT:
        raise _RefusalError(400, "The clock cannot be stepped beyond the year 9000.")
    asked.emulator.clock.step(step)
    return json_reply(clock_of(asked.emulator.clock))


def _reset(asked: _Asked) -> ServerReply:
    if _body(asked) != {}:
        raise _RefusalError(400, "The body is {}.")
    asked.emulator.reset()
    return json_reply({})


def _spec(asked: _Asked) -> ServerReply:
    return ServerReply(headers={"content-type": "application/json"}, body=_spec_bytes(_provider(asked)))


@cache
def _spec_bytes(provider: str) -> bytes:
    return files("vidu_clients").joinpath(provider, "openapi.json").read_bytes()


def _file(asked: _Asked) -> ServerReply:
    """A file of a task as it is, without its signed address, without faults or the ledger: looking on changes nothing."""
    if len(asked.rest) != 3:
        raise _missing(asked.request)
    found = asked.emulator.inspect(lambda state, _now: order_of(state, *asked.rest))
    if found is None:
        raise _missing(asked.request)
    drawer, order = found
    return content_reply(drawer.content(order), asked.request)


def _guide(asked: _Asked) -> ServerReply:
    found = guide_page("/".join(asked.rest or ("index.md",)))
    if found is None:
        raise _missing(asked.request)
    content_type, body = found
    return ServerReply(headers={"content-type": content_type}, body=body)


def _asset(name: str) -> Callable[[_Asked], ServerReply]:
    def answer_with_asset(_asked: _Asked) -> ServerReply:
        return ServerReply(headers={"content-type": _ASSETS[name]}, body=_asset_bytes(name))

    return answer_with_asset


@cache
def _asset_bytes(name: str) -> bytes:
    return files("vidu_ext.emulator").joinpath("page", name).read_bytes()


_ROUTES: Final[Mapping[str, Mapping[str, Callable[[_Asked], ServerReply]]]] = {
    "": {"GET": _contents},
    "state": {"GET": _state},
    "ledger": {"GET": _ledger},
    "faults": {"GET": _faults, "POST": _add_fault, "DELETE": _remove_faults},
    "clock": {"POST": _step_clock},
    "reset": {"POST": _reset},
    "specs": {"GET": _spec},
    "files": {"GET": _file},
    "guide": {"GET": _guide},
    **{name: {"GET": _asset(name)} for name in _ASSETS},
}

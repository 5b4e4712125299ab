"""The control API of an emulator and its page: what happened is told as JSON, the clock and the faults are set.

Everything is under `/_emulator`, and the front page at `/`. It is for tests in other processes and for people; it needs no
key, shows none, and what it shows is not written into the ledger.

    GET    /health                                 {"status": "ok"}
    GET    /_emulator/state?limit=50               tasks and requests newest first, accounts, counts, clock, rules;
                                                   &search=bird, &provider=vidu, &state=failed leave out what does not fit
    GET    /_emulator/tasks/<task>                 a task with its request, its reference and what named it
    POST   /_emulator/tasks/<task>                 {"action": "cancel"}, or "fails" or "moderated": end it so
    GET    /_emulator/requests/1                   a request with the bodies that were sent and answered, without its key
    POST   /_emulator/requests                     {"provider", "operation", "body", "id"}: send a request as a program would
    GET    /_emulator/ledger                       tasks paid, requests seen, bytes served
    GET    /_emulator/faults                       rules in force, and the kinds that there are
    POST   /_emulator/faults                       a rule, as FaultRule.from_json reads it; answers {"number": 1}
    DELETE /_emulator/faults, /_emulator/faults/1
    POST   /_emulator/clock                        {"step": 10}: advance by these seconds
    POST   /_emulator/reset                        {}: forget tasks, rules and the ledger
    GET    /_emulator/specs/vidu                   the packaged OpenAPI document
    GET    /_emulator/api/vidu                     the same in Swagger UI, which can send requests to this emulator
    GET    /_emulator/files/vidu/<task>/<name>    a file of a task, for looking at it
    GET    /_emulator/guide/index.md               the guide, as HTML

A browser of this machine may be led here by any web site. What changes something must be labelled application/json and, if it
names an origin, come from a page of this emulator. `http/app.py` refuses every request whose Host is the name of another site.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

import attrs
from attrs import evolve, frozen

from vidu_ext.emulator.clock import LAST_MOMENT
from vidu_ext.emulator.environment import key_of
from vidu_ext.emulator.faults.rules import FAMILIES, KINDS, FaultRule
from vidu_ext.emulator.http.extra import missing_extra
from vidu_ext.emulator.messages import ServerReply, ServerRequest
from vidu_ext.emulator.providers.context import FAILURES, State
from vidu_ext.emulator.providers.refusals import json_reply
from vidu_ext.emulator.routes import Route, base_path, routes
from vidu_ext.emulator.settings import PROVIDERS
from vidu_ext.emulator.state.files import content_reply
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.json import as_object
from vidu_ext.values.tasks import Json, Object

from .guide import guide_page
from .snapshot_json import Wanted, clock_of, ledger_of, order_of, request_of, state_of, task_of, variables_of

if TYPE_CHECKING:
    from vidu_ext.emulator.engine import Engine

HOME: Final = "/_emulator"
MOST_BODY: Final = 1024 * 1024
"""Bytes of a request; a rule has some hundred, a picture that is sent with a task more."""
MOST_TASKS: Final = 1_000
_PARAMETERS: Final = tuple(attrs.fields_dict(Wanted))
_NUMBER: Final = re.compile("[0-9]{1,15}")

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PICTURES: Final = {"content-security-policy": POLICY.replace("img-src 'self'", "img-src 'self' data:")}
"""For Swagger UI, whose style sheet holds its pictures."""
_HEADERS: Final = {
    "cache-control": "no-store",
    "content-security-policy": POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_OURS: Final = ("page.html", "page.css", "page.js", "reference.html", "reference.css", "reference.js", "icon.svg")
_TYPES: Final = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "LICENSE": "text/plain"}
_RENDERER: Final = {
    "swagger-ui.css": "stylesheets/swagger-ui.css",
    "swagger-ui-bundle.js": "javascripts/swagger-ui-bundle.js",
    "LICENSE": "LICENSE",
}
"""Files of Swagger UI, as the package mkdocs-swagger-ui-tag carries them: it keeps to its releases."""


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
    return request.path in ("/", "/health") or request.path.startswith(HOME)


def answer(emulator: Engine, request: ServerRequest) -> ServerReply:
    """The reply to a request for the front page or for anything under `/_emulator`."""
    try:
        reply = _answered(emulator, request)
    except _RefusalError as refusal:
        reply = json_reply({"error": str(refusal)}, status=refusal.status, headers=refusal.headers)
    except ConfigurationError as error:
        reply = json_reply({"error": str(error)}, status=400)
    except ModuleNotFoundError as error:
        reply = json_reply({"error": str(missing_extra(error))}, status=501)
    return evolve(reply, headers={**_HEADERS, **reply.headers})


def _answered(emulator: Engine, request: ServerRequest) -> ServerReply:
    found, rest = _found(request)
    method = "GET" if request.method == "HEAD" else request.method
    act = found.get(method)
    if act is None:
        raise _RefusalError(405, f"{request.path} does not take {request.method}.", allow=", ".join(found))
    if any(rest) and act not in (_spec, _file, _guide, _api, _remove_faults, _task, _act_on_task, _request):
        raise _missing(request)
    if method != "GET":
        _check_writer(request)
    return act(_Asked(emulator=emulator, request=request, rest=rest))


def _found(request: ServerRequest) -> tuple[Mapping[str, Callable[[_Asked], ServerReply]], tuple[str, ...]]:
    """What answers a path, by method, and the parts of the path below it."""
    if request.path == "/":
        return {"GET": _asset("page.html")}, ()
    if request.path == "/health":
        return {"GET": lambda _asked: json_reply({"status": "ok"})}, ()
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


def _wanted(asked: _Asked) -> Wanted:
    """Which entries are asked for. Raises a refusal for another parameter or no number."""
    query = {name: values[-1] for name, values in parse_qs(asked.request.query, keep_blank_values=True).items()}
    if unknown := [name for name in query if name not in _PARAMETERS]:
        raise _RefusalError(400, f"There is no parameter {unknown[0][:80]!r}; there are {', '.join(_PARAMETERS)}.")
    written = query.pop("limit", str(Wanted().limit))
    if not (written.isascii() and written.isdigit() and len(written) < 6 and 0 <= int(written) <= MOST_TASKS):
        raise _RefusalError(400, f"limit is a whole number from 0 to {MOST_TASKS:,}, not {written[:80]!r}.")
    return Wanted(limit=int(written), **query)


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
            "creates": {provider: [one.operation.id for one in routes() if _makes(one, provider)] for provider in PROVIDERS},
            "specs": {provider: f"{HOME}/specs/{provider}" for provider in PROVIDERS},
            "variables": dict[str, Json](variables_of(asked.emulator, asked.request.origin)),
        }
    )


def _makes(route: Route, provider: str) -> bool:
    """Whether an operation of the provider makes a task, or something at once."""
    return route.provider == provider and (route.poll is not None or route.operation.is_synchronous or route.family == "create")


def _kinds() -> Object:
    """The kinds of faults with the options that each has."""
    return {
        name: {"about": kind.about, "options": [*sorted(kind.options), *(["accepts"] if kind.may_choose else [])]}
        for name, kind in KINDS.items()
    }


def _state(asked: _Asked) -> ServerReply:
    return json_reply(state_of(asked.emulator, _wanted(asked), origin=asked.request.origin))


def _task(asked: _Asked) -> ServerReply:
    return _one(asked, task_of(asked.emulator, "/".join(asked.rest), origin=asked.request.origin))


def _request(asked: _Asked) -> ServerReply:
    number = "/".join(asked.rest)
    return _one(asked, request_of(asked.emulator, int(number)) if _NUMBER.fullmatch(number) else None)


def _one(asked: _Asked, found: Object | None) -> ServerReply:
    if found is None:
        raise _missing(asked.request)
    return json_reply(found)


def _act_on_task(asked: _Asked) -> ServerReply:
    """Cancel a task that waits, or have one fail that has not ended."""
    action = as_object(_body(asked)).get("action")

    def act(state: State, now: float) -> None:
        task = state.task_engine.tasks.get("/".join(asked.rest))
        if task is None:
            raise _missing(asked.request)
        why = next((why for fate, why in FAILURES.items() if fate == action), None)
        if why is None and action != "cancel":
            raise _RefusalError(400, f'The body is {{"action": "cancel"}}, or one of {", ".join(FAILURES)}.')
        engine = state.task_engine
        if not (engine.cancel(task, now=now) if why is None else engine.fail(task, why, now=now)):
            raise _RefusalError(409, f"The task is {task.stage.value}: it is too late for that.")

    asked.emulator.inspect(act)
    return json_reply({})


def _send(asked: _Asked) -> ServerReply:
    """Send a request as a program would, with a key that the provider takes, and show it as the log does."""
    wanted = as_object(_body(asked))
    names = (wanted.get("provider"), wanted.get("operation"))
    route = next((one for one in routes() if (one.provider, one.operation.id) == names), None)
    if route is None:
        raise _RefusalError(400, "The body names a provider, and an operationId of its spec as operation.")
    operation, (header, word) = route.operation, route.contract.keys(route.operation.id)[0]
    headers = {"content-type": "application/json", header.lower(): f"{word} {key_of(asked.emulator, route.provider)}".strip()}
    path = base_path(route.provider) + operation.path.replace(f"{{{operation.path_parameter}}}", str(wanted.get("id", "")))
    body = json.dumps(wanted.get("body", {})).encode()
    reply = asked.emulator.handle(
        ServerRequest(method=operation.method.upper(), path=path, headers=headers, body=body, origin=asked.request.origin)
    )
    return evolve(_one(asked, request_of(asked.emulator, reply.number or 0)), number=reply.number)


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
    elif len(asked.rest) == 1 and _NUMBER.fullmatch(asked.rest[0]):
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


def _api(asked: _Asked) -> ServerReply:
    _provider(asked)
    _asset_bytes("swagger-ui.css")
    reply = _asset("reference.html")(asked)
    return evolve(reply, headers={**reply.headers, **_PICTURES})


def _asset(name: str) -> Callable[[_Asked], ServerReply]:
    def answer_with_asset(_asked: _Asked) -> ServerReply:
        content_type = f"{_TYPES[name.rpartition('.')[2]]}; charset=utf-8"
        return ServerReply(headers={"content-type": content_type}, body=_asset_bytes(name))

    return answer_with_asset


@cache
def _asset_bytes(name: str) -> bytes:
    if name in _OURS:
        return files("vidu_ext.emulator").joinpath("page", name).read_bytes()
    return files("mkdocs_swagger_ui_tag").joinpath("swagger-ui", *_RENDERER[name].split("/")).read_bytes()


_ROUTES: Final[Mapping[str, Mapping[str, Callable[[_Asked], ServerReply]]]] = {
    "": {"GET": _contents},
    "state": {"GET": _state},
    "tasks": {"GET": _task, "POST": _act_on_task},
    "requests": {"GET": _request, "POST": _send},
    "ledger": {"GET": _ledger},
    "faults": {"GET": _faults, "POST": _add_fault, "DELETE": _remove_faults},
    "clock": {"POST": _step_clock},
    "reset": {"POST": _reset},
    "specs": {"GET": _spec},
    "files": {"GET": _file},
    "guide": {"GET": _guide},
    "api": {"GET": _api},
    **{name: {"GET": _asset(name)} for name in (*_OURS, *_RENDERER)},
}

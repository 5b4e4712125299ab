"""The control API of an emulator and its page: shows as JSON what happened, and sets the clock and the faults.

Everything is under `/_emulator`, the front page at `/`. It needs no key and shows none, and its requests are not in the
ledger.

    GET    /health                                 {"status": "ok"}
    GET    /_emulator/state?limit=50               tasks and requests newest first, accounts, counts, clock, rules;
                                                   &search=bird, &provider=vidu, &state=failed filter them
    GET    /_emulator/tasks/<task>                 a task with its request, its reference and the requests that name it
    POST   /_emulator/tasks/<task>                 {"action": "cancel"}, or "fails" or "moderated": end it that way
    GET    /_emulator/requests/1                   a request with the bodies that were sent and answered, without its key
    POST   /_emulator/requests                     {"provider", "operation", "body", "id"}: send a request as a program would
    GET    /_emulator/ledger                       tasks paid, requests seen, bytes served
    GET    /_emulator/faults                       active rules, and all kinds
    POST   /_emulator/faults                       a rule, as FaultRule.from_json reads it; answers {"number": 1}
    DELETE /_emulator/faults, /_emulator/faults/1
    POST   /_emulator/clock                        {"step": 10}: advance by these seconds
    POST   /_emulator/reset                        {}: forget tasks, rules and the ledger
    GET    /_emulator/specs/vidu                   the packaged OpenAPI document
    GET    /_emulator/api/vidu                     the same in Swagger UI, which can send requests to this emulator
    GET    /_emulator/files/vidu/<task>/<name>    a file of a task
    GET    /_emulator/guide/index.md               the guide, as HTML

Any web site can make a browser of this machine send requests here. One that changes something must have the type
application/json and, if it has an Origin, come from a page of this emulator. `http/app.py` refuses foreign Host headers.
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
from .snapshot_json import EntryFilter, clock_of, file_spec_of, ledger_of, request_of, state_of, task_of, variables_of

if TYPE_CHECKING:
    from vidu_ext.emulator.engine import Engine

HOME: Final = "/_emulator"
MOST_BODY: Final = 1024 * 1024
"""Maximum size of a request. A task may carry a picture."""
MOST_TASKS: Final = 1_000
_PARAMETERS: Final = tuple(attrs.fields_dict(EntryFilter))
_NUMBER: Final = re.compile("[0-9]{1,15}")

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PICTURES: Final = {"content-security-policy": POLICY.replace("img-src 'self'", "img-src 'self' data:")}
"""For Swagger UI, whose style sheet contains its pictures."""
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
"""Files of Swagger UI in the package mkdocs-swagger-ui-tag, which follows its releases."""


@frozen(kw_only=True)
class _Call:
    """A request, and the rest of its path after the route."""

    emulator: Engine
    request: ServerRequest
    rest: tuple[str, ...]


class _RefusalError(Exception):
    """The request is refused; `str` is the reason in one line."""

    def __init__(self, status: int, text: str, **headers: str) -> None:
        super().__init__(text)
        self.status = status
        self.headers = headers


def is_control(request: ServerRequest) -> bool:
    """Return whether a request is for the front page or the control API."""
    return request.path in ("/", "/health") or request.path.startswith(HOME)


def answer(emulator: Engine, request: ServerRequest) -> ServerReply:
    """Answer a request for the front page or for anything under `/_emulator`."""
    try:
        reply = _dispatch(emulator, request)
    except _RefusalError as refusal:
        reply = json_reply({"error": str(refusal)}, status=refusal.status, headers=refusal.headers)
    except ConfigurationError as error:
        reply = json_reply({"error": str(error)}, status=400)
    except ModuleNotFoundError as error:
        reply = json_reply({"error": str(missing_extra(error))}, status=501)
    return evolve(reply, headers={**_HEADERS, **reply.headers})


def _dispatch(emulator: Engine, request: ServerRequest) -> ServerReply:
    found, rest = _find_handlers(request)
    method = "GET" if request.method == "HEAD" else request.method
    act = found.get(method)
    if act is None:
        raise _RefusalError(405, f"{request.path} does not take {request.method}.", allow=", ".join(found))
    if any(rest) and act not in (_spec, _file, _guide, _api, _remove_faults, _task, _act_on_task, _request):
        raise _missing(request)
    if method != "GET":
        _check_writer(request)
    return act(_Call(emulator=emulator, request=request, rest=rest))


def _find_handlers(request: ServerRequest) -> tuple[Mapping[str, Callable[[_Call], ServerReply]], tuple[str, ...]]:
    """Return the handlers of a path by method, and the rest of the path."""
    if request.path == "/":
        return {"GET": _asset("page.html")}, ()
    if request.path == "/health":
        return {"GET": lambda _call: json_reply({"status": "ok"})}, ()
    home, *parts = request.path.strip("/").split("/")
    found = _ROUTES.get(parts[0] if parts else "") if f"/{home}" == HOME else None
    if found is None:
        raise _missing(request)
    return found, tuple(parts[1:])


def _missing(request: ServerRequest) -> _RefusalError:
    return _RefusalError(404, f"There is no {request.path[:200]}. {HOME}/ lists what there is.")


# -- who may ask ----------------------------------------------------------------------------------------------------------


def _check_writer(request: ServerRequest) -> None:
    """Refuse requests that a page of another site can make a browser send."""
    headers = request.headers
    content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method == "POST" and content_type != "application/json":
        raise _RefusalError(415, "Send the request with Content-Type: application/json.")
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != headers.get("host", urlsplit(request.origin).netloc):
        raise _RefusalError(403, "A page of another origin may not change anything here.")
    if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        raise _RefusalError(403, "A page of another site may not change anything here.")


# -- what was sent --------------------------------------------------------------------------------------------------------


def _body(call: _Call) -> Json:
    if len(call.request.body) > MOST_BODY:
        raise _RefusalError(413, f"The body has more than {MOST_BODY:,} bytes.")
    try:
        value: Json = json.loads(call.request.body, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise _RefusalError(400, "The body is not a JSON document.") from None
    return value


def _no_number(word: str) -> float:
    raise ValueError(word)


def _filter_of(call: _Call) -> EntryFilter:
    """Parse the filter of the query. Raises a refusal for an unknown parameter or an invalid number."""
    query = {name: values[-1] for name, values in parse_qs(call.request.query, keep_blank_values=True).items()}
    if unknown := [name for name in query if name not in _PARAMETERS]:
        raise _RefusalError(400, f"There is no parameter {unknown[0][:80]!r}; there are {', '.join(_PARAMETERS)}.")
    written = query.pop("limit", str(EntryFilter().limit))
    if not (written.isascii() and written.isdigit() and len(written) < 6 and 0 <= int(written) <= MOST_TASKS):
        raise _RefusalError(400, f"limit is a whole number from 0 to {MOST_TASKS:,}, not {written[:80]!r}.")
    return EntryFilter(limit=int(written), **query)


def _provider(call: _Call) -> str:
    name, *more = call.rest or ("",)
    if name not in PROVIDERS or any(more):
        raise _missing(call.request)
    return name


# -- what is done ---------------------------------------------------------------------------------------------------------


def _contents(call: _Call) -> ServerReply:
    operations = dict.fromkeys((*(one for one in FAMILIES if one != "other"), *(route.operation.id for route in routes())))
    return json_reply(
        {
            "api": [f"{method} {HOME}/{name}" for name, methods in _ROUTES.items() if name for method in methods],
            "kinds": _kinds(),
            "operations": list(operations),
            "creates": {provider: [one.operation.id for one in routes() if _makes(one, provider)] for provider in PROVIDERS},
            "specs": {provider: f"{HOME}/specs/{provider}" for provider in PROVIDERS},
            "variables": dict[str, Json](variables_of(call.emulator, call.request.origin)),
        }
    )


def _makes(route: Route, provider: str) -> bool:
    """Return whether an operation of the provider makes a task or an immediate result."""
    return route.provider == provider and (route.poll is not None or route.operation.is_synchronous or route.family == "create")


def _kinds() -> Object:
    """Return the kinds of faults with their options."""
    return {
        name: {"about": kind.about, "options": [*sorted(kind.options), *(["accepts"] if kind.may_choose else [])]}
        for name, kind in KINDS.items()
    }


def _state(call: _Call) -> ServerReply:
    return json_reply(state_of(call.emulator, _filter_of(call), origin=call.request.origin))


def _task(call: _Call) -> ServerReply:
    return _one(call, task_of(call.emulator, "/".join(call.rest), origin=call.request.origin))


def _request(call: _Call) -> ServerReply:
    number = "/".join(call.rest)
    return _one(call, request_of(call.emulator, int(number)) if _NUMBER.fullmatch(number) else None)


def _one(call: _Call, found: Object | None) -> ServerReply:
    if found is None:
        raise _missing(call.request)
    return json_reply(found)


def _act_on_task(call: _Call) -> ServerReply:
    """Cancel a waiting task, or let one fail that has not ended."""
    action = as_object(_body(call)).get("action")

    def act(state: State, now: float) -> None:
        task = state.tasks.get("/".join(call.rest))
        if task is None:
            raise _missing(call.request)
        why = next((why for fate, why in FAILURES.items() if fate == action), None)
        if why is None and action != "cancel":
            raise _RefusalError(400, f'The body is {{"action": "cancel"}}, or one of {", ".join(FAILURES)}.')
        if not (state.cancel(task, now=now) if why is None else state.fail(task, why, now=now)):
            raise _RefusalError(409, f"The task is {task.state}: it is too late for that.")

    call.emulator.inspect(act)
    return json_reply({})


def _send(call: _Call) -> ServerReply:
    """Send a request as a program would, with a key that the provider accepts, and return its entry in the log."""
    wanted = as_object(_body(call))
    names = (wanted.get("provider"), wanted.get("operation"))
    route = next((one for one in routes() if (one.provider, one.operation.id) == names), None)
    if route is None:
        raise _RefusalError(400, "The body needs a provider, and an operationId of its spec as operation.")
    operation, (header, word) = route.operation, route.contract.keys(route.operation.id)[0]
    headers = {"content-type": "application/json", header.lower(): f"{word} {key_of(call.emulator, route.provider)}".strip()}
    path = base_path(route.provider) + operation.path.replace(f"{{{operation.path_parameter}}}", str(wanted.get("id", "")))
    body = json.dumps(wanted.get("body", {})).encode()
    reply = call.emulator.handle(
        ServerRequest(method=operation.method.upper(), path=path, headers=headers, body=body, origin=call.request.origin)
    )
    return evolve(_one(call, request_of(call.emulator, reply.number or 0)), number=reply.number)


def _ledger(call: _Call) -> ServerReply:
    return json_reply(ledger_of(call.emulator))


def _faults(call: _Call) -> ServerReply:
    rules: list[Json] = [active.to_json() for active in call.emulator.faults.active]
    return json_reply({"rules": rules, "kinds": _kinds()})


def _add_fault(call: _Call) -> ServerReply:
    return json_reply({"number": call.emulator.faults.add(FaultRule.from_json(_body(call)))}, status=201)


def _remove_faults(call: _Call) -> ServerReply:
    if not any(call.rest):
        call.emulator.faults.clear()
    elif len(call.rest) == 1 and _NUMBER.fullmatch(call.rest[0]):
        call.emulator.faults.remove(int(call.rest[0]))
    else:
        raise _missing(call.request)
    return json_reply({})


def _step_clock(call: _Call) -> ServerReply:
    body = _body(call)
    step = as_object(body).get("step")
    if not isinstance(body, dict) or set(body) != {"step"} or isinstance(step, bool) or not isinstance(step, int | float):
        raise _RefusalError(400, 'The body is {"step": seconds}.')
    if call.emulator.clock.now() + min(step, LAST_MOMENT) > LAST_MOMENT:
        raise _RefusalError(400, "The clock cannot be stepped beyond the year 9000.")
    call.emulator.clock.step(step)
    return json_reply(clock_of(call.emulator.clock))


def _reset(call: _Call) -> ServerReply:
    if _body(call) != {}:
        raise _RefusalError(400, "The body is {}.")
    call.emulator.reset()
    return json_reply({})


def _spec(call: _Call) -> ServerReply:
    return ServerReply(headers={"content-type": "application/json"}, body=_spec_bytes(_provider(call)))


@cache
def _spec_bytes(provider: str) -> bytes:
    return files("vidu_clients").joinpath(provider, "openapi.json").read_bytes()


def _file(call: _Call) -> ServerReply:
    """Send a file of a task without a signed address, faults or an entry in the ledger."""
    if len(call.rest) != 3:
        raise _missing(call.request)
    found = call.emulator.inspect(lambda state, _now: file_spec_of(state, *call.rest))
    if found is None:
        raise _missing(call.request)
    renderer, spec = found
    return content_reply(renderer.content(spec), call.request)


def _guide(call: _Call) -> ServerReply:
    found = guide_page("/".join(call.rest or ("index.md",)))
    if found is None:
        raise _missing(call.request)
    content_type, body = found
    return ServerReply(headers={"content-type": content_type}, body=body)


def _api(call: _Call) -> ServerReply:
    _provider(call)
    _asset_bytes("swagger-ui.css")
    reply = _asset("reference.html")(call)
    return evolve(reply, headers={**reply.headers, **_PICTURES})


def _asset(name: str) -> Callable[[_Call], ServerReply]:
    def answer_with_asset(_call: _Call) -> ServerReply:
        content_type = f"{_TYPES[name.rpartition('.')[2]]}; charset=utf-8"
        return ServerReply(headers={"content-type": content_type}, body=_asset_bytes(name))

    return answer_with_asset


@cache
def _asset_bytes(name: str) -> bytes:
    if name in _OURS:
        return files("vidu_ext.emulator").joinpath("page", name).read_bytes()
    return files("mkdocs_swagger_ui_tag").joinpath("swagger-ui", *_RENDERER[name].split("/")).read_bytes()


_ROUTES: Final[Mapping[str, Mapping[str, Callable[[_Call], ServerReply]]]] = {
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

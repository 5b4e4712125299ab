"""The control API of an emulator and its page: shows as JSON what happened, and sets the clock and the faults.

Everything is under `/_emulator`, the front page at `/`. It needs no key and shows none, and its requests are not in the
ledger.

    GET    /health                                 {"status": "ok"}
    GET    /_emulator/state?limit=50               tasks and requests newest first, accounts, clock, rules;
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
    GET    /_emulator/files/vidu/<task>/<name>     a file of a task
    GET    /_emulator/guide/index.md               the guide, as HTML

Any web site can make a browser of this machine send requests here. One that changes something must have the type
application/json and, if it has an Origin, come from a page of this emulator. `http/app.py` refuses foreign Host headers.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

import attrs

from vidu_ext.emulator.clock import milliseconds
from vidu_ext.emulator.environment import key_of
from vidu_ext.emulator.faults.rules import FAILURES, FAMILIES, FaultRule
from vidu_ext.emulator.http.extra import missing_extra
from vidu_ext.emulator.http.replies import TOO_LARGE, read_body
from vidu_ext.emulator.messages import ServerRequest
from vidu_ext.emulator.ranges import whole_number
from vidu_ext.emulator.routes import routes
from vidu_ext.emulator.settings import PROVIDERS
from vidu_ext.emulator.state.files import content_reply
from vidu_ext.spec.contract import contract_of
from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.json import as_object, json_or_text
from vidu_ext.values.tasks import Json, Object

from .guide import guide_page
from .snapshot_json import (
    EntryFilter,
    clock_json,
    kinds_json,
    ledger_json,
    request_json,
    state_json,
    task_json,
    variables_of,
)  # fmt: skip

try:
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool
    from starlette.exceptions import HTTPException
    from starlette.middleware import Middleware
    from starlette.middleware.base import BaseHTTPMiddleware
    from starlette.requests import Request
    from starlette.responses import FileResponse, Response
    from starlette.routing import Mount, Route
    from starlette.staticfiles import StaticFiles

    files("mkdocs_swagger_ui_tag")  # which has the folder of Swagger UI
except ImportError as error:  # pragma: no cover  # shown by a test in a process of its own
    raise missing_extra(error) from error

if TYPE_CHECKING:
    from starlette.middleware.base import RequestResponseEndpoint

    from vidu_ext.emulator.core import Emulator

T = TypeVar("T")

HOME: Final = "/_emulator"
PAGE: Final = Path(str(files("vidu_ext.emulator"))) / "page"
MOST_TASKS: Final = 1_000
_PARAMETERS: Final = tuple(attrs.fields_dict(EntryFilter))

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_REFERENCE_HEADERS: Final = {"content-security-policy": POLICY.replace("img-src 'self'", "img-src 'self' data:")}
"""For Swagger UI, whose style sheet contains its pictures."""
_HEADERS: Final = {
    "cache-control": "no-store",
    "content-security-policy": POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}

Answer: TypeAlias = "Callable[[Request], Response | Object]"
"""Answers a request, in a thread. An object is sent as JSON."""


def is_control(path: str) -> bool:
    """Return whether a path belongs to the control API or is the front page."""
    return path in ("/", "/health") or path.startswith(HOME)


def control_api(emulator: Emulator) -> Starlette:
    """Return the control API and the pages of an emulator, as an ASGI application."""
    control = _Control(emulator)
    routes_of_api = [
        _route("/", GET=lambda _: FileResponse(PAGE / "page.html")),
        _route("/health", GET=lambda _: {"status": "ok"}),
        _route("/_emulator/", GET=control.contents),
        _route("/_emulator/state", GET=lambda request: state_json(emulator, _filter_of(request), origin=_origin(request))),
        _route("/_emulator/tasks/{id}", GET=control.task, POST=control.end_task),
        _route("/_emulator/requests/{number:int}", GET=control.request),
        _route("/_emulator/requests", POST=control.send),
        _route("/_emulator/ledger", GET=lambda _: ledger_json(emulator)),
        _route("/_emulator/faults", GET=control.faults, POST=control.add_fault, DELETE=control.remove_faults),
        _route("/_emulator/faults/{number:int}", DELETE=control.remove_faults),
        _route("/_emulator/clock", POST=control.step_clock),
        _route("/_emulator/reset", POST=control.reset),
        _route("/_emulator/specs/{provider}", GET=lambda request: contract_of(request.path_params["provider"]).spec.root),
        _route("/_emulator/api/{provider}", GET=_reference),
        _route("/_emulator/files/{provider}/{task_id}/{name}", GET=control.file),
        _route("/_emulator/guide/{name:path}", GET=_guide),
    ]
    page = Mount("/_emulator/page", StaticFiles(directory=PAGE, packages=[("mkdocs_swagger_ui_tag", "swagger-ui")]))
    return Starlette(
        routes=[*routes_of_api, page],
        exception_handlers={HTTPException: _refusal, ValueError: _refusal},  # a number in a path may have too many digits
        middleware=[Middleware(BaseHTTPMiddleware, dispatch=_with_headers)],
    )


class _Control:
    """The answers that need the emulator."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    # -- what happened ------------------------------------------------------------------------------------------------

    def contents(self, request: Request) -> Object:
        """Return what the page reads once: paths, kinds of faults, operations, specs and environment variables."""
        paths = [route for route in request.app.routes if isinstance(route, Route)]
        creates: dict[str, Json] = {
            provider: [route.operation.id for route in routes() if route.provider == provider and route.makes_something]
            for provider in PROVIDERS
        }
        families = (family for family in FAMILIES if family != "other")
        return {
            "api": [f"{method} {route.path}" for route in paths for method in sorted((route.methods or set()) - {"HEAD"})],
            "kinds": kinds_json(),
            "operations": [*dict.fromkeys((*families, *(route.operation.id for route in routes())))],
            "creates": creates,
            "specs": {provider: f"{HOME}/specs/{provider}" for provider in PROVIDERS},
            "variables": dict[str, Json](variables_of(self._emulator, _origin(request))),
        }

    def task(self, request: Request) -> Object:
        return _or_404(task_json(self._emulator, request.path_params["id"], origin=_origin(request)))

    def request(self, request: Request) -> Object:
        return _or_404(request_json(self._emulator, request.path_params["number"]))

    def faults(self, _request: Request) -> Object:
        return {"rules": [active.to_json() for active in self._emulator.faults.active], "kinds": kinds_json()}

    def file(self, request: Request) -> Response:
        """Return a file of a task. Needs no signed address; applies no faults and adds no entry to the ledger."""
        provider, task_id, name = request.path_params.values()
        with self._emulator.inspect() as state:
            render = state.renderer(_or_404(state.finished(provider, task_id)), name)
        reply = content_reply(render(), ServerRequest(method="GET", path=request.url.path, headers=request.headers))
        return Response(reply.body, reply.status, reply.headers)

    # -- what is set --------------------------------------------------------------------------------------------------

    def end_task(self, request: Request) -> Object:
        """Cancel a task that waits in the queue, or let a task fail that has not ended."""
        action = as_object(request.state.body).get("action")
        failure = FAILURES.get(f"task_{action}")
        if failure is None and action != "cancel":
            raise ConfigurationError('The body is {"action": "cancel"}, or "fails" or "moderated" in place of "cancel".')
        with self._emulator.inspect() as state:
            task = _or_404(state.tasks.get(request.path_params["id"]))
            if not (state.cancel(task) if failure is None else state.fail(task, failure)):
                raise HTTPException(409, f"The task is {task.state}: it is too late for that.")
        return {}

    def send(self, request: Request) -> Object:
        """Send a request as a program would, with a key that the provider accepts, and return its entry in the log."""
        order = as_object(request.state.body)
        names = (order.get("provider"), order.get("operation"))
        route = next((route for route in routes() if (route.provider, route.operation.id) == names), None)
        if route is None:
            raise ConfigurationError("The body needs a provider, and an operationId of its spec as operation.")
        operation, (header, scheme) = route.operation, route.contract.key_headers(route.operation.id)[0]
        began = milliseconds()
        reply = self._emulator.handle(
            ServerRequest(
                method=operation.method.upper(),
                path=route.path.replace(f"{{{operation.path_parameter}}}", str(order.get("id", ""))),
                headers={
                    "content-type": "application/json",
                    header.lower(): f"{scheme} {key_of(self._emulator, route.provider)}".strip(),
                },
                body=json.dumps(order.get("body", {})).encode(),
                origin=_origin(request),
            )
        )
        self._emulator.ledger.record_sent(reply, milliseconds() - began)
        return _or_404(request_json(self._emulator, reply.number or 0))

    def add_fault(self, request: Request) -> Response:
        return _json({"number": self._emulator.faults.add(FaultRule.from_json(request.state.body))}, status=201)

    def remove_faults(self, request: Request) -> Object:
        if "number" in request.path_params:
            self._emulator.faults.remove(request.path_params["number"])
        else:
            self._emulator.faults.clear()
        return {}

    def step_clock(self, request: Request) -> Object:
        body = as_object(request.state.body)
        if set(body) != {"step"}:
            raise ConfigurationError('The body is {"step": seconds}.')
        self._emulator.clock.step(body["step"])  # type: ignore[arg-type]  # which checks it
        return clock_json(self._emulator.clock)

    def reset(self, _request: Request) -> Object:
        self._emulator.reset()
        return {}


def _reference(request: Request) -> Response:
    contract_of(request.path_params["provider"])
    return FileResponse(PAGE / "reference.html", headers=_REFERENCE_HEADERS)


def _guide(request: Request) -> Response:
    content_type, text = _or_404(guide_page(request.path_params["name"]))
    return Response(text, media_type=content_type)


def _route(path: str, **answers: Answer) -> Route:
    """Return a route that answers each method by its function, and HEAD by that of GET; for POST `state.body` is the JSON."""

    async def answer(request: Request) -> Response:
        if request.method in ("POST", "DELETE"):
            _check_writer(request)
        if request.method == "POST":
            body = await read_body(request)
            if body is None:
                raise HTTPException(413, TOO_LARGE)
            request.state.body = json_or_text(body.decode("utf-8", "replace"))
        value = await run_in_threadpool(answers["GET" if request.method == "HEAD" else request.method], request)
        return value if isinstance(value, Response) else _json(value)

    return Route(path, answer, methods=list(answers))


async def _with_headers(request: Request, answer: RequestResponseEndpoint) -> Response:
    """Add the headers which every answer has."""
    response = await answer(request)
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response


# -- what was sent --------------------------------------------------------------------------------------------------------


def _check_writer(request: Request) -> None:
    """Raise HTTPException for a request that a page of another site can make a browser send."""
    headers = request.headers
    content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method == "POST" and content_type != "application/json":
        raise HTTPException(415, "Send the request with Content-Type: application/json.")
    origin = headers.get("origin")
    is_foreign = origin is not None and origin.partition("://")[2] != request.url.netloc
    if is_foreign or headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        raise HTTPException(403, "A page of another site may not change anything here.")


def _filter_of(request: Request) -> EntryFilter:
    """Return the filter that the query asks for. Raises ConfigurationError for an unknown parameter or an invalid number."""
    query = dict(request.query_params)
    if unknown := [name for name in query if name not in _PARAMETERS]:
        raise ConfigurationError(f"There is no parameter {unknown[0][:80]!r}; there are {', '.join(_PARAMETERS)}.")
    text = query.pop("limit", str(EntryFilter().limit))
    limit = whole_number(text)
    if limit is None or limit > MOST_TASKS:
        raise ConfigurationError(f"limit is a whole number from 0 to {MOST_TASKS:,}, not {text[:80]!r}.")
    return EntryFilter(limit=limit, **query)


def _origin(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


# -- what is answered -----------------------------------------------------------------------------------------------------


def _json(value: Json, status: int = 200) -> Response:
    """Return a response in ASCII: unlike that of JSONResponse, it can hold half of a surrogate pair, which a prompt may have."""
    return Response(json.dumps(value, separators=(",", ":")), status, media_type="application/json")


def _refusal(request: Request, error: Exception) -> Response:
    """Return the response to a request that raised an error, with the reason in one line."""
    if not isinstance(error, HTTPException):
        return _json({"error": str(error)}, status=400)
    is_default = error.detail == HTTPStatus(error.status_code).phrase
    text = f"There is no {request.method} {request.url.path[:200]}. {HOME}/ lists what there is." if is_default else error.detail
    refusal = _json({"error": text}, status=error.status_code)
    refusal.headers.update(error.headers or {})
    return refusal


def _or_404(value: T | None) -> T:
    """Return the value. Raises HTTPException 404 for None."""
    if value is None:
        raise HTTPException(404)
    return value

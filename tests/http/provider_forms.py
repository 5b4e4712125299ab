"""The routes, words and answer forms of each provider of these tests, and the faults that a test can plan."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache, reduce
from importlib.resources import files
from operator import getitem
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import urlsplit

from attrs import define, field, frozen

Json: TypeAlias = "None | bool | int | float | str | list[Json] | dict[str, Json]"
Object: TypeAlias = dict[str, Json]
Route = Literal["create", "status", "list", "cancel", "credits", "film", "other"]


@frozen(kw_only=True)
class Act:
    """A fault, or another departure from the ordinary answer, of one call."""

    accepts: bool = True
    """Whether a create makes its task before the fault."""
    status: int | None = None
    headers: Mapping[str, str | Callable[[], str]] = field(factory=dict[str, "str | Callable[[], str]"])
    body: bytes | Callable[[bytes], bytes] | None = None
    """The body, or a function that makes it from the ordinary one; None for the ordinary body."""
    held: bool = False
    """Whether the answer waits for release()."""
    delay: float = 0.0
    """Seconds between the effect of the call and its answer."""
    ends: Literal["whole", "closed", "reset", "hangs"] = "whole"
    sends: Callable[[bytes], bytes] | None = None
    """The part of the body that a broken answer still sends; None for not even a status line."""

    def body_for(self, ordinary: bytes) -> bytes:
        """Return the body that is sent in place of the ordinary one."""
        if self.body is None:
            return ordinary
        return self.body if isinstance(self.body, bytes) else self.body(ordinary)


@frozen(eq=False)
class Seen:
    """A request that was received."""

    route: Route
    method: str
    target: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    moment: float
    """Monotonic seconds."""
    peer: int
    """The port of the client, which distinguishes connections."""


@define(eq=False)
class Paid:
    """A task, which is paid as soon as it exists."""

    id: str
    body: Object
    key: str | None
    """The idempotency key that it was created with."""
    polls: int = 0
    """How many status answers, or lists asked for it by id, reported it."""
    made: float = field(factory=time.time)
    """When it was created, in seconds since the epoch by our clock."""


@frozen
class Answer:
    status: int
    body: bytes
    headers: Mapping[str, str] = field(factory=dict[str, str])


@frozen(kw_only=True)
class Form:
    """The routes, members and words of one provider."""

    prefix: str
    """The path of the base URL."""
    key: tuple[str, str]
    """The header of the API key, and the scheme before the key."""
    routes: Mapping[Route, str]
    """Regular expressions of method and path; the group is the id of the task."""
    is_vidus: bool
    """Whether answers have the form of Vidu's; otherwise that of skills.video's."""
    shown: frozenset[str]
    """Members of a status answer in Vidu's form, by the spec."""
    replays_keys: bool
    """Whether a create with a known idempotency key gets the first answer again."""
    id_member: str
    words: Mapping[str, str]


OPERATIONS: Final[Mapping[str, Route]] = {
    "listTasks": "list",
    "listRunningGenerations": "list",
    "cancelTask": "cancel",
    "getCredits": "credits",
}
VIDUS_WORDS: Final = {"queued": "queueing", "running": "processing", "done": "success", "failed": "failed", "canceled": "failed"}
OTHER_WORDS: Final = {
    "queued": "IN_QUEUE",
    "running": "IN_PROGRESS",
    "done": "COMPLETED",
    "failed": "FAILED",
    "canceled": "CANCELED",
}


def _links(spec: Any, operation: Any) -> set[str]:
    """Return the ids of the operations that the success answer links to."""

    def resolved(value: Any) -> Any:
        while "$ref" in value:
            value = reduce(getitem, value["$ref"].removeprefix("#/").split("/"), spec)
        return value

    links = resolved(operation["responses"].get("200", {})).get("links", {})
    return {str(resolved(link)["operationId"]) for link in links.values()}


@cache
def form_of(provider: str) -> Form:
    """Read the form of a provider from its spec. Each POST whose answer links to the usual poll is a create."""
    spec = json.loads(files("vidu_clients").joinpath(provider, "openapi.json").read_bytes())
    prefix = urlsplit(str(spec["servers"][0]["url"])).path
    scheme = next(iter(spec["components"]["securitySchemes"].values()))
    bearer = "Bearer" if scheme["type"] == "http" else scheme.get("x-key-prefix", "")
    routes: dict[Route, str] = {}
    creates: list[str] = []
    for path, item in spec["paths"].items():
        for method, operation in item.items():
            call = f"{method.upper()} {prefix}{re.sub(r'{[^}]+}', '([^/]+)', path)}"
            name = operation["operationId"]
            if name == spec["x-usual-poll"]:
                routes["status"] = call
            elif name in OPERATIONS:
                routes[OPERATIONS[name]] = call
            elif method == "post" and spec["x-usual-poll"] in _links(spec, operation):
                creates.append(call)
    is_vidus = spec["x-usual-poll"] == "getCreations"
    return Form(
        prefix=prefix,
        key=(scheme.get("name", "Authorization").lower(), f"{bearer} ".lstrip()),
        routes={**routes, "create": "|".join(creates).replace("([^/]+)", "[^/]+")},
        is_vidus=is_vidus,
        shown=frozenset(spec["components"]["schemas"]["GetCreationsReply"]["properties"] if is_vidus else ()),
        replays_keys='"Idempotency-Key"' in json.dumps(spec),
        id_member="task_id" if is_vidus else "id",
        words=VIDUS_WORDS if is_vidus else OTHER_WORDS,
    )


ID_PREFIXES: Final = {"comfy": "90258130461107407", "zenlayer": "34010792362409638", "skills_video": "gen_"}
VIDUS_PREFIX: Final = "94010792363009638"
"""Prefixes of task ids differ so that no test mistakes a task for that of another provider; Vidu's serves all others."""
FILM_ROUTE: Final = r"GET /films/.*"
FAILURES: Final = {True: "ImageDownloadFailure", False: "VIDEO_GENERATION_FAILED"}
"""Code of a failed task, by whether the form is Vidu's."""


def moment_in(query: Mapping[str, list[str]], name: str) -> float | None:
    """Return the time in a query parameter, in seconds since the epoch."""
    return datetime.fromisoformat(query[name][0]).timestamp() if name in query else None


MOST_ON_A_PAGE: Final = 100
"""Most tasks on one page of Vidu's list; ten is its default."""


def page_of(rows: list[Json], query: Mapping[str, list[str]]) -> Object:
    """Return the page of Vidu's list that a query asks for, with the token of the next."""
    size = min(int(query.get("pager.pagesz", ["10"])[0]), MOST_ON_A_PAGE)
    first = int(query.get("pager.page_token", ["0"])[0])
    following = str(first + size) if first + size < len(rows) else ""
    return {"tasks": rows[first : first + size], "next_page_token": following}


def json_answer(value: Json) -> Answer:
    return Answer(200, json.dumps(value).encode())


def head_of(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} Whatever", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1")

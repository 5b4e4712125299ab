"""How the providers of these tests speak: their routes, words and answers, and what a test can have go wrong."""

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
    """What becomes of one call that is not simply answered."""

    accepts: bool = True
    """Whether a create makes its task, before anything goes wrong."""
    status: int | None = None
    headers: Mapping[str, str | Callable[[], str]] = field(factory=dict[str, "str | Callable[[], str]"])
    body: bytes | Callable[[bytes], bytes] | None = None
    """In place of the ordinary body, or made out of it."""
    held: bool = False
    """Whether the answer waits for release()."""
    delay: float = 0.0
    """Seconds before the answer is sent; what the call does is done before."""
    ends: Literal["whole", "closed", "reset", "hangs"] = "whole"
    sends: Callable[[bytes], bytes] | None = None
    """What of the body is sent before a connection that does not end whole ends; None for not even a status line."""
    key: Literal["kept", "running", "used up"] = "kept"
    """What an idempotency key meets that comes again: the first answer, twice a 409 before it, or an end."""


@frozen(eq=False)
class Seen:
    """A request as it came in."""

    route: Route
    method: str
    target: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    moment: float
    """Monotonic seconds."""
    peer: int
    """The port of the client that it came from, which distinguishes connections."""


@define(eq=False)
class Paid:
    """A task, which is paid from its first moment."""

    name: str
    body: Object
    key: str | None
    """The idempotency key that it was created with."""
    looks: int = 0
    """How many status answers reported it."""
    lists: int = 0
    """How many lists might have held it."""
    made: float = field(factory=time.time)
    """Seconds since the epoch by our clock, when it was created."""
    is_answered: bool = False
    """Whether an answer that names it was sent whole."""


@define
class Kept:
    """What the store of idempotency keys holds of one create."""

    body: bytes
    answer: Answer | None
    busy: int


@frozen
class Answer:
    status: int
    body: bytes
    headers: Mapping[str, str] = field(factory=dict[str, str])
    task: Paid | None = None
    """The task that a create names."""


@frozen(kw_only=True)
class Part:
    """How one provider speaks."""

    prefix: str
    """What the base URL ends with."""
    key: tuple[str, str]
    """Header that holds the key, and what its value begins with."""
    routes: Mapping[Route, str]
    """Method and path, as a regular expression whose group is the id of the task."""
    is_vidus: bool
    """Whether it answers in the form of Vidu; else in that of skills.video."""
    shown: frozenset[str]
    """Members of a request that a status in Vidu's form may show, by the spec."""
    replays_keys: bool
    """Whether a create that comes again with its idempotency key is answered as before."""
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
    """Return the operations that the success answer of an operation leads to."""

    def resolved(value: Any) -> Any:
        while "$ref" in value:
            value = reduce(getitem, value["$ref"].removeprefix("#/").split("/"), spec)
        return value

    links = resolved(operation["responses"].get("200", {})).get("links", {})
    return {str(resolved(link)["operationId"]) for link in links.values()}


@cache
def part_of(provider: str) -> Part:
    """Return the paths and the key of a provider, as its spec has them; every POST of a video or picture creates."""
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
    return Part(
        prefix=prefix,
        key=(scheme.get("name", "Authorization").lower(), f"{bearer} ".lstrip()),
        routes={**routes, "create": "|".join(creates).replace("([^/]+)", "[^/]+")},
        is_vidus=is_vidus,
        shown=frozenset(spec["components"]["schemas"]["GetCreationsReply"]["properties"] if is_vidus else ()),
        replays_keys='"Idempotency-Key"' in json.dumps(spec),
        id_member="task_id" if is_vidus else "id",
        words=VIDUS_WORDS if is_vidus else OTHER_WORDS,
    )


NAMES_BEGIN: Final = {"comfy": "90258130461107407", "zenlayer": "34010792362409638", "skills_video": "gen_"}
"""First characters of task ids by provider, to distinguish them; Vidu's for all others."""
FILM_ROUTE: Final = r"GET /films/.*"
FAILURES: Final = {True: "ImageDownloadFailure", False: "VIDEO_GENERATION_FAILED"}
"""Code of a failed task, by whether the form is Vidu's."""


IN_FLIGHT: Final = {"x-comfy-error-type": "idempotency_in_flight"}


def moment_in(query: Mapping[str, list[str]], name: str) -> float | None:
    """Return the time that a member of a query names, in seconds since the epoch."""
    return datetime.fromisoformat(query[name][0]).timestamp() if name in query else None


MOST_ON_A_PAGE: Final = 100
"""Tasks on one page of Vidu's list; without a wish there are ten."""


def page_of(rows: list[Json], query: Mapping[str, list[str]]) -> Object:
    """Return one page of Vidu's list; what follows it is named by a token."""
    size = min(int(query.get("pager.pagesz", ["10"])[0]), MOST_ON_A_PAGE)
    first = int(query.get("pager.page_token", ["0"])[0])
    following = str(first + size) if first + size < len(rows) else ""
    return {"tasks": rows[first : first + size], "next_page_token": following}


def json_answer(value: Json) -> Answer:
    return Answer(200, json.dumps(value).encode())


def head_of(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} Whatever", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1")

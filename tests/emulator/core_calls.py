"""Calls to an emulator in this process, on a clock that only the test moves. Each JSON answer is compared with its spec."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias, cast

from attrs import frozen
from playing import body_for, request_for

from vidu_ext.emulator import Clock, Emulator, EmulatorSettings, ServerReply, ServerRequest
from vidu_ext.emulator.routes import base_path, routes
from vidu_ext.providers import PROVIDERS as PROVIDERS
from vidu_ext.providers import provider_named
from vidu_ext.providers.skills_video import SkillsVideo
from vidu_ext.spec.contract import contract_of
from vidu_ext.spec.drift import answer_drifts
from vidu_ext.values.json import as_list, as_object
from vidu_ext.values.tasks import Json, Object

Provider: TypeAlias = str

KEY = "key-of-the-test-0123456789"
ORIGIN = "http://127.0.0.1:8080"
STATUS: Final[Mapping[Provider, str]] = {
    name: base_path(name)
    + re.sub(r"{\w+}", "{}", contract_of(name).operation(str(contract_of(name).extension("x-usual-poll"))).path)
    for name in PROVIDERS
}
BODIES: Final[Mapping[Provider, Object]] = {name: body_for(name) for name in PROVIDERS}
CREATE: Final[Mapping[Provider, str]] = {
    name: base_path(name) + contract_of(name).operation(provider_named(name).encode(request_for(name)).operation).path
    for name in PROVIDERS
}
VIDU_BODY: Final = BODIES["vidu"]
IMAGE = "https://example.com/a.png"
BEARER_AT_VIDU: Final = ("/ent/api/v3/", "/ent/v1/images/")
"""Paths of Vidu that take the key as Bearer."""


def auth(provider: Provider, key: str = KEY, path: str = "") -> dict[str, str]:
    """Return the header with the key of a request to a provider."""
    if path.removeprefix(base_path(provider)).startswith(BEARER_AT_VIDU):
        return {"authorization": f"Bearer {key}"}
    header, word = contract_of(provider).key_header()
    return {header.lower(): f"{word} {key}".strip()}


@frozen
class Answer:
    """The answer to a call, with what tests read of it."""

    reply: ServerReply

    @property
    def status(self) -> int:
        return self.reply.status

    @property
    def value(self) -> Json:
        return cast("Json", json.loads(self.reply.body))

    @property
    def json(self) -> Object:
        return as_object(self.value)

    @property
    def reason(self) -> Json:
        return self.json.get("reason")


class Calls:
    """One emulator, and the calls of one client."""

    def __init__(self, *rules: str, seed: int = 0, **settings: object) -> None:
        self.key, self.origin = KEY, ORIGIN
        behaviour = EmulatorSettings(**settings)  # type: ignore[arg-type]  # checked by the callee
        self.emulator = Emulator(behaviour, clock=Clock(rate=0, start=1_800_000_000.0), rules=rules, seed=seed)

    @classmethod
    def to(cls, emulator: Emulator, key: str) -> Calls:
        """Return the calls of one key to an existing emulator."""
        calls = cls()
        calls.emulator, calls.key = emulator, key
        return calls

    def ask(
        self,
        provider: Provider,
        method: str,
        target: str,
        body: Json = None,
        *,
        headers: Mapping[str, str] | None = None,
        raw: bytes | None = None,
        key: str | None = None,
    ) -> Answer:
        """Send one request. Fails if a JSON answer does not fit the spec, or if the emulator has an internal error."""
        path, _, query = target.partition("?")
        sent = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        sent_headers = {
            **auth(provider, key or self.key, path),
            **({"content-type": "application/json"} if sent else {}),
            **(headers or {}),
        }
        reply = self.emulator.handle(
            ServerRequest(method=method, path=path, query=query, headers=sent_headers, body=sent, origin=self.origin)
        )
        assert not self.emulator.ledger.internal_errors, self.emulator.ledger.internal_errors
        if reply.headers.get("content-type") == "application/json" and reply.ending == "whole":
            seen, value = self.emulator.ledger.log[reply.number or 0], json.loads(reply.body)
            assert not seen.operation or answer_drifts(contract_of(seen.provider), seen.operation, reply.status, value) == ()
        return Answer(reply)

    def fetch(
        self, url: Json, *, method: str = "GET", headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> ServerReply:
        """Send a request without a key to a signed address."""
        assert isinstance(url, str) and url.startswith(ORIGIN), url
        path, _, query = url.removeprefix(ORIGIN).partition("?")
        reply = self.emulator.handle(
            ServerRequest(method=method, path=path, query=query, headers=headers or {}, body=body, origin=ORIGIN)
        )
        assert not self.emulator.ledger.internal_errors, self.emulator.ledger.internal_errors
        return reply

    def create(self, provider: Provider = "vidu", body: Object | None = None, *, key: str | None = None, **more: Json) -> str:
        """Create a task, and return its id."""
        answer = self.ask(provider, "POST", CREATE[provider], {**(body or BODIES[provider]), **more}, key=key)
        assert answer.status == 200, answer.reply
        return task_id(answer.json)

    def status(self, task: str, provider: Provider = "vidu", *, key: str | None = None) -> Object:
        answer = self.ask(provider, "GET", STATUS[provider].format(task), key=key)
        assert answer.status == 200, answer.reply
        return answer.json

    def word(self, task: str, provider: Provider = "vidu") -> Json:
        """Return the state of a task in its provider's word."""
        status = self.status(task, provider)
        return status.get("state", status.get("status"))

    def step(self, seconds: float) -> None:
        self.emulator.clock.step(seconds)

    def finished(self, provider: Provider = "vidu", body: Object | None = None, **more: Json) -> str:
        """Create a task, let it end, and return its id."""
        task = self.create(provider, {**(body or BODIES[provider]), **more})
        self.step(100.0)
        return task

    def creation(self, task: str, provider: Provider = "vidu") -> Object:
        """Return the first result of a task."""
        return as_object(as_list(self.status(task, provider)["creations"])[0])


def task_id(answer: Object) -> str:
    """Return the id in a create answer."""
    task = answer.get("task_id", answer.get("id"))
    assert isinstance(task, str)
    return task


def documented_requests() -> Iterator[tuple[Provider, str, str, str, str, Object]]:
    """Yield provider, operation, name, method, path and body of every request example in the four specs."""
    for route in routes():
        operation = route.operation
        if operation.body is None:
            continue
        place = ("paths", operation.path, operation.method, "requestBody", "content", "application/json", "examples")
        for name, example in route.contract.spec.at(place).items():
            path = (base_path(route.provider) + operation.path).replace("{model}", "q3-lite")
            body = as_object(as_object(example)["value"])
            yield route.provider, operation.id, name, operation.method.upper(), path, body


def _asked(calls: Calls, provider: Provider, operation: str, body: Object, id_: str = "") -> Object:
    """Return the answer of an operation, at Vidu if the provider has none of this name."""
    at = provider if operation in contract_of(provider).operations else "vidu"
    route = contract_of(at).operation(operation)
    return calls.ask(at, route.method.upper(), base_path(at) + route.path.replace("{id}", id_), body).json


def _creation(calls: Calls, provider: Provider) -> Object:
    at = "vidu" if isinstance(provider_named(provider), SkillsVideo) else provider
    return {"creation": calls.creation(calls.finished(at), at)["id"]}


def _subject(calls: Calls, provider: Provider) -> Object:
    return {"id": _asked(calls, provider, "createSubject", {"name": "robot", "videos": ["https://example.com/v.mp4"]})["id"]}


def _upload(calls: Calls, provider: Provider) -> Object:
    upload = _asked(calls, provider, "createUpload", {"scene": "vidu"})
    stored = calls.fetch(upload["put_url"], method="PUT", headers={"content-type": "image/png"}, body=b"picture")
    return {"id": upload["id"], "etag": stored.headers["etag"]}


def _finished_upload(calls: Calls, provider: Provider) -> Json:
    upload = _upload(calls, provider)
    return _asked(calls, provider, "finishUpload", {"etag": upload["etag"]}, str(upload["id"]))["uri"]


PREPARED: Final[Mapping[str, Callable[[Calls, Provider], Object]]] = {
    "updateSubject": _subject,
    "finishUpload": _upload,
    "cancelTask": lambda calls, provider: {"id": calls.create(provider)},
}
"""Makes what an operation changes; the ids in the documented examples name nothing here."""
MADE_BY: Final[Mapping[str, str]] = {
    **dict.fromkeys(("editMusicVideo", "composeMusicVideo", "getMusicVideo"), "createMusicVideo"),
    **dict.fromkeys(("editGeneralFilm", "composeGeneralFilm", "getGeneralFilm"), "createGeneralFilm"),
    **dict.fromkeys(("getDramaTask", "deleteDramaTask"), "createDramaTask"),
    "getAdFilm": "createAdFilm",
}
"""The operations of Vidu that make what others report or change."""


def with_known_names(calls: Calls, provider: Provider, operation: str, body: Object) -> Object:
    """Make the creations, subjects, films and uploads that a body names, and return it with their ids; `id` is for the path."""
    body = dict(body)
    for member in ("video_creation_id", "creation_id"):
        if member in body:
            body[member] = _creation(calls, provider)["creation"]
    subjects = [as_object(subject) for subject in as_list(body.get("subjects"))]
    if subjects:
        body["subjects"] = [
            subject | ({"server_id": _subject(calls, provider)["id"]} if "server_id" in subject else {}) for subject in subjects
        ]
    if isinstance(body.get("images"), list):
        uris = [_finished_upload(calls, provider) if str(uri).startswith("ssupload:") else uri for uri in as_list(body["images"])]
        body["images"] = uris
    if operation in MADE_BY:
        film = next(body for _, creator, _, _, _, body in documented_requests() if creator == MADE_BY[operation])
        body["id"] = task_id(_asked(calls, provider, MADE_BY[operation], film))
    elif operation in PREPARED:
        known = PREPARED[operation](calls, provider)
        body |= {name: value for name, value in known.items() if name in body or name == "id"}
    elif contract_of(provider).operation(operation).path_parameter in ("id", "task_id"):
        body["id"] = calls.create(provider)
    return body

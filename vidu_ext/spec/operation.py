"""The operations of a spec: paths, bodies, limits of size, and how a created task is polled."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final, NamedTuple

from vidu_ext.values.json import Place, as_object, as_texts, value_at
from vidu_ext.values.tasks import Object

from .document import Spec

METHODS: Final = ("get", "put", "post", "delete", "patch")
MEDIA_TYPE: Final = "application/json"

_BODY_ID: Final = re.compile(r"\$response\.body#/([^/]+)")
_PATH_PARAMETER: Final = re.compile(r"\{([^}]+)\}")


class Poll(NamedTuple):
    """How the answer of a create operation leads to the status call of its task."""

    operation: str
    """operationId of the status call."""
    parameter: str
    """Its path parameter, which takes the id."""
    member: str
    """Member of the create answer that holds the id."""


class Operation(NamedTuple):
    """One operation of a spec."""

    id: str
    method: str
    """In lower case."""
    path: str
    tag: str
    """Folder of the generated module."""
    body: Place | None
    """Place of the schema of the request body in the spec; None for a request without body."""
    properties: tuple[str, ...]
    """Members that the body may have."""
    required: tuple[str, ...]
    """Members that the body must have, whatever the model."""
    path_parameter: str | None
    max_body_bytes: int | None
    max_upload_bytes: int | None
    """Largest file that may be put at the URL in the answer; None if no limit is documented."""
    is_synchronous: bool
    """Whether the answer already is the result."""
    poll: Poll | None
    """None if the answer names no task."""
    answers_json: bool = True
    """False for a stream of events."""
    sends_notices: bool = False
    """Whether the provider calls a URL in the body when the state changes, and documents how it signs the call."""

    @property
    def place(self) -> Place:
        """Place of the operation in the spec."""
        return ("paths", self.path, self.method)


class Operations(Mapping[str, Operation]):
    """The operations of a spec by operationId, in the order of the document. Each is read when it is first asked for."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._routes = {
            str(as_object(value)["operationId"]): (path, method)
            for path, item in as_object(spec.root.get("paths")).items()
            for method, value in as_object(item).items()
            if method in METHODS
        }
        self._read: dict[str, Operation] = {}

    def __getitem__(self, operation_id: str) -> Operation:
        if operation_id not in self._read:
            self._read.setdefault(operation_id, _operation(self._spec, *self._routes[operation_id]))
        return self._read[operation_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._routes)

    def __len__(self) -> int:
        return len(self._routes)


def _operation(spec: Spec, path: str, method: str) -> Operation:
    place: Place = ("paths", path, method)
    value = as_object(value_at(spec.root, place))
    request: Place = (*place, "requestBody", "content", MEDIA_TYPE, "schema")
    body = spec.resolve(request) if value_at(spec.root, request) is not None else None
    schema = spec.at(body)
    parameter = _PATH_PARAMETER.search(path)
    is_synchronous = value.get("x-synchronous") is True
    return Operation(
        id=str(value["operationId"]),
        method=method,
        path=path,
        tag=next(iter(as_texts(value.get("tags"))), ""),
        body=body,
        properties=tuple(as_object(schema.get("properties"))),
        required=as_texts(schema.get("required")),
        path_parameter=parameter[1] if parameter else None,
        max_body_bytes=_bytes(value, "x-max-body-bytes"),
        max_upload_bytes=_bytes(value, "x-max-upload-bytes"),
        is_synchronous=is_synchronous,
        poll=None if is_synchronous or method == "get" else _poll(spec, place),
        sends_notices=any(_is_signed(spec, (*place, "callbacks", name)) for name in spec.at((*place, "callbacks"))),
        answers_json=any(
            MEDIA_TYPE in as_object(as_object(answer).get("content"))
            for status, answer in as_object(value.get("responses")).items()
            if status.startswith("2")
        ),
    )


def _is_signed(spec: Spec, callback: Place) -> bool:
    """Return whether each call of a callback names the security scheme that signs it."""
    calls = [as_object(item).get("post") for item in spec.at(callback).values()]
    return bool(calls) and all(as_object(call).get("security") for call in calls)


def _bytes(operation: Object, name: str) -> int | None:
    limit = operation.get(name)
    return limit if isinstance(limit, int) else None


def _poll(spec: Spec, place: Place) -> Poll | None:
    """Return the status operation to which a success answer links by an id in its body: of several, the usual one."""
    parameters = _status_parameters(spec)
    polls: dict[str, Poll] = {}
    for link in success_links(spec, place):
        target = str(link.get("operationId"))
        parameter = parameters.get(target, "")
        if member := _BODY_ID.fullmatch(str(as_object(link.get("parameters")).get(parameter))):
            polls.setdefault(target, Poll(target, parameter, member[1]))
    return polls.get(str(spec.root.get("x-usual-poll"))) or next(iter(polls.values()), None)


def success_links(spec: Spec, place: Place) -> Iterator[Object]:
    """Yield the links of the success answers of the operation at a place."""
    for status in spec.at((*place, "responses")):
        if status.startswith("2"):
            links: Place = (*spec.resolve((*place, "responses", status)), "links")
            yield from (spec.at((*links, name)) for name in spec.at(links))


@cache
def _status_parameters(spec: Spec) -> dict[str, str]:
    """Return the path parameter of each GET operation that has one."""
    return {
        str(as_object(as_object(item)["get"]).get("operationId")): parameter[1]
        for path, item in as_object(spec.root.get("paths")).items()
        if "get" in as_object(item) and (parameter := _PATH_PARAMETER.search(path))
    }

"""Call the generated clients: the request and the parsed answer of an operation.

The only module that knows how the generator names things.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from inspect import signature
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

from attrs import AttrsInstance, field, fields, frozen, has

from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.spelling import nearest
from vidu_ext.values.tasks import Json, Object

if TYPE_CHECKING:
    from vidu_ext.spec.contract import Operation

PACKAGE: Final = "vidu_clients"
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Model(Protocol):
    """A generated request model."""

    def to_dict(self) -> dict[str, Any]: ...


@frozen(eq=False)
class RawBody:
    """A body for a generated request function that is sent as it is, members that the spec does not know included."""

    value: Object = field(repr=False)

    def to_dict(self) -> Object:
        return self.value


@frozen(eq=False)
class _Answer:
    """What a generated parser reads of an HTTP response."""

    value: Json
    status_code: int = 200
    content: bytes = b"{}"
    """Not empty: a parser reads the value only of an answer that has a body."""
    headers: dict[str, str] = field(factory=dict[str, str])

    def json(self) -> Json:
        return self.value


@frozen(eq=False)
class GeneratedClient:
    """The generated client of one provider. Its modules are imported one by one, when first used."""

    provider: str

    def request(self, operation: Operation, *path: str, **named: object) -> dict[str, Any]:
        """Arguments of httpx's `request` for a call of the operation."""
        make: Any = self._module(operation)._get_kwargs
        return cast("dict[str, Any]", make(*path, **named))

    def parameters(self, operation: Operation, given: Object) -> dict[str, object]:
        """Parameters of an operation by what the generated function calls them. Raises ConfigurationError for an unknown one."""
        of_function = signature(self._module(operation)._get_kwargs).parameters.values()
        known = {_plain(one.name): one.name for one in of_function if one.kind is one.KEYWORD_ONLY}
        for name in given:
            if _plain(name) not in known:
                takes = f"takes {', '.join(known.values())}" if known else "takes no parameters"
                raise ConfigurationError(f"{operation.id} {takes}, not {name!r}.{nearest(name, list(known.values()))}")
        return {known[_plain(name)]: value for name, value in given.items()}

    def answer(self, operation: Operation, value: Json, status: int = 200) -> object:
        """An answer as the generated model. Raises ValueError where it cannot be read."""
        parse: Any = self._module(operation)._parse_response
        unreadable: type[Exception] = import_module(f"{PACKAGE}.{self.provider}.errors").ResponseDecodeError
        try:
            return parse(client=None, response=_Answer(value, status))
        except unreadable as error:
            cause = error.__cause__
            raise ValueError(f"{type(cause).__name__}: {cause}") from error

    def body(self, schema: str, value: Object) -> object:
        """A body as the generated model of its schema. Raises ValueError where there is none, or it cannot be read."""
        try:
            return getattr(import_module(f"{PACKAGE}.{self.provider}.models"), schema).from_dict(value)
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"{type(error).__name__}: {error}") from error

    def model_name(self, model: object) -> str | None:
        """Name of the schema that a value is the generated model of; None for a value that is none of this provider's."""
        home = f"{PACKAGE}.{self.provider}.models."
        return next((kind.__name__ for kind in type(model).__mro__ if kind.__module__.startswith(home)), None)

    def _module(self, operation: Operation) -> ModuleType:
        return _module_of(self.provider, operation.tag, operation.id)


def _plain(name: str) -> str:
    """A name without what its generated form has not, or has otherwise."""
    return "".join(mark for mark in name.lower() if mark.isalnum())


def as_json(value: object) -> Json:
    """What a generated model, or a list of them, says, as JSON again."""
    if isinstance(value, list):
        return [as_json(entry) for entry in cast("list[object]", value)]
    return cast("Json", cast("Model", value).to_dict() if hasattr(value, "to_dict") else value)


def undeclared(value: object) -> Iterator[tuple[str, frozenset[str]]]:
    """The name of each generated model in a value, with the members that it holds without a declaration of its own."""
    if isinstance(value, list):
        for entry in cast("list[object]", value):
            yield from undeclared(entry)
    elif has(type(value)):
        yield type(value).__name__, frozenset(cast("dict[str, object]", getattr(value, "additional_properties", {})))
        for member in fields(cast("type[AttrsInstance]", type(value))):
            yield from undeclared(getattr(value, member.name))


def spec_version(provider: str) -> str:
    """The version of the spec that a client was generated from."""
    return str(import_module(f"{PACKAGE}.{provider}").SPEC_VERSION)


@cache
def _module_of(provider: str, tag: str, operation: str) -> ModuleType:
    name = _HUMP.sub("_", operation).lower()
    return import_module(f"{PACKAGE}.{provider}.api.{tag}.{name}")

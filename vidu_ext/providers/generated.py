"""Build requests and read answers with the generated clients.

The only module of this package that knows how the generator names things; `snake_case` in openapi/rule_book.py is the same rule
for the specs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from inspect import signature
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

from attrs import AttrsInstance, fields, has

from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.spelling import nearest
from vidu_ext.values.tasks import Json, Object

if TYPE_CHECKING:
    from vidu_ext.spec.operation import Operation

PACKAGE: Final = "vidu_clients"
_WORD_BOUNDARY: Final = r"(?<=[a-z0-9])(?=[A-Z])"


class Model(Protocol):
    """A generated request model."""

    def to_dict(self) -> dict[str, Any]: ...


class RawBody:
    """A body for a generated request function that is sent unchanged, including members that the spec does not declare."""

    def __init__(self, value: Object) -> None:
        self.value: Final = value

    def to_dict(self) -> Object:
        return self.value


class _Answer:
    """The parts of an HTTP response that a generated parser reads."""

    content: Final = b"{}"
    """Not empty: a parser reads the value only if the answer has a body."""

    def __init__(self, value: Json, status: int) -> None:
        self.value: Final = value
        self.status_code: Final = status
        self.headers: Final[dict[str, str]] = {}

    def json(self) -> Json:
        return self.value


class GeneratedClient:
    """The generated client of one provider. Each of its modules is imported when first used."""

    def __init__(self, provider: str) -> None:
        self.provider: Final = provider

    def request(self, operation: Operation, *path: str, **parameters: object) -> dict[str, Any]:
        """Return the arguments of httpx's `request` for a call of the operation."""
        get_kwargs: Any = self._module(operation)._get_kwargs
        return cast("dict[str, Any]", get_kwargs(*path, **parameters))

    def parameters(self, operation: Operation, given: Object) -> dict[str, object]:
        """Return the given parameters under the names of the generated function. Raises ConfigurationError for an unknown one."""
        parameters = signature(self._module(operation)._get_kwargs).parameters.values()
        known = {_plain(parameter.name): parameter.name for parameter in parameters if parameter.kind is parameter.KEYWORD_ONLY}
        for name in given:
            if _plain(name) not in known:
                names = list(known.values())
                takes = ", ".join(names) or "none"
                raise ConfigurationError(f"{operation.id} has no parameter {name!r}; it takes {takes}.{nearest(name, names)}")
        return {known[_plain(name)]: value for name, value in given.items()}

    def answer(self, operation: Operation, value: Json, status: int = 200) -> object:
        """Build the generated model of an answer. Raises ValueError if it cannot be read."""
        parse: Any = self._module(operation)._parse_response
        unreadable: type[Exception] = import_module(f"{PACKAGE}.{self.provider}.errors").ResponseDecodeError
        try:
            return parse(client=None, response=_Answer(value, status))
        except unreadable as error:
            cause = error.__cause__
            raise ValueError(f"{type(cause).__name__}: {cause}") from error

    def body(self, schema: str, value: Object) -> object:
        """Build the generated model of a body. Raises ValueError if there is no such schema, or the value does not fit it."""
        try:
            return getattr(import_module(f"{PACKAGE}.{self.provider}.models"), schema).from_dict(value)
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"{type(error).__name__}: {error}") from error

    def model_name(self, model: object) -> str | None:
        """Return the schema of a generated model; None if the value is not a model of this provider."""
        home = f"{PACKAGE}.{self.provider}.models."
        return next((kind.__name__ for kind in type(model).__mro__ if kind.__module__.startswith(home)), None)

    def _module(self, operation: Operation) -> ModuleType:
        return _module_of(self.provider, operation.tag, operation.id)


def _plain(name: str) -> str:
    """Return a name in lower case, without the characters that its generated form may change."""
    return "".join(character for character in name.lower() if character.isalnum())


def as_json(value: object) -> Json:
    """Return the JSON of a generated model or a list of them; any other value is returned unchanged."""
    if isinstance(value, list):
        return [as_json(entry) for entry in cast("list[object]", value)]
    if hasattr(value, "to_dict"):
        return cast("Model", value).to_dict()
    return cast("Json", value)


def undeclared(value: object) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the name of each generated model in a value, with its members that the model does not declare."""
    if isinstance(value, list):
        for entry in cast("list[object]", value):
            yield from undeclared(entry)
    elif has(type(value)):
        yield type(value).__name__, frozenset(cast("dict[str, object]", getattr(value, "additional_properties", {})))
        for member in fields(cast("type[AttrsInstance]", type(value))):
            yield from undeclared(getattr(value, member.name))


def spec_version(provider: str) -> str:
    """Return the version of the spec from which a client was generated."""
    return str(import_module(f"{PACKAGE}.{provider}").SPEC_VERSION)


@cache
def _module_of(provider: str, tag: str, operation: str) -> ModuleType:
    name = re.sub(_WORD_BOUNDARY, "_", operation).lower()
    return import_module(f"{PACKAGE}.{provider}.api.{tag}.{name}")

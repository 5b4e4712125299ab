"""Read a packaged spec at run time: its operations, its limits, and what it refuses in a request.

The spec is the only table of limits. What only checks and limits need, such as the validator, is imported when first asked for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, cast

from attrs import evolve

from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.json import Place, as_list, as_object, as_texts, leaves, member_of, pointer_of, value_at, with_value_at
from vidu_ext.values.shown import SHOWN_CHARACTERS, shown_value
from vidu_ext.values.spelling import joined, nearest, nearest_word
from vidu_ext.values.tasks import Json, Object
from vidu_ext.values.urls import is_path, leads_nowhere

from .document import Spec
from .operation import Operation, Operations

if TYPE_CHECKING:
    from vidu_ext.values.fault import Fault

    from .formats import Medium
    from .media import MediaRule
    from .model_rules import Limit


_NEW_WORD: Final = r"(?a)(?!.*://)[\w.:/-]{1,100}"
"""The form of a word that a provider may have added, such as a model. A word of another form is a mistake."""
_PRODUCTS: Final[Mapping[str, str]] = {
    "textToVideo": "videos from a prompt (TextToVideo)",
    "imageToVideo": "videos from pictures (ImageToVideo, --image)",
    "startEndToVideo": "videos from a first and a last picture (StartEndToVideo, --start and --end)",
    "referenceToVideo": "videos from references (ReferenceToVideo, --reference)",
    "referenceToImage": "pictures (ReferenceToImage, --picture)",
    "extendVideo": "videos longer (ExtendVideo, --extend)",
    "multiframe": "videos from several pictures (Multiframe)",
    "textToAudio": "sound (textToAudio)",
    "chatToImage": "pictures (chatToImage)",
    "referenceToImageNano": "pictures (referenceToImageNano)",
    "createDramaTask": "drama (createDramaTask)",
    "upscaleLegacy": "videos sharper (upscaleLegacy)",
}
"""What each route with a list of models makes, with the request and the option of the command for it."""


class Contract:
    """The spec of one provider: `contract_of` returns that of the packaged document."""

    def __init__(self, provider: str, document: Object) -> None:
        self.provider: Final = provider
        self.spec: Final = Spec(document)
        self.operations: Final = Operations(self.spec)

    def operation(self, operation_id: str) -> Operation:
        """Return the operation with this id. Raises ConfigurationError if the spec has none."""
        operation = self.operations.get(operation_id)
        if operation is None:
            raise ConfigurationError(
                f"{self.provider} has no operation {operation_id!r}.{nearest(operation_id, list(self.operations))}"
                f" It has {', '.join(sorted(self.operations))}."
            )
        return operation

    def faults(
        self,
        operation_id: str,
        body: Json,
        uploads: Mapping[str, Medium] = MappingProxyType({}),
        *,
        unlisted: bool = False,
    ) -> tuple[Fault, ...]:
        """Return everything in a request body that the spec refuses, each thing once; empty if the body is valid.

        `uploads` are the media whose URLs are not known yet, each by the text in its place. With `unlisted`, one model, template
        or voice may be a word that the spec does not list; what the spec refuses for every listed word is refused for it too.
        """
        from vidu_ext.values.fault import encoding_faults

        from .media import media_faults
        from .validation import size_faults

        operation = self.operation(operation_id)
        if operation.body is None:
            return ()
        body = self.in_plain_case(operation_id, body)
        if unencodable := encoding_faults(body):
            return unencodable
        faults = self.value_faults(operation.body, body)
        opened = [fault for fault in faults if fault.unlisted_word is not None]
        if unlisted and len(opened) == 1 and re.fullmatch(_NEW_WORD, opened[0].unlisted_word or ""):
            others = (fault for fault in faults if fault is not opened[0])
            faults = (*others, *self._refused_for_all(operation.body, body, opened[0]))
        return (
            *faults,
            *self._meaningless_texts(operation_id, body),
            *media_faults(body, partial(self.media_rule, operation_id), uploads),
            *size_faults(operation, body),
        )

    def _meaningless_texts(self, operation_id: str, body: Json) -> Iterator[Fault]:
        """Yield a fault for each text that fits its pattern and length but means nothing: blank ones, and unusable URLs."""
        from vidu_ext.values.fault import Fault, is_blank

        for place, text in leaves(body):
            if not isinstance(text, str) or not text or not (is_blank(text) or leads_nowhere(text)):
                continue
            schema = self._schema_of(operation_id, member_of(place))
            pattern = str(schema.get("pattern", ""))
            if is_blank(text) and schema.get("minLength"):
                yield Fault(pointer_of(place), "is blank: it has no visible character")
            elif "https?:" in pattern and re.match(pattern, text):
                problem = "cannot be fetched: its host or port is not valid, or it has a control character"
                yield Fault(pointer_of(place), f"{shown_value(text)} {problem}")

    def value_faults(self, schema: Place, value: Json) -> tuple[Fault, ...]:
        """Return everything in a value that the schema at a place of the document refuses."""
        from .validation import schema_faults

        return tuple(map(self._completed, schema_faults(self.spec, schema, value)))

    def models(self, operation_id: str) -> tuple[str, ...]:
        """Return the models of a route; empty if its requests name none."""
        return as_texts(self._property(operation_id, "model").get("enum"))

    def check_model(self, operation_id: str, model: str) -> None:
        """Raise ConfigurationError for a model that the route does not have."""
        models = self.models(operation_id)
        if model not in models:
            takes = ", ".join(models) or "none"
            raise ConfigurationError(f"{operation_id} of {self.provider} takes no model {model!r}; it takes {takes}.")

    def limits(self, operation_id: str, model: str | None) -> Mapping[str, Limit]:
        """Return what a model accepts in each member of a body, by name; with None, the limits for all models.

        Rules that depend on another member, such as a longer duration at one resolution only, are not included; `faults`
        checks them.
        """
        from .model_rules import limits_of

        operation = self.operation(operation_id)
        members: Object = {name: self._property(operation_id, name) for name in operation.properties}
        return limits_of(members, self.spec.at(operation.body).get("allOf", []), model)

    def media_rule(self, operation_id: str, member: str) -> MediaRule | None:
        """Return the rule for media in a member, `images` or `subjects/images`; None if it holds no media."""
        from .media import MediaRule

        return MediaRule.of(self._schema_of(operation_id, member))

    def takes_text(self, operation_id: str, body: Json, text: str, placeholder: str) -> bool:
        """Return whether the spec accepts a text as a medium at every place of the body that holds the placeholder."""
        rules = [self.media_rule(operation_id, member_of(place)) for place, value in leaves(body) if value == placeholder]
        return all(rule is not None and re.match(rule.pattern, text) for rule in rules)

    def is_text(self, operation_id: str, member: str) -> bool:
        """Return whether a member of a body is of type text."""
        return self._property(operation_id, member).get("type") == "string"

    def with_paths(self, operation_id: str, body: Object, change: Callable[[str], object]) -> dict[str, object]:
        """Return the body with `change` applied to each path of a file in a member for media."""
        for place, text in leaves(body):
            if isinstance(text, str) and is_path(text) and self.media_rule(operation_id, member_of(place)) is not None:
                body = cast("Object", with_value_at(body, place, cast("Json", change(text))))
        return cast("dict[str, object]", body)

    def in_plain_case(self, operation_id: str, body: Json) -> Json:
        """Return the body with the scheme and content type of its URLs in lower case, the form that every server accepts."""
        from .media import in_plain_case

        for place, text in leaves(body):
            plain = in_plain_case(text) if isinstance(text, str) else text
            if plain != text and "https?:" in str(self._schema_of(operation_id, member_of(place)).get("pattern")):
                body = with_value_at(body, place, plain)
        return body

    def _schema_of(self, operation_id: str, member: str) -> Object:
        """Return the schema of a member, `images` or `subjects/images`, or of its entries if it is a list."""
        place = self.operation(operation_id).body
        for name in member.split("/"):
            place = self.spec.property(place, name)
        schema = self.spec.at(place)
        return self.spec.at((*place, "items")) if place is not None and "items" in schema else schema

    def aliases(self, component: str) -> Mapping[str, str]:
        """Return the undocumented words that a provider sends, each with the word of an enum component that it means."""
        aliases = as_object(self.spec.at(("components", "schemas", component)).get("x-aliases"))
        return MappingProxyType({word: str(meaning) for word, meaning in aliases.items()})

    def maximum(self, operation_id: str, parameter: str) -> int:
        """Return the maximum of a parameter. Raises ConfigurationError if the spec documents none."""
        return _maximum(self, operation_id, parameter)

    def extension(self, name: str) -> Json:
        """Return the value of an `x-` member of the document; None if it has none."""
        return self.spec.root.get(name)

    @property
    def date(self) -> str:
        """The date of the spec, or of its last change."""
        return str(as_object(self.spec.root.get("info")).get("version"))

    def key_header(self) -> tuple[str, str]:
        """Return the header that carries the key, and the word before the key in it (empty for the bare key)."""
        schemes = as_object(value_at(self.spec.root, ("components", "securitySchemes")))
        return _header_of(as_object(next(iter(schemes.values()))))

    def key_headers(self, operation_id: str) -> tuple[tuple[str, str], ...]:
        """Return the headers that may carry the key of one operation, each as `key_header` does, best first."""
        return _key_headers(self, operation_id)

    def server(self) -> str:
        """Return the URL of the first server."""
        return self.servers()[0]

    def servers(self) -> tuple[str, ...]:
        """Return the URLs of all servers."""
        return tuple(str(as_object(server)["url"]) for server in as_list(self.spec.root.get("servers")))

    def _property(self, operation_id: str, name: str) -> Object:
        """Return the schema of a member of a body; empty if it has none."""
        return self.spec.at(self.spec.property(self.operation(operation_id).body, name))

    def _refused_for_all(self, schema: Place, body: Json, opened: Fault) -> Iterator[Fault]:
        """Yield what the spec refuses only after a listed word replaces the unlisted one, and whichever that word is."""
        member = opened.pointer.rpartition("/")[2]
        bodies = ({**as_object(body), member: word} for word in opened.allowed or ())
        refusals = [{fault.pointer: fault for fault in self.value_faults(schema, replaced)} for replaced in bodies]
        if not refusals:
            return
        reported = {fault.pointer for fault in self.value_faults(schema, body)}
        for pointer, fault in refusals[0].items():
            if pointer not in reported and all(pointer in refused for refused in refusals):
                yield evolve(fault, message=f"no {member} in the spec accepts it: {fault.message}")

    def _completed(self, fault: Fault) -> Fault:
        """Return the fault of an unlisted word with the providers that list it, or else with the nearest listed word.

        A word with other digits is no misspelling: viduq5 is a newer model than viduq3, and another price.
        """
        if fault.unlisted_word is None:
            return fault
        member = fault.pointer.rpartition("/")[2]
        purpose = purpose_of(fault.unlisted_word) if member == "model" else ""
        word = fault.unlisted_word[:SHOWN_CHARACTERS]
        alike = [known for known in as_texts([*(fault.allowed or ())]) if _digits(known) == _digits(word)]
        near = None if purpose else nearest_word(word, alike)
        noun = f"a {member.removesuffix('_id')} of this route in the spec of {self.date}"
        text = f"{shown_value(fault.unlisted_word)} is not {noun}{f' (did you mean {near}?)' if near else ''}; {fault.message}"
        return evolve(fault, message=f"{purpose}; {text}" if purpose else text)


def _digits(word: str) -> str:
    return "".join(filter(str.isdigit, word))


def purpose_of(model: str) -> str:
    """Return a sentence that says what a model makes and at which providers, by their specs; empty if none lists it."""
    makers: dict[str, list[str]] = {}
    for provider in packaged_providers():
        contract = contract_of(provider)
        for operation_id, product in _PRODUCTS.items():
            if operation_id in contract.operations and model in contract.models(operation_id):
                makers.setdefault(product, []).append(provider)
    products: dict[tuple[str, ...], list[str]] = {}
    for product, providers in makers.items():
        products.setdefault(tuple(providers), []).append(product)
    phrases = [f"{' or '.join(made)}, at {joined(providers)}" for providers, made in products.items()]
    return f"{model} makes {'; '.join(phrases)}" if phrases else ""


@cache
def packaged_providers() -> tuple[str, ...]:
    """Return the providers that have a packaged spec."""
    return tuple(sorted(path.parent.name for path in _clients().glob("*/openapi.json")))


def _clients() -> Path:
    """Return the folder of the generated clients. importlib.resources would load zipfile to find it."""
    return Path(import_module("vidu_clients").__path__[0])


@cache
def contract_of(provider: str) -> Contract:
    """Return the contract of a provider, read once from the spec packaged with its generated client.

    Raises ConfigurationError if there is none.
    """
    source = _clients() / provider / "openapi.json"
    if not provider.isidentifier() or not source.is_file():
        raise ConfigurationError(f"there is no packaged spec of a provider {provider!r}.")
    return Contract(provider, cast("Object", json.loads(source.read_bytes())))


@cache
def _key_headers(contract: Contract, operation_id: str) -> tuple[tuple[str, str], ...]:
    alternatives = as_list(value_at(contract.spec.root, (*contract.operation(operation_id).place, "security")))
    names = [name for alternative in alternatives for name in as_object(alternative)]
    return tuple(_header_of(contract.spec.at(("components", "securitySchemes", name))) for name in names)


def _header_of(scheme: Object) -> tuple[str, str]:
    if scheme.get("type") == "apiKey":
        return str(scheme["name"]), str(scheme.get("x-key-prefix", ""))
    word = str(scheme["scheme"])
    return "Authorization", "Bearer" if word == "bearer" else word


@cache
def _maximum(contract: Contract, operation_id: str, name: str) -> int:
    place: Place = (*contract.operation(operation_id).place, "parameters")
    for index in range(len(as_list(value_at(contract.spec.root, place)))):
        parameter = contract.spec.at((*place, index))
        maximum = as_object(parameter.get("schema")).get("maximum")
        if parameter.get("name") == name and isinstance(maximum, int):
            return maximum
    raise ConfigurationError(f"the spec of {contract.provider} has no maximum of {name} of {operation_id}.")

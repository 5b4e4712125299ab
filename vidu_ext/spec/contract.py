"""Read a packaged spec at run time: its operations, its limits, and whether a body or an answer is valid.

The spec is the only table of limits. What only the check of a body needs, such as the validator, is imported at the first check.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import quote

from attrs import evolve, field, frozen

from vidu_ext.values.errors import ConfigurationError
from vidu_ext.values.fault import SHOWN_CHARACTERS, encoding_faults, is_blank, shown
from vidu_ext.values.fault import Fault as Fault
from vidu_ext.values.forks import ONLY, PerAccount
from vidu_ext.values.json import Place, as_list, as_object, as_texts, leaves, member_of, pointer_of, value_at, with_value_at
from vidu_ext.values.spelling import joined, nearest, nearest_word
from vidu_ext.values.tasks import Json, Object
from vidu_ext.values.urls import UPLOAD_SCHEME, is_path, leads_nowhere

from .document import Spec, rules_of

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator, Registry

    from .media import MediaKind, MediaRule, Medium


SPEC_ADDRESS: Final = "spec:/document"
"""The URI of the document for the validator; nothing is fetched."""

METHODS: Final = ("get", "put", "post", "delete", "patch")
MEDIA_TYPE: Final = "application/json"

LONGEST_CHARACTER: Final = 6
"""Most bytes of an escaped character in a request."""

ROOM_FOR_NAMES: Final = 1_000_000
"""Allowance in bytes for member names and numbers. Only a request that may be too long is encoded to measure it."""


_BODY_ID: Final = re.compile(r"\$response\.body#/([^/]+)")
_PATH_PARAMETER: Final = re.compile(r"\{([^}]+)\}")
_UNLISTED: Final = r"(?a)(?!.*://)[\w.:/-]{1,100}"
"""The form of a model name. Anything else is a mistake and not a new model."""
_WAYS: Final[Mapping[str, str]] = {
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
_ESCAPED: Final = '"\\\n\r\t'
"""Characters that an inline picture may have and that JSON escapes with two."""
_RANGES: Final = (("minimum", "maximum"), ("minItems", "maxItems"), ("minLength", "maxLength"))
_DATA_URIS: Final[Mapping[MediaKind, str]] = {
    "image": "data:image/png;base64,AAAA",
    "video": "data:video/mp4;base64,AAAA",
    "audio": "data:audio/mp3;base64,AAAA",
}
"""A data URI of each kind that every pattern for data URIs allows."""


@frozen
class Poll:
    """How the answer of a create operation leads to the status call of its task."""

    operation: str
    """operationId of the status call."""
    parameter: str
    """Its path parameter, which takes the id."""
    member: str
    """Member of the create answer that holds the id."""


@frozen(eq=False, repr=False)
class Operation:
    """One operation of a spec."""

    id: str
    method: str
    """In lower case."""
    path: str
    tag: str
    """Folder of the generated module."""
    body: Place | None = field(repr=False)
    """Place of the schema of the request body in the spec; None for a request without body."""
    properties: tuple[str, ...] = field(repr=False)
    """Members that the body may have."""
    required: tuple[str, ...] = field(repr=False)
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


@frozen
class Limit:
    """What a model accepts in one member of a body."""

    minimum: float | None = None
    """Least value; least number of entries or characters of a list or text."""
    maximum: float | None = None
    choices: tuple[Json, ...] | None = None
    """All allowed values; None if there is no closed list."""
    default: Json = None
    """The provider's default; None if it is not documented."""
    is_taken: bool = True
    """False if the model does not accept the member."""


@frozen(eq=False, repr=False)
class Contract:
    """The spec of one provider. Get it with `contract_of`."""

    provider: str
    spec: Spec = field(repr=False)
    operations: Mapping[str, Operation] = field(repr=False)
    """By operationId, in the order of the document."""

    def operation(self, operation_id: str) -> Operation:
        """Return the operation with this id. Raises ConfigurationError if the spec has none."""
        found = self.operations.get(operation_id)
        if found is None:
            raise ConfigurationError(
                f"{self.provider} has no operation {operation_id!r}.{nearest(operation_id, list(self.operations))}"
                f" Nothing was sent. It has {', '.join(sorted(self.operations))}."
            )
        return found

    def faults(
        self,
        operation_id: str,
        body: Json,
        uploads: Mapping[str, Medium] = MappingProxyType({}),
        *,
        unlisted: bool = False,
    ) -> tuple[Fault, ...]:
        """Return everything in a request body that the spec refuses, each thing once; empty if the body is valid.

        `uploads` are the media whose URLs are not known yet, by the texts in their places. With `unlisted` one model, template
        or voice may be a word that the spec does not list; values that no listed one accepts are refused nevertheless.
        """
        from .media import media_faults

        operation = self.operation(operation_id)
        if operation.body is None:
            return ()
        body = self.in_plain_case(operation_id, body)
        found = self._faults(operation.body, body)
        words = [fault for fault in found if fault.unlisted_word is not None]
        if unlisted and len(words) == 1 and re.fullmatch(_UNLISTED, words[0].unlisted_word or ""):
            found = (*(fault for fault in found if fault is not words[0]), *self._refused_by_all(operation.body, body, words[0]))
        return encoding_faults(body) or (
            *found,
            *self._meaningless_texts(operation_id, body),
            *media_faults(body, partial(self.media_rule, operation_id), uploads),
            *_size_faults(operation, body),
        )

    def _meaningless_texts(self, operation_id: str, body: Json) -> Iterator[Fault]:
        """Yield a fault for each text that fits its pattern and length but means nothing: blank ones, and unusable URLs."""
        for place, text in leaves(body):
            if not isinstance(text, str) or not text or not (is_blank(text) or leads_nowhere(text)):
                continue
            schema = self._schema_of(operation_id, member_of(place))
            pattern = str(schema.get("pattern", ""))
            if is_blank(text) and schema.get("minLength"):
                yield Fault(pointer_of(place), "is blank: it has no visible character")
            elif "https?:" in pattern and re.match(pattern, text):
                problem = "cannot be fetched: its host or port is not valid, or it has a control character"
                yield Fault(pointer_of(place), f"{shown(text)} {problem}")

    def value_faults(self, schema: Place, value: Json) -> tuple[Fault, ...]:
        """Return everything in a value that the schema at a place of the document refuses."""
        return self._faults(schema, value)

    def is_valid(self, schema: Place, value: Json) -> bool:
        """Return whether a value is valid against the schema at a place of the document."""
        return not self._faults(schema, value)

    def models(self, operation_id: str) -> tuple[str, ...]:
        """Return the models of a route; empty if its requests name none."""
        return as_texts(self._property(operation_id, "model").get("enum"))

    def limits(self, operation_id: str, model: str | None) -> Mapping[str, Limit]:
        """Return what a model accepts in each member of a body, by name; with None, the limits for all models.

        Rules that depend on another member, such as a longer duration at one resolution only, are not included; `faults`
        checks them.
        """
        operation = self.operation(operation_id)
        limits = {name: _limit(self._property(operation_id, name), Limit()) for name in operation.properties}
        for rule in self._rules(operation, model):
            for name, schema in as_object(rule.get("properties")).items():
                limits[name] = _limit(as_object(schema), limits.get(name, Limit()))
            for name in as_texts(as_object(rule.get("not")).get("required")):
                limits[name] = evolve(limits.get(name, Limit()), is_taken=False)
        return MappingProxyType(limits)

    def media_rule(self, operation_id: str, member: str) -> MediaRule | None:
        """Return the rule for media in a member, `images` or `subjects/images`; None if it holds no media."""
        schema = self._schema_of(operation_id, member)
        return _media_rule(schema) if "x-media" in schema else None

    def takes_text(self, operation_id: str, body: Json, text: str, place_of: str) -> bool:
        """Return whether the spec accepts a text as a medium at every place of the body that holds `place_of`."""
        rules = [self.media_rule(operation_id, member_of(place)) for place, value in leaves(body) if value == place_of]
        return all(rule is not None and re.match(rule.pattern, text) for rule in rules)

    def is_text(self, operation_id: str, member: str) -> bool:
        """Return whether a member of a body is of type text."""
        body = self.operation(operation_id).body
        place = self.spec.property(body, member) if body is not None else None
        return place is not None and self.spec.at(place).get("type") == "string"

    def with_paths(self, operation_id: str, body: Object, change: Callable[[str], object]) -> dict[str, object]:
        """Return the body with `change` applied to each text in a member for media that is the path of a file."""
        for place, text in leaves(body):
            if isinstance(text, str) and is_path(text) and self.media_rule(operation_id, member_of(place)) is not None:
                body = cast("Object", with_value_at(body, place, cast("Json", change(text))))
        return cast("dict[str, object]", body)

    def in_plain_case(self, operation_id: str, body: Json) -> Json:
        """Return the body with scheme and content type of its URLs in lower case, which every server accepts."""
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
            place = self.spec.property(place, name) if place is not None else None
        schema = self.spec.at(place) if place is not None else {}
        return self.spec.at((*place, "items")) if place is not None and "items" in schema else schema

    def states(self, component: str) -> tuple[str, ...]:
        """Return the words of an enum component, `TaskState`; empty if the spec has no such component."""
        return as_texts(self.spec.at(("components", "schemas", component)).get("enum"))

    def aliases(self, component: str) -> Mapping[str, str]:
        """Return undocumented words that providers send for those of an enum component, each with the documented word."""
        found = as_object(self.spec.at(("components", "schemas", component)).get("x-aliases"))
        return MappingProxyType({word: str(meaning) for word, meaning in found.items()})

    def most(self, operation_id: str, parameter: str) -> int:
        """Return the maximum of a parameter. Raises ConfigurationError if the spec documents none."""
        return _most(self, operation_id, parameter)

    def extension(self, name: str) -> Json:
        """Return the value of an `x-` member of the document; None if it has none."""
        return self.spec.root.get(name)

    @property
    def date(self) -> str:
        """The date of the spec, or of its last change."""
        return str(as_object(self.spec.root.get("info")).get("version"))

    def security(self) -> tuple[str, str]:
        """Return the header that carries the key, and the word before the key in it (empty for the bare key)."""
        schemes = as_object(value_at(self.spec.root, ("components", "securitySchemes")))
        return _header_of(as_object(next(iter(schemes.values()))))

    def keys(self, operation_id: str) -> tuple[tuple[str, str], ...]:
        """Return the headers that may carry the key of one operation, as `security` does, best first."""
        return _keys(self, operation_id)

    def server(self) -> str:
        """Return the URL of the first server."""
        return self.servers()[0]

    def servers(self) -> tuple[str, ...]:
        """Return the URLs of all servers."""
        return tuple(str(as_object(server)["url"]) for server in as_list(self.spec.root.get("servers")))

    def _property(self, operation_id: str, name: str) -> Object:
        body = self.operation(operation_id).body
        place = self.spec.property(body, name) if body is not None else None
        return self.spec.at(place) if place is not None else {}

    def _rules(self, operation: Operation, model: str | None) -> Iterator[Object]:
        """Yield the `then` branches that apply to a model whatever else is in the body."""
        schema = self.spec.at(operation.body) if operation.body is not None else {}
        for rule in rules_of(schema):
            condition = as_object(rule.get("if"))
            tested = as_object(condition.get("properties"))
            if set(tested) == {"model"} and as_texts(condition.get("required")) == ("model",):
                test = as_object(tested["model"])
                if model is not None and (model in as_texts(test.get("enum")) or model == test.get("const")):
                    yield as_object(rule.get("then"))

    def _faults(self, schema: Place, value: Json) -> tuple[Fault, ...]:
        validator = _validator(self, schema)
        try:
            if validator.is_valid(value):
                return ()
            from .messages import faults_of

            return tuple(map(self._completed, faults_of(validator.iter_errors(value), value, self.spec)))
        except ValueError as error:  # a name that is not text, or nesting that is too deep for the validator
            return (Fault("#", f"cannot be checked: {error}"),)

    def _refused_by_all(self, schema: Place, body: Json, opened: Fault) -> Iterator[Fault]:
        """Yield what the spec refuses in a body even if a listed word replaces the unlisted one."""
        member = opened.pointer.rpartition("/")[2]
        bodies = ({**as_object(body), member: word} for word in opened.allowed or ())
        refused = [{fault.pointer: fault for fault in self._faults(schema, one)} for one in bodies]
        if not refused:
            return
        general = {fault.pointer for fault in self._faults(schema, body)}
        for pointer, fault in refused[0].items():
            if pointer not in general and all(pointer in one for one in refused):
                yield evolve(fault, message=f"no {member} in the spec accepts it: {fault.message}")

    def _completed(self, fault: Fault) -> Fault:
        """Return the fault of an unlisted word with the providers that list it, or else with the nearest listed word."""
        if fault.unlisted_word is None:
            return fault
        member = fault.pointer.rpartition("/")[2]
        home = home_of(fault.unlisted_word) if member == "model" else ""
        near = None if home else nearest_word(fault.unlisted_word[:SHOWN_CHARACTERS], as_texts([*(fault.allowed or ())]))
        noun = f"a {member.removesuffix('_id')} of this route in the spec of {self.date}"
        text = f"{shown(fault.unlisted_word)} is not {noun}{f' (did you mean {near}?)' if near else ''}; {fault.message}"
        return evolve(fault, message=f"{home}; {text}" if home else text)


def home_of(model: str) -> str:
    """Return a sentence that says what a model makes and at which providers, by their specs; empty if none lists it."""
    found: dict[str, list[str]] = {}
    for provider in packaged_providers():
        contract = contract_of(provider)
        for way, words in _WAYS.items():
            if way in contract.operations and model in contract.models(way):
                found.setdefault(words, []).append(provider)
    ways: dict[tuple[str, ...], list[str]] = {}
    for words, providers in found.items():
        ways.setdefault(tuple(providers), []).append(words)
    places = [f"{' or '.join(words)}, at {joined(providers)}" for providers, words in ways.items()]
    return f"{model} makes {'; '.join(places)}" if places else ""


@cache
def packaged_providers() -> tuple[str, ...]:
    """Return the providers that have a packaged spec."""
    return tuple(sorted(path.parent.name for path in _clients().glob("*/openapi.json")))


def _clients() -> Path:
    """Return the folder of the generated clients. importlib.resources would load zipfile to find it."""
    found = find_spec("vidu_clients")
    return Path(((found and found.submodule_search_locations) or [""])[0])


@cache
def contract_of(provider: str) -> Contract:
    """Return the contract of a provider, read once from the spec packaged with its generated client.

    Raises ConfigurationError if there is none.
    """
    source = _clients() / provider / "openapi.json"
    if not provider.isidentifier() or not source.is_file():
        raise ConfigurationError(f"there is no packaged spec of a provider {provider!r}.")
    return contract_from(provider, cast("Object", json.loads(source.read_bytes())))


def contract_from(provider: str, document: Object) -> Contract:
    """Return the contract of a provider from a document, in place of the packaged one."""
    spec = Spec(document)
    return Contract(provider, spec, MappingProxyType({operation.id: operation for operation in _operations(spec)}))


def _operations(spec: Spec) -> Iterator[Operation]:
    for path, item in as_object(spec.root.get("paths")).items():
        for method, value in as_object(item).items():
            if method in METHODS:
                yield _operation(spec, path, method, as_object(value))


def _operation(spec: Spec, path: str, method: str, value: Object) -> Operation:
    place: Place = ("paths", path, method)
    wanted: Place = (*place, "requestBody", "content", MEDIA_TYPE, "schema")
    body = spec.resolve(wanted) if value_at(spec.root, wanted) is not None else None
    schema = spec.at(body) if body is not None else {}
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


def _bytes(operation: Object, limit: str) -> int | None:
    largest = operation.get(limit)
    return largest if isinstance(largest, int) else None


def _poll(spec: Spec, place: Place) -> Poll | None:
    """Return the status operation to which a success answer links by an id in its body."""
    takes_id = _status_parameters(spec)
    polls: dict[str, Poll] = {}
    for link in success_links(spec, place):
        target = str(link.get("operationId"))
        parameter = takes_id.get(target, "")
        member = _BODY_ID.fullmatch(str(as_object(link.get("parameters")).get(parameter)))
        if member:
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


@cache
def _keys(contract: Contract, operation_id: str) -> tuple[tuple[str, str], ...]:
    operation = contract.operation(operation_id)
    alternatives = value_at(contract.spec.root, ("paths", operation.path, operation.method, "security"))
    schemes: Place = ("components", "securitySchemes")
    return tuple(_header_of(contract.spec.at((*schemes, name))) for one in as_list(alternatives) for name in as_object(one))


def _header_of(scheme: Object) -> tuple[str, str]:
    if scheme.get("type") == "apiKey":
        return str(scheme["name"]), str(scheme.get("x-key-prefix", ""))
    word = str(scheme["scheme"])
    return "Authorization", "Bearer" if word == "bearer" else word


@cache
def _most(contract: Contract, operation_id: str, parameter: str) -> int:
    operation = contract.operation(operation_id)
    place: Place = ("paths", operation.path, operation.method, "parameters")
    for index in range(len(as_list(value_at(contract.spec.root, place)))):
        found = contract.spec.at((*place, index))
        most = as_object(found.get("schema")).get("maximum")
        if found.get("name") == parameter and isinstance(most, int):
            return most
    raise ConfigurationError(f"the spec of {contract.provider} has no maximum of {parameter} of {operation_id}.")


def _limit(schema: Object, wider: Limit) -> Limit:
    """Return the limit of a member, narrowed by a schema. With a schema that nothing fits (`not: {}`) it is not accepted."""
    if schema.get("not") == {}:
        return evolve(wider, is_taken=False)
    for least, most in _RANGES:
        wider = evolve(
            wider,
            minimum=max(_numbers(wider.minimum, schema.get(least)), default=None),
            maximum=min(_numbers(wider.maximum, schema.get(most)), default=None),
        )
    choices = as_list(schema.get("enum")) if "enum" in schema else [schema["const"]] if "const" in schema else None
    if choices is not None:
        wider = evolve(wider, choices=tuple(one for one in choices if wider.choices is None or one in wider.choices))
    return evolve(wider, default=schema["x-default"]) if "x-default" in schema else wider


def _numbers(*values: Json) -> list[float]:
    return [value for value in values if isinstance(value, int | float)]


def _media_rule(schema: Object) -> MediaRule:
    from .media import MediaRule

    rule = as_object(schema["x-media"])
    kind = cast("MediaKind", rule["kind"])
    pattern = str(schema["pattern"])

    def number(name: str) -> float | None:
        return next(iter(_numbers(rule.get(name))), None)

    def whole(name: str) -> int | None:
        found = number(name)
        return None if found is None else int(found)

    return MediaRule(
        kind=kind,
        formats=as_texts(rule.get("formats")),
        pattern=pattern,
        takes_data_uri=re.match(pattern, _DATA_URIS[kind]) is not None,
        takes_upload=re.match(pattern, f"{UPLOAD_SCHEME}?id=1") is not None,
        max_bytes=whole("max-bytes"),
        min_aspect_ratio=number("min-aspect-ratio"),
        max_aspect_ratio=number("max-aspect-ratio"),
        min_pixels=whole("min-pixels"),
        max_pixels=whole("max-pixels"),
    )


def _size_faults(operation: Operation, body: Json) -> Iterator[Fault]:
    largest = operation.max_body_bytes
    texts = sum(len(text) for _, text in leaves(body) if isinstance(text, str))
    if largest is None or texts * LONGEST_CHARACTER + ROOM_FOR_NAMES <= largest:
        return
    size = _length(body)
    if size > largest:
        yield Fault(
            "#", f"the request has {size:,} bytes, more than {largest:,}, the most this route takes; send pictures as URLs"
        )


def _length(value: Json) -> int:
    """Bytes of a value as JSON. Pictures are counted as they are: written out, each would be copied twice to learn its size."""
    if isinstance(value, dict):
        return max(1 + sum(_length(name) + _length(one) + 2 for name, one in value.items()), 2)
    if isinstance(value, list):
        return max(1 + sum(_length(one) + 1 for one in value), 2)
    if isinstance(value, str) and value.startswith("data:") and value.isascii() and not any(one in value for one in _ESCAPED):
        return len(value) + 2
    return len(json.dumps(value, ensure_ascii=False).encode())


def _first_use(_: str) -> bool:
    import jsonschema_rs

    return jsonschema_rs.is_valid({}, None)


_USED: Final = PerAccount(_first_use)
"""The first call of the validator sets up state. A fork in the middle of it would block every call of the child."""


@cache
def _registry(contract: Contract) -> Registry:
    import jsonschema_rs

    _USED[ONLY]
    return jsonschema_rs.Registry([(SPEC_ADDRESS, contract.spec.root)], draft=jsonschema_rs.Draft202012)


@cache
def _validator(contract: Contract, schema: Place) -> Draft202012Validator:
    import jsonschema_rs

    reference = quote(pointer_of(schema)[1:], safe="/~")
    return jsonschema_rs.Draft202012Validator({"$ref": f"{SPEC_ADDRESS}#{reference}"}, registry=_registry(contract))

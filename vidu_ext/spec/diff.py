"""Compare two OpenAPI documents: which changes break callers, which only add something, and which are only text.

Both documents become facts, each under a key that depends on its subject and not on its place: a member by its name, a word by
itself, a rule by its condition and model. So a rule or a parameter that moves is not a difference.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final, Literal, TypeAlias

from attrs import evolve, field, frozen

from vidu_ext.values.json import Place, as_list, as_object, as_texts, pointer_of, value_at
from vidu_ext.values.shown import cut
from vidu_ext.values.tasks import Json, Object

from .document import Spec
from .model_rules import LOWER, UPPER
from .operation import MEDIA_TYPE

Grade: TypeAlias = Literal["breaking", "additive", "text"]
GRADES: Final[tuple[Grade, ...]] = ("breaking", "additive", "text")

Kind: TypeAlias = Literal["thing", "need", "limit", "type", "word", "rule", "upper", "lower", "setting", "text"]
"""How a difference in a fact is graded.

thing: breaks if it is gone. need, limit, rule, upper, lower: break if they narrow a request or widen an answer. type,
word: the other way round, but a new word in an answer does not break. setting: breaks unless it is new.
"""
Key: TypeAlias = "tuple[str, ...]"
DOCUMENT: Final = ""
"""Takes the place of an operation for facts of the whole document."""

_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_TEXT: Final = frozenset({
    "description", "title", "summary", "example", "examples", "$comment", "externalDocs",
    "x-source", "x-evidence", "x-decision", "x-dates", "x-read",
})  # fmt: skip
"""Keys whose value is only for readers."""
_READ_APART: Final = frozenset({"openapi", "info", "servers", "paths", "components", "tags"})
_LABELS: Final = {"responses": "HTTP", "headers": "header", "links": "link"}
_OMITTED: Final = frozenset({"properties", "schema"})
"""Parts of a key that a message leaves out."""


@frozen
class _Fact:
    kind: Kind
    value: Json
    place: Place
    is_answer: bool = False
    model: tuple[Key, str] | None = None
    """For a rule of one model: the key of the enum of models, and the model as a part of a key."""


Facts: TypeAlias = dict[Key, _Fact]


@frozen
class Change:
    """One difference between two specs."""

    grade: Grade
    operations: tuple[str, ...]
    """operationIds that it affects; empty if it affects the whole document."""
    place: str = field(repr=False)
    """JSON pointer, in the newer document if it exists there."""
    text: str

    def __str__(self) -> str:
        return f"{self.grade}: {', '.join(self.operations) or 'document'}: {self.text}"


def changes(old: Object, new: Object) -> tuple[Change, ...]:
    """Return every difference between two documents, breaking ones first. What several operations share is one change."""
    before, after = _facts(Spec(old)), _facts(Spec(new))
    shared: dict[tuple[Grade, str, str], Change] = {}
    for key in dict.fromkeys((*before, *after)):
        if (change := _change(key, before, after)) is not None:
            content = (change.grade, change.place, change.text)
            known = shared.get(content)
            shared[content] = change if known is None else evolve(known, operations=(*known.operations, *change.operations))
    return tuple(sorted(shared.values(), key=lambda change: GRADES.index(change.grade)))


# -- facts ----------------------------------------------------------------------------------------------------------------


def _facts(spec: Spec) -> Facts:
    """Return the facts of a document. The first part of each key is the operation's method and path."""
    walk = _Walk(spec, {})
    walk.document()
    for path in as_object(spec.root.get("paths")):
        item = spec.resolve(("paths", path))
        for method in _METHODS:
            if isinstance(spec.at(item).get(method), dict):
                walk.operation((f"{method} {path}",), item, method)
    return walk.facts


@frozen
class _Walk:
    spec: Spec
    facts: Facts

    def add(self, key: Key, kind: Kind, value: Json, place: Place, *, is_answer: bool = False) -> None:
        self.facts[key] = _Fact(kind, value, place, is_answer)

    def document(self) -> None:
        root = self.spec.root
        for index, server in enumerate(map(as_object, as_list(root.get("servers")))):
            self.add((DOCUMENT, "servers", str(server.get("url"))), "thing", True, ("servers", index))
        for name, scheme in as_object(value_at(root, ("components", "securitySchemes"))).items():
            self.add((DOCUMENT, "security", name), "setting", _without_text(scheme), ("components", "securitySchemes", name))
        for name, value in as_object(root.get("info")).items():
            self.add((DOCUMENT, "info", name), "text", value, ("info", name))
        for name, value in root.items():
            if name not in _READ_APART:
                self.add((DOCUMENT, name), _kind_of(name), value, (name,))

    def operation(self, key: Key, item: Place, method: str) -> None:
        place: Place = (*item, method)
        self.add(key, "thing", self.spec.at(place).get("operationId"), place)
        self.parameters(key, (*item, "parameters"), is_answer=False)
        self.walk(key, place, is_answer=False)

    def parameters(self, key: Key, place: Place, *, is_answer: bool) -> None:
        for index, one in enumerate(map(self.spec.follow, as_list(value_at(self.spec.root, place)))):
            self.part((*key, f"{one.get('in')} parameter {one.get('name')}"), (*place, index), is_answer=is_answer)

    def part(self, key: Key, place: Place, *, is_answer: bool) -> None:
        """Add the facts of a part of an operation: a body, a parameter, an answer, a header or a link."""
        self.add(key, "thing", True, self.spec.resolve(place))
        if self.spec.at(place).get("required") is True:  # not below the thing: a new parameter that is required breaks
            self.add((key[0], f"required {' '.join(key[1:])}"), "need", True, self.spec.resolve(place), is_answer=is_answer)
        self.walk(key, place, is_answer=is_answer)

    def callback(self, key: Key, place: Place) -> None:
        """Add the facts of a callback. What a provider sends to it is an answer."""
        self.add(key, "thing", True, place)
        for expression, item in self.spec.at(place).items():
            for method in as_object(item):
                self.walk((*key, expression), (*place, expression, method), is_answer=True)

    def walk(
        self, key: Key, place: Place, *, is_answer: bool, is_rule: bool = False, above: frozenset[Place] = frozenset()
    ) -> None:
        """Add the facts of an object of OpenAPI or of a schema, whose keywords have the same meaning wherever they are.

        References are followed; a circular one ends at its second round.
        """
        place = self.spec.resolve(place)
        value = value_at(self.spec.root, place)
        add = partial(self.add, is_answer=is_answer)
        if value is False:
            add((*key, "nothing"), "limit", True, place)
        if place in above or not isinstance(value, dict):
            return
        above |= {place}
        walk = partial(self.walk, is_answer=is_answer, is_rule=is_rule, above=above)
        if place[:2] == ("components", "schemas") and len(place) == 3:  # names a generated model, which is public
            self.add((*key, "model"), "setting", str(place[2]), place)
        for keyword, inner in sorted(value.items(), key=lambda item: item[0] != "allOf"):  # own facts replace those of parts
            below: Place = (*place, keyword)
            match keyword:
                case "parameters" if isinstance(inner, list):
                    self.parameters(key, below, is_answer=is_answer)
                case "requestBody":
                    self.part((*key, "body"), below, is_answer=is_answer)
                case "responses" | "headers" | "links":
                    for one in as_object(inner):
                        self.part((*key, f"{_LABELS[keyword]} {one}"), (*below, one), is_answer=True)
                case "callbacks":
                    for one in as_object(inner):
                        self.callback((*key, f"callback {one}"), self.spec.resolve((*below, one)))
                case "content":
                    for media_type in as_object(inner):
                        own = key if media_type == MEDIA_TYPE else (*key, media_type)
                        self.add((*own, "content"), "thing", media_type, (*below, media_type))
                        walk(own, (*below, media_type))
                case "enum" | "const" | "type":
                    self.words((*key, "enum" if keyword == "const" else keyword), inner, below, is_answer=is_answer)
                case "required":  # `true` is read with the part
                    for name in as_list(inner):
                        add((*key, keyword, str(name)), "need", True, below)
                case "properties":
                    for name in as_object(inner):
                        if not is_rule:
                            self.add((*key, keyword, name), "thing", True, (*below, name))
                        walk((*key, keyword, name), (*below, name))
                case "x-media":
                    for name, limit in as_object(inner).items():
                        add((*key, keyword, name), _kind_of(f"x-{name}"), limit, (*below, name))
                case "not":
                    add((*key, keyword), "limit", _without_text(inner), below)
                case "additionalProperties" if inner is False:
                    add((*key, "closed"), "limit", True, below)
                case "schema" | "items" | "additionalProperties" | "contains" | "propertyNames" | "contentSchema":
                    walk((*key, keyword), below)
                case "anyOf" | "oneOf":
                    for index, branch in enumerate(as_list(inner)):
                        own = (*key, f"{keyword} {_branch(as_object(branch), index)}")
                        add(own, "type", True, (*below, index))
                        walk(own, (*below, index))
                case "allOf":
                    for index in range(len(as_list(inner))):
                        walk(key, (*below, index))
                case "in" | "name" | "if" | "then" | "else":
                    pass  # in the key of a parameter; a rule, which is added as a whole
                case _ if "if" in value and keyword in _TEXT:
                    pass  # a note of a rule
                case _:
                    add((*key, keyword), _kind_of(keyword), inner, below)
        if "if" in value:
            self.rule(key, place, is_answer=is_answer, above=above)

    def rule(self, key: Key, place: Place, *, is_answer: bool, above: frozenset[Place]) -> None:
        """Add the facts of a rule, separately for each model in its condition."""
        place = self.spec.resolve(place)
        value = self.spec.at(place)
        for model, condition in _conditions(as_object(value.get("if"))):
            own = (*key, f"if {condition}")
            if "then" in value:
                word = (*key, "properties", "model", "enum"), json.dumps(model)
                self.facts[own] = _Fact("rule", True, place, is_answer, None if model is None else word)
                self.walk(own, (*place, "then"), is_answer=is_answer, is_rule=True, above=above)
        if "else" in value:
            below: Place = (*place, "else")
            own = key if "if" in self.spec.at(below) else (*key, "else")
            self.walk(own, below, is_answer=is_answer, is_rule=True, above=above)

    def words(self, key: Key, value: Json, place: Place, *, is_answer: bool) -> None:
        kind: Kind = "type" if key[-1] == "type" else "word"
        self.add(key, "limit", True, place, is_answer=is_answer)
        for word in value if isinstance(value, list) else [value]:
            self.add((*key, json.dumps(word, ensure_ascii=False)), kind, True, place, is_answer=is_answer)


def _kind_of(keyword: str) -> Kind:
    if keyword in _TEXT:
        return "text"
    if keyword in UPPER or keyword.startswith("x-max-"):
        return "upper"
    if keyword in LOWER or keyword.startswith("x-min-"):
        return "lower"
    return "limit" if keyword in ("pattern", "format", "multipleOf", "uniqueItems", "minContains", "maxContains") else "setting"


def _branch(branch: Object, index: int) -> str:
    """Return a name for an alternative. If possible it stays the same when another alternative is inserted before this one."""
    reference = branch.get("$ref")
    return reference.rpartition("/")[2] if isinstance(reference, str) else str(branch.get("type", index))


def _conditions(condition: Object) -> Iterator[tuple[str | None, str]]:
    """Yield the condition of a rule as text, once for each model that it names."""
    tested = as_object(condition.get("properties"))
    model = as_object(tested.get("model"))
    words = as_list(model.get("enum")) or ([model["const"]] if "const" in model else [])
    rest = {name: schema for name, schema in tested.items() if name != "model"}
    required: list[Json] = [*sorted({*as_texts(condition.get("required"))} - {"model"})]
    others = _canonical({**condition, "properties": rest, "required": required})
    if not words or set(model) - {"enum", "const", "description"}:
        yield None, _canonical(condition)
        return
    for word in words:
        yield str(word), f"model={word}" + ("" if others == '{"properties":{},"required":[]}' else f" and {others}")


def _canonical(value: Json) -> str:
    return json.dumps(_without_text(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _without_text(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _without_text(inner) for name, inner in value.items() if name not in _TEXT}
    return [_without_text(entry) for entry in value] if isinstance(value, list) else value


# -- differences ----------------------------------------------------------------------------------------------------------


def _change(key: Key, before: Facts, after: Facts) -> Change | None:
    """Return the difference in one fact; None if there is none, or if the thing it belongs to is itself gone or new."""
    old, new = before.get(key), after.get(key)
    fact = new or old
    if fact is None or (old and new and old.value == new.value):
        return None
    if any(_differs(key[:end], before, after) for end in range(1, len(key))):
        return None
    if fact.model is not None and _differs((*fact.model[0], fact.model[1]), before, after):
        return None  # the model itself is new or gone
    operation = after.get((key[0],)) or before.get((key[0],))
    operations = () if key[0] == DOCUMENT else (str(operation.value if operation and operation.value else key[0]),)
    return Change(_grade(fact, old, new), operations, pointer_of(fact.place), _text(key, fact, old, new))


def _differs(key: Key, before: Mapping[Key, _Fact], after: Mapping[Key, _Fact]) -> bool:
    return (key in before) != (key in after)


def _grade(fact: _Fact, old: _Fact | None, new: _Fact | None) -> Grade:
    match fact.kind:
        case "text":
            return "text"
        case "thing" | "setting":
            return "additive" if old is None else "breaking"
        case "word" if fact.is_answer:
            return "additive" if old is None else "breaking"
        case "type" | "word":
            narrows = new is None
        case "upper" | "lower":
            narrows = _is_narrower(fact.kind, old, new)
        case _:
            narrows = new is not None
    return "breaking" if narrows != fact.is_answer else "additive"


def _is_narrower(kind: Kind, old: _Fact | None, new: _Fact | None) -> bool:
    if old is None or new is None:
        return new is not None
    if not isinstance(old.value, int | float) or not isinstance(new.value, int | float):
        return True
    return new.value < old.value if kind == "upper" else new.value > old.value


def _text(key: Key, fact: _Fact, old: _Fact | None, new: _Fact | None) -> str:
    parts = [part for part in key[1:] if part not in _OMITTED] or ["the operation"]
    if old is None or new is None:
        shown = "" if fact.value is True or len(key) == 1 else f" {_shown(fact.value)}"
        return f"{' '.join(parts)}{shown} {'is new' if old is None else 'is gone'}"
    if old.kind == "text":
        return f"{' '.join(parts)} has another wording"
    return f"{' '.join(parts)} is {_shown(new.value)}, was {_shown(old.value)}"


def _shown(value: Json) -> str:
    return cut(json.dumps(value, ensure_ascii=False))

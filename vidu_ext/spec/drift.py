"""Compare a real answer with what the spec documents for its operation and status."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from types import NoneType
from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from vidu_ext.values.json import TYPE_NOUNS, Place, as_list, as_object, as_texts, pointer_of, value_at
from vidu_ext.values.secrets import KEY
from vidu_ext.values.shown import listed
from vidu_ext.values.tasks import Json, Object

from .contract import Contract
from .document import Spec
from .operation import MEDIA_TYPE

if TYPE_CHECKING:
    from vidu_ext.values.drift import Drift, What

TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (NoneType,),
}
NAMES: Final[Mapping[type, str]] = {types[-1]: TYPE_NOUNS[name] for name, types in TYPES.items()}
DEEPEST_WRAPPING: Final = 3
"""Levels of objects around an answer that are searched."""
MOST_WRAPPER_MEMBERS: Final = 30
"""Members of an object that are searched for an answer inside."""
MOST_DIFFERENCES: Final = 10_000
"""Differences of one answer after which the comparison ends: an answer may have millions of members, and each takes time."""
ANY_ERROR: Final = 599
"""A status that no spec names, so that its `default` applies."""
_NAME: Final = r"(?a)[\w.$-]{1,60}"
"""The form of texts of an answer that may be shown: names of members and words of enums. Any other text may be a value."""
_NUMBER: Final = r"\d{6,}"
"""A run of digits this long may be an id, and is not shown."""


@frozen(eq=False, repr=False)
class Form:
    """What a spec documents about one value, compiled for comparisons."""

    types: frozenset[type] | None = None
    """None for a value of any type."""
    members: Mapping[str, Form] = field(factory=dict[str, "Form"], repr=False)
    """Empty for an object whose members are not documented."""
    needed: tuple[str, ...] = ()
    """Members without which the object cannot be read."""
    expected: Mapping[str, Mapping[str, frozenset[str]]] = field(factory=dict[str, Mapping[str, frozenset[str]]], repr=False)
    """Members that should be present, each with its condition: the words that other members must have. A member with an empty
    condition should be in every answer."""
    items: Form | None = field(default=None, repr=False)
    words: tuple[str, ...] = ()
    """The documented words; empty without an enum. Specs allow any text beside the enums of answers: a new word is a drift."""
    aliases: frozenset[str] = field(default=frozenset[str](), repr=False)
    """The words in lower case, and their known aliases."""
    pattern: str | None = None

    @property
    def documented(self) -> str:
        """The documented words or types, in words."""
        if self.words:
            return listed(self.words)
        types = [NAMES[kind] for kind in NAMES if kind is not NoneType and kind in (self.types or ())]
        return " or ".join(types) or "anything"

    def has_type_of(self, value: Json) -> bool:
        """Return whether the type of a value is documented. 1.0 counts as a whole number."""
        if self.types is None or type(value) in self.types:
            return True
        return isinstance(value, float) and int in self.types and value.is_integer()

    def is_known_word(self, word: str) -> bool:
        """Return whether a text is empty or a word of the enum, ignoring case. Without an enum every text is known."""
        plain = word.strip().lower()
        return not self.words or not plain or plain in self.aliases

    def fits(self, value: Json) -> bool:
        """Return whether a value can be the documented one: no required member is missing, and at least one is documented."""
        if isinstance(value, list):
            return list in (self.types or ()) and all(self.items is None or self.items.fits(entry) for entry in value)
        return isinstance(value, dict) and bool(self.members) and self.is_readable(value)

    def is_readable(self, value: Object) -> bool:
        """Return whether an object has a documented member, and all that are required."""
        return not self.is_foreign(value) and not self.missing(value)

    def is_foreign(self, value: Object) -> bool:
        """Return whether an object has none of the documented members."""
        return bool(self.members) and not any(name in self.members for name in value)

    def missing(self, value: Object) -> tuple[str, ...]:
        """Return the required members that are missing or empty. null in place of a list counts as an empty list."""
        return tuple(name for name in self.needed if value.get(name) in (None, "") and not self._is_empty_list(value, name))

    def left_out(self, value: Object) -> tuple[str, ...]:
        """Return the expected members that an object does not have."""
        return tuple(
            name
            for name, condition in self.expected.items()
            if value.get(name) is None and all(str(value.get(other)).lower() in words for other, words in condition.items())
        )

    def can_be_read(self, value: Json) -> bool:
        """Return whether the type of a value is documented, or read all the same: a number as an id, a text as a number."""
        types = self.types or ()
        if type(value) is int and str in types:
            return not self.words and self.pattern is None
        return self.has_type_of(value) or (isinstance(value, str) and float in types)

    def _is_empty_list(self, value: Object, name: str) -> bool:
        types = self.members[name].types or ()
        return name in value and list in types and NoneType in types


def answer_drifts(contract: Contract, operation_id: str, status: int, value: Json, *, strict: bool = True) -> tuple[Drift, ...]:
    """Return every difference between an answer and the spec, each thing once; empty if the answer is as documented.

    Without `strict` a missing member is a difference only if the answer cannot be read without it. `value` is None for an answer
    that is not JSON.
    """
    documented = documented_statuses(contract, operation_id)
    comparison = _Comparison(contract, operation_id, status, strict=strict)
    form = form_of(contract, operation_id, status)
    differences = () if form is None else comparison.differences(form, value)
    if not _is_documented(documented, status):
        return (comparison.drift("status", (), ", ".join(documented), str(status)), *differences)
    return differences


def documented_statuses(contract: Contract, operation_id: str) -> tuple[str, ...]:
    operation = contract.operation(operation_id)
    return tuple(contract.spec.at((*operation.place, "responses")))


def status_entry(documented: Iterable[str], status: int) -> str | None:
    """Return the entry of a spec that applies to a status; None if there is none."""
    return next((entry for entry in (str(status), f"{status // 100}XX", "default") if entry in documented), None)


def _is_documented(documented: Iterable[str], status: int) -> bool:
    """Return whether a spec documents a status: `default` means errors only."""
    entry = status_entry(documented, status)
    return entry is not None and (entry != "default" or status >= 300)


@cache
def form_of(contract: Contract, operation_id: str, status: int) -> Form | None:
    """Return the compiled form of an answer; None if no JSON is documented for this status.

    An undocumented success has the form of a documented one.
    """
    operation, spec = contract.operation(operation_id), contract.spec
    responses: Place = (*operation.place, "responses")
    documented = spec.at(responses)
    entry = status_entry(documented, status)
    if status < 300 and not _is_documented(documented, status):
        entry = next((one for one in documented if one.startswith("2")), None)
    if entry is None:
        return None
    schema = value_at(spec.at((*responses, entry)), ("content", MEDIA_TYPE, "schema"))
    return None if schema is None else _form(spec, schema)


@cache
def body_form(contract: Contract, operation_id: str) -> Form:
    """Return the compiled form of a request body, without the rules of its models."""
    return _form(contract.spec, contract.spec.at(contract.operation(operation_id).body))


# -- comparing -------------------------------------------------------------------------------------------------------------


class _Comparison:
    """The comparison of one answer. The same difference in several entries of a list is reported once."""

    def __init__(self, contract: Contract, operation_id: str, status: int, *, strict: bool) -> None:
        self._contract = contract
        self._operation = operation_id
        self._status = status
        self._strict = strict

    def differences(self, form: Form, value: Json) -> tuple[Drift, ...]:
        differences: dict[tuple[str, str, str], Drift] = {}
        for drift in islice(self._root(form, value), MOST_DIFFERENCES):
            differences.setdefault((drift.what, drift.place, drift.seen), drift)
        return tuple(differences.values())

    def drift(self, what: What, place: Place, documented: str, seen: str) -> Drift:
        from vidu_ext.values.drift import Drift  # most answers are as documented

        return Drift(what, pointer_of(showable(place)), documented, seen, self._contract.provider, self._operation, self._status)

    def _root(self, form: Form, value: Json) -> Iterator[Drift]:
        is_success = self._status < 300
        if not form.has_type_of(value):
            if wrapping := _wrapping(form, value):
                yield self._wrapping_drift(form, wrapping)
                yield from self._value(form, value_at(value, wrapping), wrapping)
            elif value is not None or is_success or self._strict:
                yield self.drift("unreadable", (), form.documented, "no JSON" if value is None else NAMES[type(value)])
        elif is_success and isinstance(value, dict) and not form.is_readable(value) and self._is_error(value):
            yield self.drift("unreadable", (), listed(form.needed or tuple(form.members)), "the body of an error")
        else:
            yield from self._value(form, value, ())

    def _wrapping_drift(self, form: Form, place: Place) -> Drift:
        return self.drift("wrapped", place, f"{form.documented} without a wrapper", "where the answer is")

    def _is_error(self, value: Object) -> bool:
        """Return whether an answer with a success status has the documented body of an error."""
        if not value or form_of(self._contract, self._operation, ANY_ERROR) is None:
            return False
        return not answer_drifts(self._contract, self._operation, ANY_ERROR, value, strict=False)

    def _value(self, form: Form, value: Json, place: Place) -> Iterator[Drift]:
        if not form.has_type_of(value):
            if value is not None or self._strict:
                yield self.drift("type", place, form.documented, NAMES[type(value)])
        elif isinstance(value, dict):
            if wrapping := _wrapping(form, value):
                place = (*place, *wrapping)
                yield self._wrapping_drift(form, place)
                value = as_object(value_at(value, wrapping))
            yield from self._members(form, value, place)
        elif isinstance(value, list) and form.items is not None:
            for index, entry in enumerate(value):
                yield from self._value(form.items, entry, (*place, index))
        elif isinstance(value, str):
            yield from self._text(form, value, place)

    def _members(self, form: Form, value: Object, place: Place) -> Iterator[Drift]:
        if place or not form.is_foreign(value):
            yield from self._absent(form, value, place)
        elif self._status < 300 or self._strict:
            yield self.drift("unreadable", (), listed(tuple(form.members)), "without any of them")
        for name, below in value.items():
            member = form.members.get(name)
            if member is None:
                if form.members:
                    yield self.drift("member", (*place, name), "no member of this name", NAMES[type(below)])
            elif name in form.needed and below is not None and not member.can_be_read(below):
                yield self.drift("missing", (*place, name), member.documented, NAMES[type(below)])
            else:
                yield from self._value(member, below, (*place, name))

    def _absent(self, form: Form, value: Object, place: Place) -> Iterator[Drift]:
        absent: list[tuple[What, str]] = [("missing", name) for name in form.missing(value)]
        if self._strict:
            absent.extend(("gone", name) for name in form.left_out(value))
        for what, name in absent:
            yield self.drift(what, (*place, name), form.members[name].documented, "empty" if name in value else "not there")

    def _text(self, form: Form, value: str, place: Place) -> Iterator[Drift]:
        if not form.is_known_word(value):
            yield self.drift("word", place, form.documented, _word(value))
        elif self._strict and form.pattern is not None and not re.search(form.pattern, value):
            yield self.drift("form", place, "a text of another form", "text")


def _wrapping(form: Form, value: Json, deepest: int = DEEPEST_WRAPPING) -> Place:
    """Return the place of the documented answer inside a wrapper; empty if there is none."""
    if not isinstance(value, dict) or deepest == 0 or (form.has_type_of(value) and form.is_readable(value)):
        return ()
    for name, below in islice(value.items(), MOST_WRAPPER_MEMBERS):
        if name in form.members:
            continue
        candidates: list[tuple[Place, Json]] = [((name,), below), *(((name, 0), first) for first in as_list(below)[:1])]
        for place, inner in candidates:
            if form.fits(inner):
                return place
            if further := _wrapping(form, inner, deepest - 1):
                return (*place, *further)
    return ()


def is_showable(text: str) -> bool:
    """Return whether a text has the form of a name or a word. Any other text may be a value, so messages do not show it."""
    return re.fullmatch(_NAME, text) is not None and not re.search(_NUMBER, text) and not re.search(KEY, text)


def showable(place: Place) -> Place:
    """Return a place for messages: each name that may be a value is replaced by its length."""
    return tuple(part if isinstance(part, int) or is_showable(part) else f"<a name of {len(part)} characters>" for part in place)


def _word(text: str) -> str:
    return text if is_showable(text) else f"a text of {len(text)} characters"


# -- compiling -------------------------------------------------------------------------------------------------------------


def _form(spec: Spec, value: Json) -> Form:
    """Compile a schema. References and branches are merged: an answer may have what any of them has."""
    schema = spec.follow(value)
    parts = [_own_form(spec, schema), *(_form(spec, part) for part in as_list(schema.get("allOf")))]
    if branches := [_form(spec, branch) for branch in as_list(schema.get("anyOf"))]:
        parts.append(_merged(branches, is_choice=True))
    return _merged(parts, is_choice=False)


def _own_form(spec: Spec, schema: Object) -> Form:
    """Compile a schema without its branches."""
    declared = schema.get("type")
    types = as_texts(declared if isinstance(declared, list) else [declared])
    members = {name: spec.follow(member) for name, member in as_object(schema.get("properties")).items()}
    marks = {name: member.get("x-present") for name, member in members.items()}
    words = _words_of(schema)
    return Form(
        types=frozenset(kind for name in types for kind in TYPES[name]) if types else None,
        members={name: _form(spec, member) for name, member in members.items()},
        needed=(*as_texts(schema.get("required")), *(name for name, mark in marks.items() if mark == "needed")),
        expected={name: _condition(mark) for name, mark in marks.items() if mark not in (None, "needed")},
        items=_form(spec, schema["items"]) if "items" in schema else None,
        words=words,
        aliases=frozenset(word.lower() for word in (*words, *as_object(schema.get("x-aliases")))),
        pattern=text if isinstance(text := schema.get("pattern"), str) else None,
    )


def _words_of(schema: Object) -> tuple[str, ...]:
    """Return the words of an enum, or of each family of error codes with each ending."""
    families, endings = as_texts(schema.get("x-code-families")), as_object(schema.get("x-codes"))
    return as_texts(schema.get("enum")) or tuple(f"{family}_{ending}" for family in families for ending in endings)


def _condition(mark: Json) -> Mapping[str, frozenset[str]]:
    """Return the words of other members with which a member is always present."""
    return {name: frozenset(word.lower() for word in as_texts(words)) for name, words in as_object(mark).items()}


def _merged(forms: Sequence[Form], *, is_choice: bool) -> Form:
    """Return the form of the schemas of an `anyOf` if `is_choice`, else of an `allOf`.

    Of a choice of objects, only what all require is required. A word of any is known, or real answers would be reported.
    """
    types = [form.types for form in forms if form.types is not None]
    is_of_any_type = not types or (is_choice and len(types) < len(forms))
    holders = [form for form in forms if form.members] if is_choice else []
    names = dict.fromkeys(name for form in forms for name in form.needed)
    return Form(
        types=None if is_of_any_type else types[0].union(*types) if is_choice else types[0].intersection(*types),
        members={name: member for form in forms for name, member in form.members.items()},
        needed=tuple(name for name in names if all(name in form.needed for form in holders)),
        expected={name: condition for form in forms for name, condition in form.expected.items()},
        items=next((form.items for form in forms if form.items), None),
        words=tuple(word for form in forms for word in form.words),
        aliases=frozenset(word for form in forms for word in form.aliases),
        pattern=next((form.pattern for form in forms if form.pattern), None),
    )

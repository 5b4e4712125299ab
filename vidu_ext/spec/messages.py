"""Turn the errors of a JSON Schema validator into few and exact messages, one for each fault.

If several limits refuse the same value, the narrowest one is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Self

from attrs import evolve, frozen

from vidu_ext.values.fault import Fault
from vidu_ext.values.json import TYPE_NOUNS, Place, as_list, as_object, as_texts, pointer_of, value_at
from vidu_ext.values.shown import SHOWN_CHARACTERS, SHOWN_CHOICES, cut, listed, shown_value
from vidu_ext.values.spelling import nearest_word
from vidu_ext.values.tasks import Json, Object
from vidu_ext.values.urls import UPLOAD_SCHEME

from .document import Spec

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError


OPENED: Final = ("model", "template", "story", "voice_id")
"""Members for which providers add new words every few weeks: an unlisted one may be allowed."""

_FORMS: Final = (
    ("https?://", "an http(s) address"),
    ("data:image", "a data URI of an image{}"),
    ("data:video", "a data URI of a video{}"),
    ("data:audio", "a data URI of a sound{}"),
    (UPLOAD_SCHEME, f"the id of an upload ({UPLOAD_SCHEME}...)"),
)
"""Forms that a pattern may allow, by a part of the pattern. The formats replace the braces."""

_SIZES: Final = {
    **dict.fromkeys(("minimum", "maximum"), ("minimum", "maximum", "", "")),
    **dict.fromkeys(("minItems", "maxItems"), ("minItems", "maxItems", "entry", "entries")),
    **dict.fromkeys(("minLength", "maxLength"), ("minLength", "maxLength", "character", "characters")),
}
"""For each keyword the keywords of both ends of its range, and the unit that it counts in singular and plural."""

# Of several refusals of one place, only that with the least weight is reported: a rule of a model before the limit for all
# models, and among rules the one with the fewest choices.
_TYPE: Final = 0
_UNKNOWN: Final = 1
_RULE: Final = 1_000
_RULE_WITHOUT_MODEL: Final = 2_000
_GENERAL: Final = 3_000
_FALLBACK: Final = 4_000


@frozen
class _Refusal:
    """What one error of the validator says about one place."""

    place: Place
    weight: int
    fault: Fault
    keyword: Place
    """Place of the refusing keyword in the spec."""


@frozen
class _Owner:
    """What a limit applies to: a model, a model together with another setting, or everything."""

    model: str | None
    beside: str
    """The settings in addition to the model under which the limit applies, ` with off_peak true`."""

    @property
    def weight(self) -> int:
        if self.model is not None:
            return _RULE
        return _RULE_WITHOUT_MODEL if self.beside else _GENERAL

    @property
    def takes(self) -> str:
        return f"{self.model}{self.beside} takes" if self.model else f"allowed{self.beside}"


@frozen(eq=False)
class _Error:
    """One error of the validator with its spec and body."""

    spec: Spec
    body: Json
    place: Place
    path: Place
    """Place of the refusing keyword in the spec."""
    keyword: str
    detail: Any
    """What the keyword reports: the missing name, the unknown names, the required types, or the errors of each branch."""

    @classmethod
    def of(cls, error: ValidationError, body: Json, spec: Spec) -> Self:
        kind = error.kind
        return cls(spec, body, tuple(error.instance_path), tuple(error.schema_path), kind.name, kind.value)

    @property
    def value(self) -> Json:
        return value_at(self.body, self.place)

    @property
    def schema(self) -> Object:
        """The schema that contains the keyword."""
        return as_object(value_at(self.spec.root, self.path[:-1]))

    @property
    def limit(self) -> Json:
        """The value of the keyword."""
        return value_at(self.spec.root, self.path)

    @property
    def owner(self) -> _Owner:
        """The model and settings in the `if` of the rule that contains the keyword."""
        if "then" not in self.path:
            return _Owner(None, "")
        then = len(self.path) - 1 - self.path[::-1].index("then")
        condition = as_object(value_at(self.spec.root, (*self.path[:then], "if")))
        tested = as_object(condition.get("properties"))
        holder = as_object(value_at(self.body, self.place[: len(self.place) - _depth(self.path[then + 1 :])]))
        model = holder.get("model") if "model" in tested else None
        names = [name for name in as_texts(condition.get("required")) if name != "model"]
        beside = " and ".join(
            f"{name} {shown_value(holder[name])}" if name in tested and _is_scalar(holder.get(name)) else name for name in names
        )
        return _Owner(model if isinstance(model, str) else None, f" with {beside}" if beside else "")

    def refusal(
        self,
        message: str,
        *,
        name: str | None = None,
        weight: int | None = None,
        allowed: Sequence[Json] | None = None,
        word: str | None = None,
    ) -> _Refusal:
        """Return a refusal of the value, or of its member `name`, which may be missing."""
        place = self.place if name is None else (*self.place, name)
        fault = Fault(pointer_of(place), message, None if allowed is None else tuple(allowed), word)
        return _Refusal(place, self.owner.weight if weight is None else weight, fault, self.path)


def faults_of(errors: Iterable[ValidationError], body: Json, spec: Spec) -> tuple[Fault, ...]:
    """Return the faults that the errors of a validator report for a body, each thing once."""
    refusals = [refusal for error in errors for refusal in _refusals(_Error.of(error, body, spec))]
    mistyped = {refusal.place for refusal in refusals if refusal.weight == _TYPE}
    reported: dict[Place, _Refusal] = {}
    for refusal in refusals:
        if any(refusal.place[:length] in mistyped for length in range(len(refusal.place))):
            continue  # a rule for members makes no sense for a list or null in place of the object
        known = reported.get(refusal.place)
        if known is None or refusal.weight < known.weight:
            reported[refusal.place] = refusal
    return tuple(sorted(_once_per_list(reported.values()), key=lambda fault: fault.pointer))


def _once_per_list(refusals: Iterable[_Refusal]) -> Iterator[Fault]:
    """Yield the faults, combining those of several entries of a list by one keyword."""
    groups: dict[tuple[Place, Place], list[_Refusal]] = {}
    for refusal in refusals:
        is_entry = bool(refusal.place) and isinstance(refusal.place[-1], int)
        key = (refusal.place[:-1], refusal.keyword) if is_entry else (refusal.place, ())
        groups.setdefault(key, []).append(refusal)
    for first, *others in groups.values():
        indexes = ", ".join(str(other.place[-1]) for other in others[:SHOWN_CHOICES])
        yield evolve(first.fault, message=f"{first.fault.message} (the same at {indexes})") if others else first.fault


def _refusals(error: _Error) -> list[_Refusal]:
    return _BY_KEYWORD.get(error.keyword, _other)(error)


def _other(error: _Error) -> list[_Refusal]:
    text = f"{shown_value(error.value)} is refused by {error.keyword} {shown_value(error.limit)}"
    return [error.refusal(text, weight=_FALLBACK)]


def _wrong_type(types: Sequence[str], value: Json) -> str:
    nouns = " or ".join(TYPE_NOUNS[name] for name in sorted(types, key=list(TYPE_NOUNS).index))
    return f"must be {nouns}; it is {shown_value(value)}"


def _not_chosen(error: _Error, choices: list[Json]) -> _Refusal:
    owner, value = error.owner, shown_value(error.value)
    only = "only " if len(choices) == 1 else ""
    is_opened = not owner.model and len(error.place) == 1 and error.place[0] in OPENED
    word = error.value if is_opened and isinstance(error.value, str) else None
    if owner.model:
        text = f"{value} is not for {owner.model}{owner.beside}; it takes {only}{listed(choices)}"
    elif word is not None:
        text = f"it has {only}{listed(choices)}"  # the contract adds the rest: it knows other providers
    else:
        text = f"{value} is not allowed{owner.beside}; choose {listed(choices)}"
    return error.refusal(text, weight=owner.weight + min(len(choices), _RULE - 1), allowed=choices, word=word)


def _missing(error: _Error, name: str) -> _Refusal:
    owner = error.owner
    member = error.spec.property(error.path[:-1], name)
    choices = as_list(error.spec.at(member).get("enum")) if member else []
    text = f"is missing; {owner.model}{owner.beside} needs it" if owner.model else "is missing"
    if owner.beside and not owner.model:
        text += f"; needed{owner.beside}"
    if choices:
        text += f"; choose {listed(choices)}"
    return error.refusal(text, name=name, allowed=choices or None)


def _unknown_members(error: _Error) -> Iterator[_Refusal]:
    yield from (_unknown(error, name) for name in error.detail[:SHOWN_CHOICES])
    if more := error.detail[SHOWN_CHOICES:]:
        yield error.refusal(f"{len(more)} more of its members are unknown", weight=_UNKNOWN)


def _unknown(error: _Error, name: str) -> _Refusal:
    known = sorted(as_object(error.schema.get("properties")))
    near = nearest_word(name[:SHOWN_CHARACTERS], known)
    hint = f" (did you mean {near}?)" if near is not None else ""
    return error.refusal(
        f"is unknown here{hint}; known are {', '.join(known) or 'none'}", name=name, weight=_UNKNOWN, allowed=known
    )


def _exclusion(error: _Error) -> _Refusal:
    names = as_texts(as_object(error.limit).get("required"))
    owner = error.owner
    is_member = error.limit == {} and bool(error.place)
    if len(names) != 1 and not is_member:
        together = " and ".join(names) or "its members"
        return error.refusal(f"{together} exclude each other; send one of them")
    name = str(error.place[-1]) if is_member else names[0]
    text = f"{owner.model}{owner.beside} takes no {name}" if owner.model else f"is not allowed{owner.beside}"
    return error.refusal(text, name=None if is_member else name)


def _no_branch(error: _Error) -> list[_Refusal]:
    """Return the refusals of a failed `anyOf`: one that lists the missing members, or those of the branch for this type."""
    branches, place = [[_Error.of(inner, error.body, error.spec) for inner in branch] for branch in error.detail], error.place
    if all(len(branch) == 1 and branch[0].keyword == "required" and branch[0].place == place for branch in branches):
        names = [str(branch[0].detail) for branch in branches]
        return [error.refusal(f"needs {' or '.join(names)}")]
    fitting = [branch for branch in branches if not any(inner.keyword == "type" and inner.place == place for inner in branch)]
    if not fitting:
        types = [name for branch in branches for inner in branch if inner.keyword == "type" for name in inner.detail]
        return [error.refusal(_wrong_type(types, error.value), weight=_TYPE)]
    if len(fitting) == 1:
        return [refusal for inner in fitting[0] for refusal in _refusals(inner)]
    choices = [choice for branch in fitting for inner in branch if inner.keyword == "enum" for choice in as_list(inner.limit)]
    forms = [_form(inner) for branch in fitting for inner in branch if inner.keyword == "pattern"]
    if choices or forms:
        alternatives = ", or ".join([*([listed(choices)] if choices else []), *forms])
        return [error.refusal(f"{shown_value(error.value)} is not allowed; choose {alternatives}")]
    return [refusal for inner in min(fitting, key=len) for refusal in _refusals(inner)]


def _out_of_range(error: _Error) -> list[_Refusal]:
    least, most, unit, units = _SIZES[error.keyword]
    value, schema = error.value, error.schema
    count = len(value) if isinstance(value, str | list) else 0
    size = f"has {count} {unit if count == 1 else units}," if unit else f"{shown_value(value)} is"
    limit = shown_value(error.limit)
    side = f"more than {limit}, the most" if error.keyword == most else f"less than {limit}, the least"
    interval = f" ({shown_value(schema[least])} to {shown_value(schema[most])})" if least in schema and most in schema else ""
    return [error.refusal(f"{size} {side} {error.owner.takes}{interval}")]


def _form(error: _Error) -> str:
    """Return the forms that a pattern allows, in words if it is one for URLs of media."""
    pattern = str(error.limit)
    formats = as_texts(as_object(error.schema.get("x-media")).get("formats"))
    which = f" ({', '.join(formats)})" if formats else ""
    forms = [phrase.format(which) for part, phrase in _FORMS if part in pattern]
    return " or ".join(forms) or f"a text of the form {cut(pattern)}"


def _is_scalar(value: Json) -> bool:
    return value is not None and not isinstance(value, dict | list)


def _depth(path: Place) -> int:
    """Return how many levels below the object of a rule a value is, from the path of its keyword in the rule."""
    depth = index = 0
    while index < len(path):
        depth += path[index] in ("properties", "items")
        index += 2 if path[index] == "properties" else 1
    return depth


_BY_KEYWORD: Final[Mapping[str, Callable[[_Error], list[_Refusal]]]] = {
    "type": lambda error: [error.refusal(_wrong_type(error.detail, error.value), weight=_TYPE)],
    "enum": lambda error: [_not_chosen(error, as_list(error.limit))],
    "const": lambda error: [_not_chosen(error, [error.limit])],
    "required": lambda error: [_missing(error, error.detail)],
    "additionalProperties": lambda error: [*_unknown_members(error)],
    "not": lambda error: [_exclusion(error)],
    "anyOf": _no_branch,
    "pattern": lambda error: [error.refusal(f"{shown_value(error.value)} is not {_form(error)}")],
    **dict.fromkeys(_SIZES, _out_of_range),
}

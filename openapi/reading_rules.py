"""Check that a spec and its reading accept and refuse the same requests.

A reading is a second transcript of the provider's documentation, one row per model or rule. What a model accepts, and what one
member requires of another, is a condition in a spec and a row in a reading, which cannot be compared as text. So bodies are
made with values just inside and outside each limit, and each is validated by the schema of the spec and by the rows: the two
must agree. A rule of the spec that no body breaks, and a default that only one side has, are differences too. Limits for all
models are compared as facts in readings.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Final, TypeAlias

from attrs import field, frozen
from documents import Document, Json, Object, Pointer, as_list, as_object

PRESENT: Final = "present"
ABSENT: Final = "absent"
LEFT_OUT: Final = object()
"""Takes the place of a member that is not in a body."""
ROW_NOTES: Final = frozenset({"of", "default", "requires", "source", "since", "evidence", "note", "doubts"})
SAID_ELSEWHERE: Final = frozenset({"description", "x-default", "x-evidence", "x-decision", "type"})
NUMBERS: Final = ("integer", "number")
SHOWN: Final = 40
"""Most characters of a text in a message."""
UNKNOWN_TEXTS: Final = ("word-of-tomorrow", "5:7")
"""Texts that are in no list of words; the second has the form of an aspect ratio."""
SAMPLES: Final = ("a1234567", "https://example.com/a", "12345678", "16:9", "#FFFFFF")
"""Texts of which at least one matches each pattern of a member without words."""

Value: TypeAlias = object
Body: TypeAlias = dict[str, Json]


class ReadingError(Exception):
    """A reading cannot be read, or cannot be compared with its spec. The message names the place."""


@frozen
class Clause:
    """One requirement of a reading for bodies."""

    when: Mapping[str, Json]
    path: str
    limit: Object
    place: Pointer


@frozen
class Default:
    """The default of a member under a condition."""

    when: Mapping[str, Json]
    name: str
    value: Json
    place: Pointer


@frozen(eq=False)
class Form:
    """The members of one object of a request in a reading, and the place of its schema in the spec."""

    title: str
    members: Mapping[str, tuple[Pointer, Object]]
    """By name: the place in the reading, and the entry there, with words and media filled in."""
    place: Pointer
    schema: Pointer
    models: tuple[Json, ...]
    clauses: tuple[Clause, ...]
    defaults: tuple[Default, ...]
    one_of: tuple[tuple[tuple[str, ...], Pointer], ...]
    evidence: Mapping[Json, tuple[Json, Pointer]]
    """Evidence of the rows of a model, if it is weaker than that of the route."""
    refusals_by_body: dict[str, list[Pointer]] = field(factory=dict[str, list[Pointer]])
    """The rows that refuse each body that was tried already."""
    bodies: dict[str, dict[str, Body]] = field(factory=dict[str, dict[str, Body]])
    """The bodies that were made already, by the rules of the spec for which they were made."""


@frozen(order=True)
class Disagreement:
    """A body that one side accepts and the other refuses, or a default that they do not share."""

    title: str
    spec: Pointer
    reading: Pointer
    text: str


# -- reading rows ----------------------------------------------------------------------------------------------------------


def form_of(title: str, members: Mapping[str, tuple[Pointer, Object]], said: Object, place: Pointer, schema: Pointer) -> Form:
    """Return the form of an operation, or of an object within a body, with its rows as clauses."""
    clauses = [Clause({}, name, _unconditional(entry), where) for name, (where, entry) in members.items()]
    defaults: list[Default] = []
    one_of: list[tuple[tuple[str, ...], Pointer]] = []
    models: list[Json] = []
    evidence: dict[Json, tuple[Json, Pointer]] = {}
    for index, row in enumerate(map(as_object, as_list(said.get("models")))):
        here = (*place, "models", str(index))
        of = as_list(row.get("of"))
        if "evidence" in row:
            evidence |= dict.fromkeys(of, (row["evidence"], (*here, "evidence")))
        models += [model for model in of if model not in models]
        when: Object = {"model": of}
        clauses += [
            Clause(when, path, _limit(members, path, limit, (*here, path)), (*here, path))
            for path, limit in row.items()
            if path not in ROW_NOTES
        ]
        clauses += [Clause(when, str(name), {"required": True}, (*here, "requires")) for name in as_list(row.get("requires"))]
        defaults += [Default(when, name, value, (*here, "default")) for name, value in as_object(row.get("default")).items()]
    for index, rule in enumerate(map(as_object, as_list(said.get("rules")))):
        here = (*place, "rules", str(index))
        when = as_object(rule.get("when"))
        clauses += [
            Clause(when, path, _limit(members, path, limit, (*here, "then", path)), (*here, "then", path))
            for path, limit in as_object(rule.get("then")).items()
        ]
        defaults += [Default(when, name, value, (*here, "default")) for name, value in as_object(rule.get("default")).items()]
        if "one_of" in rule:
            one_of.append((tuple(str(name) for name in as_list(rule["one_of"])), (*here, "one_of")))
    if models:
        clauses.append(Clause({}, "model", {"values": models}, (*place, "models")))
    return Form(title, members, place, schema, tuple(models), tuple(clauses), tuple(defaults), tuple(one_of), evidence)


def _unconditional(entry: Object) -> Object:
    """Return the limits of a member that apply to every body.

    The values of an open list do not limit; they are accepted besides whatever matches the pattern.
    """
    names = ("required", "min", "max", "min_items", "max_items", "pattern", "values")
    limit = {name: entry[name] for name in names if name in entry}
    if entry.get("open") is True and "values" in limit:
        limit["also"] = limit.pop("values")
    return limit if limit.keys() != {"also"} else {}


def _limit(members: Mapping[str, tuple[Pointer, Object]], path: str, said: Json, place: Pointer) -> Object:
    """Return the limit that a row sets, in the form of an entry of a member."""
    if said is None:
        return {"absent": True}
    if said == PRESENT:
        return {"required": True}
    if isinstance(said, dict):
        low, high = as_list(said.get("range")) or (None, None)
        return {name: value for name, value in {**said, "min": low, "max": high}.items() if value is not None and name != "range"}
    kind = as_object(members.get(path, ((), {}))[1]).get("type")
    listed = as_list(said)
    if kind in (*NUMBERS, "array"):
        names = ("min_items", "max_items") if kind == "array" else ("min", "max")
        if len(listed) != 2:
            raise ReadingError(f"{'/'.join(place)}: write a range as [least, greatest], with null for none")
        return {name: value for name, value in zip(names, listed, strict=True) if value is not None}
    return {"values": listed}


def _holds(when: Mapping[str, Json], body: Body) -> bool:
    for path, wanted in when.items():
        found = values_at(body, path)
        if wanted in (PRESENT, ABSENT):
            if bool(found) != (wanted == PRESENT):
                return False
        elif isinstance(wanted, list) and found and isinstance(found[0], list):
            bounds: Object = dict(zip(("min_items", "max_items"), wanted, strict=True))
            if not all(_within(bounds, value) for value in found):
                return False
        elif not any(_equal(value, one) for value in found for one in (wanted if isinstance(wanted, list) else [wanted])):
            return False
    return True


def refusals(form: Form, body: Body) -> list[Pointer]:
    """Return the rows of the reading that refuse a body."""
    found = form.refusals_by_body.get(repr(body))
    if found is None:
        found = form.refusals_by_body[repr(body)] = _refusals(form, body)
    return found


def _refusals(form: Form, body: Body) -> list[Pointer]:
    broken = [clause.place for clause in form.clauses if not _keeps(clause, body)]
    broken += [place for names, place in form.one_of if not any(name in body for name in names)]
    return [*broken, *([form.place] if body.keys() - form.members.keys() else [])]


def _keeps(clause: Clause, body: Body) -> bool:
    found = values_at(body, clause.path)
    if not clause.limit or not _holds(clause.when, body):
        return True
    if not found:
        return clause.limit.get("required") is not True
    return all(_within(clause.limit, value) for value in found)


def _within(limit: Object, value: Json) -> bool:
    if limit.get("absent") is True:
        return False
    if any(_equal(value, one) for one in as_list(limit.get("also"))):
        return True
    if "values" in limit and not any(_equal(value, one) for one in as_list(limit["values"])):
        return False
    if "pattern" in limit and not re.search(str(limit["pattern"]), str(value)):
        return False
    size, unit = _size(value)
    least, most = limit.get(f"min{unit}"), limit.get(f"max{unit}")
    return (not isinstance(least, int | float) or size >= least) and (not isinstance(most, int | float) or size <= most)


def _size(value: Json) -> tuple[float, str]:
    """Return the size of a value that a range limits, and the ending of the keywords for it."""
    if isinstance(value, str):
        return len(value), "_length"
    if isinstance(value, list):
        return len(value), "_items"
    return (value, "") if isinstance(value, int | float) else (0, "")


def _equal(left: Json, right: Json) -> bool:
    return left == right and isinstance(left, bool) == isinstance(right, bool)


# -- members of bodies -----------------------------------------------------------------------------------------------------


def values_at(body: Json, path: str) -> list[Json]:
    """Return every value at a path of a body, `subjects[].videos` for all subjects; empty if it is left out."""
    name, _, rest = path.partition("[].")
    if not isinstance(body, dict) or name not in body:
        return []
    if not rest:
        return [body[name]]
    return [found for entry in as_list(body[name]) for found in values_at(entry, rest)]


def with_value(form: Form, body: Body, path: str, value: Value) -> Body:
    """Return the body with another value at a path, or without it."""
    name, _, rest = path.partition("[].")
    if rest:
        inner = as_object(as_object(form.members[name][1].get("items")).get("members"))
        if value is LEFT_OUT:
            return body
        entries: list[Json] = [{**as_object(sample(form.members[name][1].get("items"))), rest: _made(inner.get(rest), value)}]
        return {**body, name: entries}
    kept = {key: held for key, held in body.items() if key != name}
    return kept if value is LEFT_OUT else {**kept, name: _made(form.members[name][1], value)}


def _made(entry: Json, value: Value) -> Json:
    """Return a value for a member: the value itself, a list or text of the wanted length, or a usual one."""
    if value == PRESENT:
        return sample(entry)
    if isinstance(value, _Count):
        return [sample(as_object(entry).get("items"))] * value.number
    if isinstance(value, _Length):
        return "a" * value.number
    return value  # type: ignore[return-value]  # any other value is one of JSON


@frozen
class _Count:
    number: int


@frozen
class _Length:
    number: int


def sample(said: Json) -> Json:
    """Return a value that a member accepts."""
    entry: Object = {"type": said} if isinstance(said, str) else as_object(said)
    if "values" in entry:
        return as_list(entry["values"])[0]
    kind = entry.get("type")
    kind = as_list(kind)[0] if isinstance(kind, list) else kind
    match kind:
        case "string":
            pattern = str(entry.get("pattern", ""))
            texts = SAMPLES[1:] if entry.get("forms") else SAMPLES  # a plain text has none of the forms
            return next((text for text in texts if re.search(pattern, text)), "")
        case "integer" | "number":
            return entry.get("min", entry.get("default", 1))
        case "boolean":
            return False
        case "array":
            least = entry.get("min_items", 1)
            return [sample(entry.get("items"))] * (least if isinstance(least, int) and least else 1)
        case _:
            members = {name: as_object(held) for name, held in as_object(entry.get("members")).items() if name[0] != "_"}
            made = {name: sample(held) for name, held in members.items() if held.get("required") is True}
            for rule in map(as_object, as_list(entry.get("rules"))):
                if names := as_list(rule.get("one_of")):
                    made[str(names[0])] = sample(members[str(names[0])])
                if "when" in rule and _holds(as_object(rule["when"]), made):
                    for name, limit in as_object(rule.get("then")).items():
                        if limit == PRESENT:
                            made[name] = sample(members[name])
                        elif isinstance(limit, list) and name in made:
                            made[name] = limit[0]
            return dict(made)


# -- rules of a spec -------------------------------------------------------------------------------------------------------


@frozen
class SpecRule:
    """One entry of `allOf`, or its `else`: the values that it tests or limits, by path."""

    place: Pointer
    """Place of its requirement: every keyword below it belongs to the rule."""
    tests: tuple[tuple[Pointer, bool], ...]
    """Its conditions, and whether each must be met."""
    condition: Mapping[str, set[Value]]
    limits: Mapping[str, set[Value]]
    defaults: Mapping[str, tuple[Json, Pointer]]


def spec_rules(document: Document, schema: Pointer) -> list[SpecRule]:
    found: list[SpecRule] = []
    tests: tuple[tuple[Pointer, bool], ...] = ()
    for place, rule in document.rules(document.resolve(schema)):
        if place[-1] != "else":
            tests = ()
        if "if" not in rule:
            limits = _gathered(_edges_of(document, place, rule, ""))
            found.append(SpecRule(place, tests, {}, limits, {}))
            continue
        test, then = (*place, "if"), (*place, "then")
        condition = _gathered(_edges(document, test, ""))
        limits = _gathered(_edges(document, then, "")) if "then" in rule else {}
        defaults = {
            name: (as_object(held)["x-default"], (*then, "properties", name, "x-default"))
            for name, held in as_object(as_object(rule.get("then")).get("properties")).items()
            if "x-default" in as_object(held)
        }
        found.append(SpecRule(then, (*tests, (test, True)), condition, limits, defaults))
        tests = (*tests, (test, False))
    return found


def _gathered(edges: Iterator[tuple[str, Value]]) -> dict[str, set[Value]]:
    found: dict[str, set[Value]] = {}
    for path, value in edges:
        found.setdefault(path, set()).add(value)
    return found


def _edges(document: Document, place: Pointer, path: str) -> Iterator[tuple[str, Value]]:
    return _edges_of(document, place, as_object(document.at(place)), path)


def _edges_of(document: Document, place: Pointer, schema: Object, path: str) -> Iterator[tuple[str, Value]]:
    """Yield the values at the edges of a schema that only restricts, by path."""
    for keyword, said in schema.items():
        match keyword:
            case "properties":
                for name in as_object(said):
                    yield from _edges(document, (*place, keyword, name), f"{path}{name}")
            case "items":
                yield from _edges(document, (*place, keyword), f"{path}[].")
            case "required":
                for wanted in as_list(said):
                    yield f"{path}{wanted}", LEFT_OUT
                    yield f"{path}{wanted}", PRESENT
            case "enum" | "const":
                listed = as_list(said) if keyword == "enum" else [said]
                yield from ((path, value) for value in _edges_of_limit({"values": listed}))
            case "minimum" | "maximum" if isinstance(said, int | float):
                yield from ((path, value) for value in (said - 1, said, said + 1))
            case "minItems" | "maxItems" if isinstance(said, int):
                yield from ((path, _Count(count)) for count in range(max(0, said - 1), said + 2))
            case "minLength" | "maxLength" if isinstance(said, int):
                yield from ((path, _Length(length)) for length in range(max(0, said - 1), said + 2))
            case "pattern":
                yield from ((path, text) for text in UNKNOWN_TEXTS)
            case "not" if said == {}:
                yield from ((path, LEFT_OUT), (path, PRESENT))
            case "not":
                yield from _edges(document, (*place, keyword), path)
            case "anyOf" | "allOf":
                for index in range(len(as_list(said))):
                    yield from _edges(document, (*place, keyword, str(index)), path)
            case _:
                if keyword not in SAID_ELSEWHERE:
                    raise ReadingError(
                        f"{document.place((*place, keyword))}: {keyword} is not supported in a rule; add it to _edges_of"
                    )


# -- comparing -------------------------------------------------------------------------------------------------------------


def compare(document: Document, form: Form) -> tuple[int, list[Disagreement]]:
    """Return how many bodies both sides checked, and those on which they disagree."""
    rules = spec_rules(document, form.schema)
    bases = list(_bases(form))
    models_without_body = [str(model) for model in form.models if not any(base.get("model") == model for base in bases)]
    if models_without_body or not bases:
        raise ReadingError(
            f"{'/'.join(form.place)}: the reading accepts no plain body for {', '.join(models_without_body) or form.title}"
        )
    validator = document.validator(form.schema)
    rules_key = repr(rules)
    if rules_key not in form.bodies:
        form.bodies[rules_key] = {repr(body): body for body in _bodies(form, rules, bases)}
    bodies = form.bodies[rules_key]
    found: dict[tuple[Pointer, Pointer], Disagreement] = {}
    unbroken = {rule.place for rule in rules if rule.limits}
    first_next_time: dict[str, Body] = {}
    for written, body in bodies.items():
        broken = refusals(form, body)
        is_taken = validator.is_valid(body)
        agree = is_taken != bool(broken)
        if agree and (is_taken or not unbroken):
            continue
        errors = [] if is_taken else [tuple(str(part) for part in error.schema_path) for error in validator.iter_errors(body)]
        if met := {place for place in unbroken if any(error[: len(place)] == place for error in errors)}:
            unbroken -= met
            first_next_time[written] = body
        if agree:
            continue
        spec = _place_in_spec(document, form, rules, broken[0], body) if is_taken else errors[0]
        row = broken[0] if broken else _row_for(form, body, errors)
        text = f"{'only the spec accepts' if is_taken else 'only the reading accepts'} {_shown(body)}"
        found.setdefault((spec, row), Disagreement(form.title, spec, row, text))
    # Tried first the next time, so that the errors of the others need not be listed.
    form.bodies[rules_key] = first_next_time | bodies
    for place in unbroken:
        text = "no body made from the reading breaks this rule; add the limit to the reading, or remove the rule"
        found[place, form.place] = Disagreement(form.title, place, form.place, text)
    return len(bodies), [*found.values(), *_defaults(document, form, rules, bases), *_evidence(document, form)]


def _shown(body: Body) -> str:
    long = {name: f"{len(value)} characters" for name, value in body.items() if isinstance(value, str) and len(value) > SHOWN}
    return repr({**body, **long})


def _bases(form: Form) -> Iterator[Body]:
    """Yield a plain body for each model and each choice in the reading. The reading accepts all of them."""
    for model in form.models or (LEFT_OUT,):
        for chosen in product(*(names for names, _ in form.one_of)):
            body: Body = {}
            if model is not LEFT_OUT:
                body["model"] = model  # type: ignore[assignment]  # a name from the rows
            for name, (_, entry) in form.members.items():
                if name not in body and (entry.get("required") is True or name in chosen or _is_required(form, name, body)):
                    body[name] = sample(entry)
            for clause in form.clauses:  # a required member within the limits of the model
                if clause.path in body and _holds(clause.when, body) and not _keeps(clause, body) and "[]." not in clause.path:
                    body = _corrected(form, body, clause)
            yield from (one for one in (body, *_with_other_choices(form, body)) if not refusals(form, one))


def _with_other_choices(form: Form, base: Body) -> Iterator[Body]:
    """Yield the plain body with each other word of a required member that decides about other members, such as `type`."""
    for path, (_, entry) in form.members.items():
        if entry.get("required") is not True or path == "model" or not any(path in clause.when for clause in form.clauses):
            continue
        for value in as_list(entry.get("values")):
            body: Body = {**base, path: value}
            for clause in form.clauses:
                if not _holds(clause.when, body) or "[]." in clause.path:
                    continue
                if clause.limit.get("required") is True and clause.path not in body:
                    body = {**body, clause.path: sample(form.members[clause.path][1])}
                elif "absent" in clause.limit:
                    body = {name: held for name, held in body.items() if name != clause.path}
                elif not _keeps(clause, body):
                    body = _corrected(form, body, clause)
            if body != base:
                yield body


def _is_required(form: Form, name: str, body: Body) -> bool:
    return any(one.path == name and one.limit.get("required") is True and _holds(one.when, body) for one in form.clauses)


def _corrected(form: Form, body: Body, clause: Clause) -> Body:
    limit = clause.limit
    if "values" in limit:
        return {**body, clause.path: as_list(limit["values"])[0]}
    count = limit.get("min_items")
    if isinstance(count, int):
        return with_value(form, body, clause.path, _Count(count))
    return {**body, clause.path: limit.get("min", limit.get("max"))} if "absent" not in limit else body


def _bodies(form: Form, rules: Sequence[SpecRule], bases: Sequence[Body]) -> Iterator[Body]:
    """Yield each plain body, then its variations: for each rule, every combination of values of the members it tests and limits.

    Also with the members that the same row requires: without them, a body would break the row for that reason.
    """
    values = _values(form, rules)
    groups: dict[tuple[str, ...], set[str]] = {}
    for clause in form.clauses:
        required = {one.path for one in form.clauses if one.when == clause.when and one.limit.get("required") is True}
        groups.setdefault(tuple(sorted({*clause.when, clause.path} - {"model"})), set()).update(required if clause.when else ())
    for names, _ in form.one_of:
        groups.setdefault(tuple(sorted(names)), set())
    for rule in rules:
        tested = set(rule.condition) - {"model"}
        for path in rule.limits or [""]:
            groups.setdefault(tuple(sorted({*tested, path} - {"model", ""})), set())
        if len(rule.limits) > 1 and not rule.condition:
            groups.setdefault(tuple(sorted(rule.limits)), set())
    for base in bases:
        yield base
        for paths, required in groups.items():
            known = [path for path in paths if path.partition("[].")[0] in form.members]
            with_required = [(path, PRESENT) for path in sorted(required - {*known}) if path not in base]
            additions: list[list[tuple[str, str]]] = [[], with_required] if with_required else [[]]
            for combination, added in product(product(*(values[path] for path in known)), additions):
                body = base
                for path, value in (*zip(known, combination, strict=True), *added):
                    body = with_value(form, body, path, value)
                yield body


def _values(form: Form, rules: Sequence[SpecRule]) -> dict[str, list[Value]]:
    """Return the values to try at each path: the edges of every limit on either side, no value, and a usual one."""
    found: dict[str, dict[object, Value]] = {}

    def add(path: str, *values: Value) -> None:
        held = found.setdefault(path, {})
        for value in values:
            held.setdefault((type(value).__name__, repr(value)), value)

    for name in form.members:
        add(name, LEFT_OUT, PRESENT)
    for clause in form.clauses:
        add(clause.path, LEFT_OUT, PRESENT, *_edges_of_limit(clause.limit))
        for path, wanted in clause.when.items():
            add(path, LEFT_OUT, *_edges_of_test(form, path, wanted))
    for rule in rules:
        for path, values in (*rule.condition.items(), *rule.limits.items()):
            add(path, *values)
    for name, (_, entry) in form.members.items():
        add(name, *((True, False) if entry.get("type") == "boolean" else ()))
    return {path: list(held.values()) for path, held in found.items()}


def _edges_of_limit(limit: Object) -> Iterator[Value]:
    yield from as_list(limit.get("values"))
    yield from as_list(limit.get("also"))
    if "values" in limit and all(isinstance(one, str) for one in as_list(limit["values"])):
        yield from UNKNOWN_TEXTS
    numbers = [one for one in (*as_list(limit.get("values")), limit.get("min"), limit.get("max")) if type(one) in (int, float)]
    yield from (near for one in numbers if isinstance(one, int | float) for near in (one - 1, one, one + 1))
    for name, kind in (("_items", _Count), ("_length", _Length)):
        for bound in (limit.get(f"min{name}"), limit.get(f"max{name}")):
            if isinstance(bound, int):
                yield from (kind(count) for count in range(max(0, bound - 1), bound + 2))


def _edges_of_test(form: Form, path: str, wanted: Json) -> Iterator[Value]:
    if wanted in (PRESENT, ABSENT):
        yield PRESENT
    elif form.members.get(path, ((), {}))[1].get("type") == "array":
        yield from _edges_of_limit(dict(zip(("min_items", "max_items"), as_list(wanted), strict=True)))
    else:
        yield from (as_list(wanted) or [wanted])


def _place_in_spec(document: Document, form: Form, rules: Sequence[SpecRule], row: Pointer, body: Body) -> Pointer:
    """Return the place of the spec for the member of a row: in the rule that applies to the body, if there is one."""
    schema = document.resolve(form.schema)
    names = [part.partition("[].")[0] for part in row if part.partition("[].")[0] in form.members]
    if not names:
        return schema
    places = [(*rule.place, "properties", names[-1]) for rule in rules if _holds_for(document, rule, body)]
    return next(filter(document.has, reversed(places)), (*schema, "properties", names[-1]))


def _holds_for(document: Document, rule: SpecRule, body: Body) -> bool:
    return all(document.validator(test).is_valid(body) == met for test, met in rule.tests)


def _row_for(form: Form, body: Body, errors: Sequence[Pointer]) -> Pointer:
    """Return the row of the reading for the member that the spec refuses in a body, preferring a row with a condition."""
    named = [part for part in errors[0] if part in form.members] or list(body)
    if not named:  # the plain body is empty
        return form.place
    rows = [clause.place for clause in form.clauses if clause.path == named[-1] and clause.when and _holds(clause.when, body)]
    if rows:
        return rows[0]
    return form.members[named[-1]][0] if named[-1] in form.members else form.place


def _defaults(document: Document, form: Form, rules: Sequence[SpecRule], bases: Sequence[Body]) -> Iterator[Disagreement]:
    """Yield the differences between defaults for some models or bodies, on each plain body and under each condition."""
    seen: set[tuple[object, ...]] = set()
    applied: set[Pointer] = set()
    for body in _contexts(form, rules, bases):
        spec: dict[str, tuple[Json, Pointer]] = {}
        for rule in rules:
            if rule.defaults and _holds_for(document, rule, body):
                spec |= rule.defaults
                applied.add(rule.place)
        read = {one.name: (one.value, one.place) for one in form.defaults if _holds(one.when, body)}
        for name in spec.keys() | read.keys():
            in_spec, in_reading = spec.get(name), read.get(name)
            if in_spec is not None and in_reading is not None and _equal(in_spec[0], in_reading[0]):
                continue
            places = (
                in_spec[1] if in_spec else (*document.resolve(form.schema), "properties", name),
                in_reading[1] if in_reading else form.members[name][0] if name in form.members else form.place,
            )
            said = (
                f"{in_spec[0] if in_spec else 'nothing'} in the spec, {in_reading[0] if in_reading else 'nothing'} in the reading"
            )
            if (*places, name) not in seen:
                seen.add((*places, name))
                yield Disagreement(form.title, *places, f"{name} left out of {_shown(body)}: {said}")
    for rule in rules:
        if rule.defaults and rule.place not in applied:
            yield Disagreement(form.title, rule.place, form.place, "no body meets the condition of this default")


def _evidence(document: Document, form: Form) -> Iterator[Disagreement]:
    """Yield the differences between the evidence marks of the rules of a model."""
    marked: dict[Json, tuple[Json, Pointer]] = {}
    for place, rule in document.rules(form.schema):
        tested = as_object(as_object(as_object(rule.get("if")).get("properties")).get("model"))
        if "x-evidence" in rule:
            marked |= dict.fromkeys(as_list(tested.get("enum")), (rule["x-evidence"], (*place, "x-evidence")))
    for model in marked.keys() | form.evidence.keys():
        in_spec, in_reading = marked.get(model, (None, form.schema)), form.evidence.get(model, (None, form.place))
        if in_spec[0] != in_reading[0]:
            text = f"evidence of {model}: {in_spec[0]} in the spec, {in_reading[0]} in the reading"
            yield Disagreement(form.title, in_spec[1], in_reading[1], text)


def _contexts(form: Form, rules: Sequence[SpecRule], bases: Sequence[Body]) -> Iterator[Body]:
    tests = [default.when for default in form.defaults]
    conditions = [
        {path: values for path, values in rule.condition.items() if path != "model" and path.partition("[].")[0] in form.members}
        for rule in rules
        if rule.defaults
    ]
    for base in bases:
        yield base
        for when in tests:
            for path, wanted in when.items():
                if path == "model":
                    continue
                for value in _edges_of_test(form, path, wanted):
                    body = with_value(form, base, path, value)
                    if not refusals(form, body):
                        yield body
        for condition in conditions:
            for values in product(*condition.values()):
                body = base
                for path, value in zip(condition, values, strict=True):
                    body = with_value(form, body, path, value)
                if not refusals(form, body):
                    yield body
